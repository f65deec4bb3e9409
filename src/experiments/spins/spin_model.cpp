#include "gdm/experiments/spins/spin_model.hpp"

#include <cmath>
#include <numbers>

namespace gdm {

Parameter model_parameter(const std::string& default_value) {
    return {.name = "model",
            .description = "spins +-1, or angles",
            .kind = Kind::word,
            .default_value = default_value,
            .words = spin_model_words.list()};
}

SpinModel model_of(const Point& point) { return spin_model_words.at(point.word("model")); }

double free_entropy(SpinModel model) {
    return model == SpinModel::ising ? std::numbers::ln2 : std::log(2 * std::numbers::pi);
}

}  // namespace gdm
