#include "gdm/physics/machines/rbm.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

/// The layer that is enumerated, and the one that is summed.
struct Layers {
    std::vector<double> coupling;  ///< (enumerated, summed)
    std::vector<double> field, other_field;
};

Layers smaller_first(const Rbm& machine) {
    if (machine.visible <= machine.hidden) return {machine.weights, machine.visible_bias, machine.hidden_bias};
    Layers turned{std::vector<double>(machine.weights.size()), machine.hidden_bias, machine.visible_bias};
    for (std::size_t i = 0; i < machine.visible; ++i)
        for (std::size_t j = 0; j < machine.hidden; ++j)
            turned.coupling[j * machine.visible + i] = machine.weights[i * machine.hidden + j];
    return turned;
}

}  // namespace

double exact_log_partition(const Rbm& machine, double temperature) {
    const Layers layers = smaller_first(machine);
    const std::size_t enumerated = layers.field.size(), summed = layers.other_field.size();
    const auto exponent = [&](double field, const std::vector<double>& input) {
        double sum = field / temperature;
        for (const double x : input) sum += log1p_exp(x / temperature);
        return sum;
    };
    LogSum total;
    double field = 0;
    std::vector<double> input = layers.other_field;
    total.add(exponent(field, input));
    std::uint64_t state = 0;
    constexpr std::uint64_t refresh = 1 << 10;  // sums that are only ever updated drift
    for (std::uint64_t step = 1; step < std::uint64_t{1} << enumerated; ++step) {
        const auto unit = static_cast<std::size_t>(std::countr_zero(step));
        state ^= std::uint64_t{1} << unit;
        if (step % refresh == 0) {
            field = 0;
            input = layers.other_field;
            for (std::size_t i = 0; i < enumerated; ++i) {
                if (!(state >> i & 1)) continue;
                field += layers.field[i];
                for (std::size_t j = 0; j < summed; ++j) input[j] += layers.coupling[i * summed + j];
            }
        } else {
            const double sign = state >> unit & 1 ? 1 : -1;
            field += sign * layers.field[unit];
            for (std::size_t j = 0; j < summed; ++j) input[j] += sign * layers.coupling[unit * summed + j];
        }
        total.add(exponent(field, input));
    }
    return total.log();
}

}  // namespace gdm
