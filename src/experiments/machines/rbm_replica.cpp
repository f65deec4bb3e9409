#include "gdm/experiments/machines/rbm_replica.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/experiments/machines/training_parameters.hpp"
#include "gdm/experiments/machines/training_run.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "gdm/physics/machines/weight_modes.hpp"

namespace gdm {
namespace {

/// What is measured at each recorded update, in the order of the state.
constexpr const char* curve_names[] = {"log_likelihood",        "reconstruction_error",    "weight_norm",
                                       "largest_weight",        "visible_bias_norm",       "hidden_bias_norm",
                                       "gradient_cosine",       "gradient_ratio",          "annealed_log_likelihood",
                                       "annealed_stated_error", "annealed_effective_share"};
constexpr std::size_t curves = std::size(curve_names);

/// The training of a machine with what is measured of it.
class Run {
  public:
    Run(const Point& point, const BinaryData& data, const RandomStream& random)
        : point_(point),
          data_(data),
          modes_(data_modes(data)),
          places_(point.axis("mode").size()),
          training_(data, static_cast<std::size_t>(point.integer("hidden")), point["initial_weights"], rbm_settings(point),
                    random),
          random_(random),
          record_(point, curves + 2 * places_) {}

    [[nodiscard]] RbmTraining& training() { return training_; }
    [[nodiscard]] TrainingRecord& record() { return record_; }

    /// Of the machine as it is, in the order of the curves, then singular values and shares.
    void measure(std::span<double> to, const Stop& stop) const {
        const Rbm& machine = training_.machine();
        const double temperature = point_["T"];
        const auto norm = [](const std::vector<double>& numbers) {
            double sum = 0;
            for (const double x : numbers) sum += x * x;
            return std::sqrt(sum);
        };
        if (has_exact_likelihood(point_))
            to[0] = log_likelihood(machine, data_, exact_log_partition(machine, temperature, stop), temperature);
        to[1] = reconstruction_error(machine, data_, temperature);
        to[2] = norm(machine.weights);
        to[3] = 0;
        for (const double weight : machine.weights) to[3] = std::max(to[3], std::abs(weight));
        to[4] = norm(machine.visible_bias);
        to[5] = norm(machine.hidden_bias);
        if (has_expected_step(point_)) {
            const GradientBias bias =
                contrastive_divergence_bias(machine, data_, static_cast<std::size_t>(point_.integer("k")), temperature);
            to[6] = bias.cosine;
            to[7] = bias.ratio;
        }
        if (is_annealed(point_)) measure_annealed(to.subspan(8), stop);
        const auto values = singular_values(machine), shares = mode_shares(machine, modes_);
        for (std::size_t m = 0; m < places_; ++m) {
            const auto mode = static_cast<std::size_t>(point_.axis("mode")[m]) - 1;
            if (mode < values.size()) to[curves + m] = values[mode];
            if (mode < shares.size()) to[curves + places_ + m] = shares[mode];
        }
    }

    void write(Values& values) const {
        for (std::size_t u = 0; u < record_.updates().size(); ++u) {
            const auto from = record_.at(u);
            for (std::size_t c = 0; c < curves; ++c) values[curve_names[c]][u] = from[c];
            for (std::size_t m = 0; m < places_; ++m) {
                values["singular_value"][u * places_ + m] = from[curves + m];
                values["mode_share"][u * places_ + m] = from[curves + places_ + m];
            }
        }
        for (std::size_t m = 0; m < places_; ++m) {
            const auto mode = static_cast<std::size_t>(point_.axis("mode")[m]) - 1;
            values["mode_variance"][m] = mode < modes_.variance.size() ? modes_.variance[mode] : not_a_number;
        }
        values.set("best_log_likelihood", best_log_likelihood(data_));
        write_peak(values);
        write_exchanges(values);
        write_machine(values);
    }

  private:
    /// ln Z by annealed importance sampling, from the law of the data's means. All updates share its random numbers, so that
    /// what changes between updates is the machine.
    void measure_annealed(std::span<double> to, const Stop& stop) const {
        const Rbm& machine = training_.machine();
        const double temperature = point_["T"], rows = static_cast<double>(data_.rows());
        AnnealingSettings settings{.steps = static_cast<std::size_t>(point_.integer("annealing_steps")),
                                   .runs = static_cast<std::size_t>(point_.integer("annealing_runs")),
                                   .base = base_of_means(unit_means(data_))};
        const auto estimate = annealed_estimate(annealed_log_weights(machine, temperature, settings, random_, stop),
                                                base_log_partition(machine, settings.base));
        to[0] = log_likelihood(machine, data_, estimate.log_partition, temperature);
        to[1] = rows * estimate.error;
        to[2] = estimate.effective / static_cast<double>(settings.runs);
    }

    void write_peak(Values& values) const {
        const auto likelihood = values["log_likelihood"];
        if (!has_exact_likelihood(point_)) return;
        const auto peak = std::max_element(likelihood.begin(), likelihood.end());
        values.set("peak_log_likelihood", *peak);
        values.set("peak_update", record_.updates()[static_cast<std::size_t>(peak - likelihood.begin())]);
        values.set("fall", *peak - likelihood.back());
    }

    void write_exchanges(Values& values) const {
        const auto swaps = training_.swap_acceptance();
        if (swaps.empty() || training_.updates() == 0) return;
        const auto all = values["swap_acceptance"];
        double least = 1, sum = 0;
        std::size_t tried = 0;
        for (const double share : swaps) {
            if (std::isnan(share)) continue;  // of odd places after a single round
            least = std::min(least, share);
            sum += share;
            ++tried;
        }
        all[0] = sum / static_cast<double>(tried);
        values.set("least_swap_acceptance", least);
        const auto ladders = static_cast<double>(persistent_chains(rbm_settings(point_), data_.rows()));
        values.set("round_trips", static_cast<double>(training_.round_trips()) /
                                      (ladders * point_["k"] * static_cast<double>(training_.updates())));
    }

    void write_machine(Values& values) const {
        const Rbm& machine = training_.machine();
        const std::size_t rows = point_.axis("visible_unit").size(), columns = point_.axis("hidden_unit").size();
        if (rows < machine.visible || columns < machine.hidden) return;
        for (std::size_t i = 0; i < machine.visible; ++i)
            for (std::size_t j = 0; j < machine.hidden; ++j)
                values["weights"][i * columns + j] = machine.weights[i * machine.hidden + j];
        std::copy(machine.visible_bias.begin(), machine.visible_bias.end(), values["visible_bias"].begin());
        std::copy(machine.hidden_bias.begin(), machine.hidden_bias.end(), values["hidden_bias"].begin());
    }

    const Point& point_;
    const BinaryData& data_;
    DataModes modes_;
    std::size_t places_;
    RbmTraining training_;
    RandomStream random_;
    TrainingRecord record_;
};

}  // namespace

TrainingMethod rbm_method(const Point& point) { return training_method_words.at(point.word("method")); }

double smaller_rbm_layer(const Point& point) { return std::min(static_cast<double>(visible_units(point)), point["hidden"]); }

bool has_exact_likelihood(const Point& point) { return smaller_rbm_layer(point) <= most_partition_units; }

bool has_expected_step(const Point& point) {
    const TrainingMethod method = rbm_method(point);
    return (method == TrainingMethod::cd || method == TrainingMethod::expected_cd) &&
           std::max(static_cast<double>(visible_units(point)), point["hidden"]) <= most_transition_units;
}

bool is_annealed(const Point& point) {
    return point.word("annealing") == "always" || (point.word("annealing") == "large" && !has_exact_likelihood(point));
}

TrainingSettings rbm_settings(const Point& point) {
    TrainingSettings settings{.method = rbm_method(point), .ladder = static_cast<std::size_t>(point.integer("ladder"))};
    set_training(settings, point);
    return settings;
}

void run_rbm(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
             Checkpoint& checkpoint, Values& values) {
    const BinaryData data = training_data(point, context, random);
    Run run(point, data, random);
    run_training(
        run.training(), run.record(), [&](std::span<double> to) { run.measure(to, stop); }, checkpoint);
    run.write(values);
}

std::size_t rbm_state_size(const Point& point) {
    const std::size_t visible = visible_units(point), hidden = static_cast<std::size_t>(point.integer("hidden"));
    const TrainingSettings settings = rbm_settings(point);
    return RbmTraining::state_size(visible, hidden, persistent_chains(settings, training_rows(point)), settings) +
           8 * point.axis("update").size() * (curves + 2 * point.axis("mode").size());
}

double rbm_cost(const Point& point) {
    const double visible = static_cast<double>(visible_units(point)), hidden = point["hidden"];
    const double rows = static_cast<double>(rbm_settings(point).rows_of_update(training_rows(point)));
    const double all = static_cast<double>(training_rows(point)), counted = std::exp2(smaller_rbm_layer(point));
    const double larger = std::max(visible, hidden);
    const TrainingMethod method = rbm_method(point);
    double update = 0;
    if (method == TrainingMethod::exact) {
        update = counted * larger * 1.5 + rows * hidden * (visible + 10);
    } else if (method == TrainingMethod::expected_cd) {
        update = point["k"] * std::exp2(visible + hidden);
    } else {
        double chains = method == TrainingMethod::cd || point["chains"] == 0 ? rows : point["chains"];
        if (method == TrainingMethod::tempering) chains *= point["ladder"];
        const double half = visible * hidden / 40 + 0.5 * (visible + hidden);
        update = (2 * point["k"] + 1) * (chains + 16) * half + (rows + 16) * half + 5 * visible * hidden + 2000;
    }
    const double annealed =
        is_annealed(point) ? point["annealing_steps"] * point["annealing_runs"] * visible * hidden / 12 : 0;
    const double record = annealed + (has_exact_likelihood(point) ? counted * larger : 0) + all * visible * hidden * 3 +
                          10 * std::pow(std::min(visible, hidden), 3) + visible * visible * hidden;
    return point.axis("update").back() * update + static_cast<double>(point.axis("update").size()) * record;
}

}  // namespace gdm
