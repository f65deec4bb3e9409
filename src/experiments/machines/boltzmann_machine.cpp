#include "gdm/experiments/machines/boltzmann_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "gdm/base/crossing.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/boltzmann_replica.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/experiments/machines/training_parameters.hpp"

namespace gdm {
namespace {

constexpr double most_units = 4096;

void check(const Point& point, const Shapes& shapes) {
    check_training_data(point, shapes);
    check_training(point);
    const double hidden = point["hidden"], units = boltzmann_units(point), counted = counted_boltzmann_units(point);
    const BoltzmannMethod method = boltzmann_method_words.at(point.word("method"));
    if (units > most_units)
        throw UsageError(fmt::format("{} visible and {} hidden units are more than {}", units - hidden, hidden, most_units));
    if (hidden == 0 && point.word("connections") == "restricted")
        throw UsageError("a restricted machine without hidden units has no couplings; take connections = full");
    if (method == BoltzmannMethod::pseudo_likelihood && hidden > 0)
        throw UsageError(
            fmt::format("method = pseudo_likelihood takes hidden = 0, not {}: it needs all units in the data", hidden));
    if (method == BoltzmannMethod::exact && counted > most_moment_units)
        throw UsageError(
            fmt::format("method = exact counts all states at every update, of at most {} units, not {}; take pcd",
                        most_moment_units, counted));
    if (method == BoltzmannMethod::expected_cd && units > most_sweep_units)
        throw UsageError(fmt::format("method = expected_cd counts the states of all units, at most {}, not {}; take cd",
                                     most_sweep_units, units));
    if (point.word("clamped") == "exact" && !counts_hidden_states(point))
        throw UsageError(
            fmt::format("clamped = exact counts the states of hidden units for each row, at most {} of them where "
                        "they couple, not {}; take mean_field or sampled",
                        most_sweep_units, hidden));
    check_stored_units(point, "unit", static_cast<std::size_t>(units));
    check_stored_units(point, "partner", static_cast<std::size_t>(units));
}

std::vector<Parameter> data_parameters() {
    std::vector<Parameter> all = training_data_grid();
    for (Parameter& one : all) {
        if (one.name != "data") continue;
        one.words.push_back("planted");
        one.description += "; planted: states of spins with random couplings";
    }
    all.push_back({.name = "beta",
                   .description = "scale of the planted couplings, normal of variance beta^2/n between n spins",
                   .default_value = "0.5",
                   .range = {.min = 0, .max = 100, .open_min = true},
                   .keyed = false});
    for (Parameter& one : training_data_settings()) {
        if (one.name != "rows") continue;
        one.description = "rows of the training sets that are drawn, ising, hopfield and planted: the first ones of more";
        one.role = Role::grid;
        one.keyed = false;
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = data_parameters();
    const auto word = [](const char* name, const char* description, const char* value, std::vector<std::string> words) {
        return Parameter{.name = name,
                         .description = description,
                         .kind = Kind::word,
                         .default_value = value,
                         .words = std::move(words),
                         .keyed = false};
    };
    const auto count = [](const char* name, const char* description, Role role, const char* value, double min, double max) {
        return Parameter{.name = name,
                         .description = description,
                         .role = role,
                         .kind = Kind::integer,
                         .default_value = value,
                         .range = {.min = min, .max = max}};
    };
    all.push_back(count("hidden", "hidden units; 0: all units are visible", Role::grid, "4", 0, most_units));
    all.push_back(word("connections",
                       "full: all units couple; semi_restricted: all but hidden units with each other; restricted: visible "
                       "with hidden units alone",
                       "full", connection_words.list()));
    all.push_back(word("units", "whose couplings are learned; binary: of units 0 and 1; spins: of units -1 and 1", "binary",
                       unit_words.list()));
    all.push_back(
        word("method",
             "what stands for averages under the model; cd: k sweeps from the data; pcd: chains that go on; exact: "
             "all states; expected_cd: cd on average, by all states; pseudo_likelihood: each unit given all others "
             "in the data. Data, start and random numbers are the same for all",
             "cd", boltzmann_method_words.list()));
    all.push_back(word("clamped",
                       "averages over hidden units that couple, the data held; exact: all states; sampled: clamped_steps "
                       "sweeps; mean_field: independent units",
                       "exact", clamped_phase_words.list()));
    for (Parameter& one : training_parameters()) all.push_back(std::move(one));
    all.push_back(count("mode", "number of an eigenvalue of the couplings, from 1, the greatest, on", Role::inner,
                        "1, 2, 3, 4, 5, 6, 7, 8", 1, most_units));
    all.push_back(count("unit",
                        "units whose couplings are stored after the last update, visible ones first, arange(0, n); 0 alone: "
                        "none",
                        Role::inner, "0", 0, most_units - 1));
    all.push_back(count("partner", "units to which they couple, alike", Role::inner, "0", 0, most_units - 1));
    all.push_back({.name = "initial_couplings",
                   .description = "deviation of the normal couplings at the start; biases start at 0",
                   .role = Role::setting,
                   .default_value = "0.01",
                   .range = {.min = 0, .max = 1e3}});
    all.push_back(count("chains", "chains of pcd; 0: as many as rows in an update", Role::setting, "0", 0, 1e6));
    all.push_back(count("clamped_steps", "sweeps of hidden units that couple, from probabilities 1/2, the data held",
                        Role::setting, "10", 1, 1e4));
    all.push_back(count("planted_sweeps", "sweeps of each planted state from random spins", Role::setting, "256", 1, 1e6));
    all.push_back({.name = "target",
                   .unit = "nat",
                   .description = "Kullback-Leibler divergence of a row that updates_to_target asks for",
                   .role = Role::setting,
                   .default_value = "0.1",
                   .range = {.min = 0, .max = 1e3, .open_min = true}});
    for (Parameter& one : annealing_settings("more than 24 units would be counted")) all.push_back(std::move(one));
    for (Parameter& one : training_data_settings())
        if (one.name != "rows") all.push_back(std::move(one));
    return all;
}

std::vector<Observable> observables() {
    const Missing large{"more than 24 units to count, or more than 12 hidden ones that couple",
                        [](const Point& point) { return !has_exact_boltzmann_likelihood(point); }};
    const Missing no_gradient{"more than 18 units to count, or more than 12 hidden ones that couple",
                              [](const Point& point) { return !has_exact_gradient(point); }};
    const Missing no_bias{"other methods than cd and expected_cd, or more than 12 units",
                          [](const Point& point) { return !has_expected_sweep(point); }};
    const Missing with_hidden{"with hidden units", [](const Point& point) { return point["hidden"] > 0; }};
    const Missing not_planted{"other data than planted and ising, or with hidden units",
                              [](const Point& point) { return !has_planted_couplings(point); }};
    const Missing not_annealed{"annealing = off, or large where ln Z is exact",
                               [](const Point& point) { return !is_annealed_machine(point); }};
    const Missing not_both{"where ln Z is not both annealed and exact", [](const Point& point) {
                               return !is_annealed_machine(point) || !has_exact_boltzmann_likelihood(point);
                           }};
    const Missing not_stored{"not stored, and beyond the units of a smaller machine"};
    const auto curve = [](const char* name, const char* unit, const char* description, const Missing& missing = {}) {
        return Observable{
            .name = name, .unit = unit, .description = description, .axes = {"update"}, .may_be_missing = missing};
    };
    return {curve("log_likelihood", "nat", "of the data, the sum over all rows; exact", large),
            curve("pseudo_log_likelihood", "nat", "sum over rows and units of ln P(unit|all others)", with_hidden),
            curve("gradient_norm", "1", "of the gradient of the mean log-likelihood, to couplings and biases", no_gradient),
            curve("gradient_cosine", "1", "of the angle between the expected step of CD-k and the gradient", no_bias),
            curve("gradient_ratio", "1", "norm of the expected step of CD-k over that of the gradient", no_bias),
            curve("coupling_norm", "1", "sqrt(sum w_ij^2) over pairs"),
            curve("largest_coupling", "1", "greatest |w_ij|"),
            curve("bias_norm", "1", "sqrt(sum theta_i^2)"),
            curve("coupling_error", "1",
                  "sqrt(sum (J_ij - J*_ij)^2/sum J*_ij^2) of couplings of spins over T, J* those of the data", not_planted),
            curve("annealed_log_likelihood", "nat",
                  "of the data with ln Z by annealed importance sampling, on average too high by "
                  "annealed_stated_error^2/(2 rows)",
                  not_annealed),
            curve("annealed_stated_error", "nat", "its error as the weights of one estimate state it", not_annealed),
            curve("annealed_effective_share", "1",
                  "effective number of weights over runs: trust the error where it is not far below 1", not_annealed),
            curve("partition_ratio", "1", "annealed estimate of Z over Z, of mean 1", not_both),
            {.name = "eigenvalue",
             .description = "eigenvalues of the couplings, greatest first",
             .axes = {"update", "mode"},
             .may_be_missing = {"beyond the last mode"}},
            {.name = "best_log_likelihood",
             .unit = "nat",
             .description = "greatest that any law has: that of the data's shares"},
            {.name = "coupling_error_bound",
             .description = "coupling_error of the maximum likelihood for many rows, by the Fisher information of J*",
             .may_be_missing = {"other data than planted and ising, hidden units, or more than 18 units",
                                [](const Point& point) {
                                    return !has_planted_couplings(point) || boltzmann_units(point) > most_moment_units;
                                }}},
            {.name = "couplings",
             .description = "w after the last update",
             .axes = {"unit", "partner"},
             .combine = Combine::stored,
             .may_be_missing = not_stored},
            {.name = "biases",
             .description = "theta after the last update",
             .axes = {"unit"},
             .combine = Combine::stored,
             .may_be_missing = not_stored}};
}

/// (best − log-likelihood)/rows over the updates.
std::vector<double> divergence(const Point& point, const Combined& combined) {
    std::vector<double> result;
    for (const double likelihood : combined["log_likelihood"])
        result.push_back((combined.scalar("best_log_likelihood") - likelihood) / static_cast<double>(training_rows(point)));
    return result;
}

std::vector<Derived> derived() {
    return {
        {.name = "kl_divergence",
         .unit = "nat",
         .description = "of a row: Kullback-Leibler divergence of the machine from the data's shares",
         .axes = {"update"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value,
                       std::span<double>) { std::ranges::copy(divergence(point, combined), value.begin()); }},
        {.name = "best_update",
         .description = "value of update at which the mean log-likelihood is greatest",
         .error = ErrorMethod::bootstrap,
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                 const auto likelihood = combined["log_likelihood"];
                 if (std::isnan(likelihood.front())) return;
                 const auto place = std::ranges::max_element(likelihood) - likelihood.begin();
                 value[0] = point.axis("update")[static_cast<std::size_t>(place)];
             }},
        {.name = "updates_to_target",
         .description = "updates until kl_divergence first passes target, between the values of update; NaN: never",
         .error = ErrorMethod::bootstrap,
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
             const auto updates = point.axis("update");
             const auto all = divergence(point, combined);
             std::vector<double> logarithm, kl;
             for (std::size_t u = 0; u < updates.size(); ++u) {
                 if (updates[u] == 0) continue;
                 logarithm.push_back(std::log(updates[u]));
                 kl.push_back(all[u]);
             }
             const auto found = all_crossings(logarithm, kl, point["target"]);
             value[0] = found.empty() ? std::nan("") : std::exp(found.front().position);
             systematic[0] = found.empty() ? 0 : value[0] * found.front().systematic;
         }}};
}

std::vector<Theory> theory() {
    return {{.name = "coupling_norm_theory",
             .description = "at the start: the mean of a chi law",
             .axes = {"update"},
             .compute =
                 [](const Point& point, std::span<double> values) {
                     const double visible = static_cast<double>(visible_units(point)), hidden = point["hidden"];
                     double pairs = visible * hidden;
                     if (point.word("connections") != "restricted") pairs += visible * (visible - 1) / 2;
                     if (point.word("connections") == "full") pairs += hidden * (hidden - 1) / 2;
                     const bool drawn = pairs > 0 && point["initial_couplings"] > 0;
                     for (std::size_t u = 0; u < values.size(); ++u)
                         values[u] = drawn && point.axis("update")[u] == 0
                                         ? point["initial_couplings"] * std::sqrt(2) *
                                               std::exp(std::lgamma((pairs + 1) / 2) - std::lgamma(pairs / 2))
                                         : std::nan("");
                 }},
            {.name = "partition_ratio_theory",
             .description = "unbiased for any number of steps and runs",
             .axes = {"update"},
             .compute = [](const Point& point, std::span<double> values) {
                 const bool both = is_annealed_machine(point) && has_exact_boltzmann_likelihood(point);
                 std::ranges::fill(values, both ? 1 : std::nan(""));
             }}};
}

}  // namespace

Experiment boltzmann_machine() {
    Experiment experiment;
    experiment.name = "boltzmann_machine";
    experiment.question =
        "How well does a Boltzmann machine whose units may all couple learn, and does it find couplings again?";
    experiment.source =
        "Ackley, Hinton and Sejnowski, Cognitive Science 9, 147 (1985); Osindero and Hinton, NIPS (2008); Salakhutdinov and "
        "Hinton, AISTATS (2009); Nguyen, Zecchina and Berg, Advances in Physics 66, 197 (2017)";
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.derived = derived();
    experiment.theory = theory();
    experiment.implied = implied_by_training_data;
    experiment.check = check;
    experiment.prepare = prepare_training_data;
    experiment.state_size = boltzmann_state_size;
    experiment.run_from = run_boltzmann_machine;
    experiment.cost = boltzmann_cost;
    return experiment;
}

}  // namespace gdm
