#include "gdm/experiments/machines/boltzmann_replica.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/experiments/machines/training_parameters.hpp"
#include "gdm/experiments/machines/training_run.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/planted_spins.hpp"
#include "gdm/physics/machines/pseudo_likelihood.hpp"

namespace gdm {
namespace {

/// What is measured at each recorded update, in the order of the state.
constexpr const char* curve_names[] = {
    "log_likelihood",        "pseudo_log_likelihood",    "gradient_norm",  "gradient_cosine", "gradient_ratio",
    "coupling_norm",         "largest_coupling",         "bias_norm",      "coupling_error",  "annealed_log_likelihood",
    "annealed_stated_error", "annealed_effective_share", "partition_ratio"};
constexpr std::size_t curves = std::size(curve_names);

std::size_t whole(const Point& point, const char* name) { return static_cast<std::size_t>(point.integer(name)); }

/// The machine of spins that the data come from, with couplings and T together.
std::optional<BoltzmannMachine> planted_machine(const Point& point, const RandomStream& random) {
    if (point.word("data") == "planted") return planted_spins(whole(point, "size"), point["beta"], random);
    if (point.word("data") == "ising") return lattice_spins(whole(point, "size"), point["data_temperature"]);
    return std::nullopt;
}

/// The training of a machine with what is measured of it.
class Run {
  public:
    Run(const Point& point, const BinaryData& data, const RandomStream& random)
        : point_(point),
          data_(data),
          places_(point.axis("mode").size()),
          training_(data, whole(point, "hidden"), point["initial_couplings"], boltzmann_settings(point), random),
          random_(random),
          record_(point, curves + places_) {
        if (has_planted_couplings(point)) planted_ = planted_machine(point, random);
    }

    [[nodiscard]] BoltzmannTraining& training() { return training_; }
    [[nodiscard]] TrainingRecord& record() { return record_; }

    /// Of the machine as it is, in the order of the curves, then eigenvalues.
    void measure(std::span<double> to, const Stop& stop) const {
        const BoltzmannMachine &machine = training_.machine(), &learned = training_.parameters();
        std::optional<double> log_partition;
        if (has_exact_boltzmann_likelihood(point_)) {
            log_partition = exact_log_partition(machine, stop);
            to[0] = log_likelihood(machine, data_, *log_partition);
        }
        if (machine.hidden == 0) to[1] = pseudo_log_likelihood(machine, data_);
        if (has_exact_gradient(point_)) measure_gradient(to.subspan(2), stop);
        to[5] = coupling_norm(learned);
        to[6] = to[7] = 0;
        for (const double coupling : learned.couplings) to[6] = std::max(to[6], std::abs(coupling));
        for (const double bias : learned.biases) to[7] += bias * bias;
        to[7] = std::sqrt(to[7]);
        if (planted_) to[8] = reconstruction_error(to_spins(machine), *planted_);
        if (is_annealed_machine(point_)) measure_annealed(to.subspan(9), log_partition, stop);
        const auto eigenvalues = coupling_eigenvalues(learned);
        for (std::size_t m = 0; m < places_; ++m) {
            const auto mode = static_cast<std::size_t>(point_.axis("mode")[m]) - 1;
            if (mode < eigenvalues.size()) to[curves + m] = eigenvalues[mode];
        }
    }

    void write(Values& values) const {
        for (std::size_t u = 0; u < record_.updates().size(); ++u) {
            const auto from = record_.at(u);
            for (std::size_t c = 0; c < curves; ++c) values[curve_names[c]][u] = from[c];
            for (std::size_t m = 0; m < places_; ++m) values["eigenvalue"][u * places_ + m] = from[curves + m];
        }
        values.set("best_log_likelihood", best_log_likelihood(data_));
        if (planted_ && training_.machine().units() <= static_cast<std::size_t>(most_moment_units))
            values.set(
                "coupling_error_bound",
                reconstruction_bound(from_spins(*planted_), static_cast<double>(data_.rows())) / coupling_norm(*planted_));
        write_machine(values);
    }

  private:
    /// Of the mean log-likelihood, in the units that are learned, and how the expected step of CD-k lies to it.
    void measure_gradient(std::span<double> to, const Stop& stop) const {
        const BoltzmannMachine& machine = training_.machine();
        const UnitMoments seen = data_moments(machine, data_);
        const auto step_to = [&](const UnitMoments& model) {
            UnitMoments step = difference(seen, model);
            return point_.word("units") == "spins" ? spin_moments(std::move(step), true) : step;
        };
        const UnitMoments gradient = step_to(model_moments(machine, stop));
        const double norm = std::sqrt(inner_product(machine, gradient, gradient));
        to[0] = norm / point_["T"];
        if (!has_expected_sweep(point_)) return;
        const UnitMoments step = step_to(expected_sweep_moments(machine, data_, whole(point_, "k")));
        const double length = std::sqrt(inner_product(machine, step, step));
        to[1] = inner_product(machine, gradient, step) / (norm * length);
        to[2] = length / norm;
    }

    /// ln Z by annealed importance sampling, from the law of the data's means. All updates share its random numbers.
    void measure_annealed(std::span<double> to, std::optional<double> exact, const Stop& stop) const {
        const BoltzmannMachine& machine = training_.machine();
        const AnnealingSettings settings{.steps = whole(point_, "annealing_steps"),
                                         .runs = whole(point_, "annealing_runs"),
                                         .base = base_of_means(unit_means(data_))};
        const auto estimate = annealed_estimate(annealed_log_weights(machine, settings, random_, stop),
                                                base_log_partition(machine, settings.base));
        to[0] = log_likelihood(machine, data_, estimate.log_partition);
        to[1] = static_cast<double>(data_.rows()) * estimate.error;
        to[2] = estimate.effective / static_cast<double>(settings.runs);
        if (exact) to[3] = std::exp(estimate.log_partition - *exact);
    }

    void write_machine(Values& values) const {
        const BoltzmannMachine& learned = training_.parameters();
        const std::size_t n = learned.units(), rows = point_.axis("unit").size(), columns = point_.axis("partner").size();
        if (rows < n || columns < n) return;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) values["couplings"][i * columns + j] = learned.couplings[i * n + j];
        std::copy(learned.biases.begin(), learned.biases.end(), values["biases"].begin());
    }

    const Point& point_;
    const BinaryData& data_;
    std::size_t places_;
    BoltzmannTraining training_;
    RandomStream random_;
    std::optional<BoltzmannMachine> planted_;
    TrainingRecord record_;
};

BinaryData data_of(const Point& point, const Context& context, const RandomStream& random) {
    if (point.word("data") != "planted") return training_data(point, context, random);
    return sampled_rows(*planted_machine(point, random), training_rows(point), whole(point, "planted_sweeps"), random);
}

}  // namespace

double boltzmann_units(const Point& point) { return static_cast<double>(visible_units(point)) + point["hidden"]; }

double counted_boltzmann_units(const Point& point) {
    const double visible = static_cast<double>(visible_units(point));
    return point.word("connections") == "restricted" ? std::min(visible, point["hidden"]) : visible + point["hidden"];
}

bool counts_hidden_states(const Point& point) {
    return point.word("connections") != "full" || point["hidden"] <= most_sweep_units;
}

bool has_exact_boltzmann_likelihood(const Point& point) {
    return counted_boltzmann_units(point) <= most_partition_units && counts_hidden_states(point);
}

bool has_exact_gradient(const Point& point) {
    return counted_boltzmann_units(point) <= most_moment_units && counts_hidden_states(point);
}

bool has_expected_sweep(const Point& point) {
    const auto method = boltzmann_method_words.at(point.word("method"));
    return (method == BoltzmannMethod::cd || method == BoltzmannMethod::expected_cd) &&
           boltzmann_units(point) <= most_sweep_units;
}

bool is_annealed_machine(const Point& point) {
    const std::string& annealing = point.word("annealing");
    return counts_hidden_states(point) &&
           (annealing == "always" || (annealing == "large" && !has_exact_boltzmann_likelihood(point)));
}

bool has_planted_couplings(const Point& point) {
    return point["hidden"] == 0 && (point.word("data") == "planted" || point.word("data") == "ising");
}

BoltzmannSettings boltzmann_settings(const Point& point) {
    BoltzmannSettings settings{.method = boltzmann_method_words.at(point.word("method")),
                               .clamped = clamped_phase_words.at(point.word("clamped")),
                               .connections = connection_words.at(point.word("connections")),
                               .units = unit_words.at(point.word("units")),
                               .clamped_steps = whole(point, "clamped_steps")};
    set_training(settings, point);
    return settings;
}

void run_boltzmann_machine(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                           Checkpoint& checkpoint, Values& values) {
    const BinaryData data = data_of(point, context, random);
    Run run(point, data, random);
    run_training(
        run.training(), run.record(), [&](std::span<double> to) { run.measure(to, stop); }, checkpoint);
    run.write(values);
}

std::size_t boltzmann_state_size(const Point& point) {
    const BoltzmannSettings settings = boltzmann_settings(point);
    return BoltzmannTraining::state_size(visible_units(point) + whole(point, "hidden"),
                                         persistent_chains(settings, training_rows(point)), settings) +
           8 * point.axis("update").size() * (curves + point.axis("mode").size());
}

double boltzmann_cost(const Point& point) {
    const BoltzmannSettings settings = boltzmann_settings(point);
    const double units = boltzmann_units(point), square = units * units, all = static_cast<double>(training_rows(point));
    const double rows = static_cast<double>(settings.rows_of_update(training_rows(point)));
    const double hidden_states = point.word("connections") == "full" && point["hidden"] > 1 ? std::exp2(point["hidden"]) : 0;
    const double seen = square + 7 * hidden_states, swept = 0.06 * square + 2 * units;  // of one row, and of one chain
    const double counted =
        std::exp2(std::min(counted_boltzmann_units(point), 60.0)) * (point.word("connections") == "restricted" ? units : 7);
    double update = point["hidden"] == 0 && settings.batch == 0 ? 0 : rows * seen;
    switch (settings.method) {
        case BoltzmannMethod::cd:
            update += rows * swept * point["k"];
            break;
        case BoltzmannMethod::pcd:
            update += (point["chains"] == 0 ? rows : point["chains"]) * swept * point["k"];
            break;
        case BoltzmannMethod::exact:
            update += counted;
            break;
        case BoltzmannMethod::expected_cd:
            update += (5 * point["k"] * units + 7) * std::exp2(units);
            break;
        case BoltzmannMethod::pseudo_likelihood:
            update += 2 * rows * square;
            break;
    }
    double record = 3 * all * seen + 10 * units * square;
    if (has_exact_boltzmann_likelihood(point)) record += 2 * counted;
    if (is_annealed_machine(point)) record += point["annealing_steps"] * point["annealing_runs"] * (square + swept);
    return point.axis("update").back() * (update + 20 * square) + static_cast<double>(point.axis("update").size()) * record;
}

}  // namespace gdm
