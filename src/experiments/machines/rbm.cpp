#include "gdm/experiments/machines/rbm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/rbm_replica.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/experiments/machines/training_parameters.hpp"

namespace gdm {
namespace {

void check(const Point& point, const Shapes& shapes) {
    check_training_data(point, shapes);
    const std::size_t visible = visible_units(point);
    if (static_cast<double>(visible) * point["hidden"] > 1 << 26)
        throw UsageError(fmt::format("{} visible and {} hidden units have {:.3g} weights; at most 2^26 are allowed", visible,
                                     point["hidden"], static_cast<double>(visible) * point["hidden"]));
    const TrainingMethod method = rbm_method(point);
    check_training(point);
    if (method == TrainingMethod::exact && smaller_rbm_layer(point) > most_moment_units)
        throw UsageError(
            fmt::format("method = exact counts the states of the smaller layer at every update, at most {} units, "
                        "not {}; take tempering",
                        most_moment_units, smaller_rbm_layer(point)));
    if (method == TrainingMethod::expected_cd &&
        std::max(static_cast<double>(visible), point["hidden"]) > most_transition_units)
        throw UsageError(fmt::format("method = expected_cd counts the states of both layers, at most {} units each; take cd",
                                     most_transition_units));
    check_stored_units(point, "visible_unit", visible);
    check_stored_units(point, "hidden_unit", static_cast<std::size_t>(point.integer("hidden")));
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = training_data_grid();
    for (Parameter& one : std::vector<Parameter>{
             {.name = "hidden",
 .description = "hidden units",
 .kind = Kind::integer,
 .default_value = "16",
 .range = {.min = 1, .max = 65536}},
             {.name = "method",
             .description = "what stands for averages under the model; cd: k Gibbs steps from the data; pcd: chains that go "
                            "on; tempering: these with exchanges of temperatures; exact: all states; expected_cd: cd on "
                            "average, by all states. Data, start and random numbers are the same for all",
             .kind = Kind::word,
             .default_value = "cd",
             .words = training_method_words.list(),
             .keyed = false}})
        all.push_back(std::move(one));
    for (Parameter& one : training_parameters()) all.push_back(std::move(one));
    for (Parameter& one : std::vector<Parameter>{
             {.name = "mode",
 .description = "number of a mode, of the weights or of the data, from 1 on",
 .role = Role::inner,
 .kind = Kind::integer,
 .default_value = "1, 2, 3, 4, 5, 6, 7, 8",
 .range = {.min = 1, .max = 65536}},
             {.name = "visible_unit",
             .description = "visible units whose weights are stored after the last update, arange(0, n); 0 alone: none",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 65535}},
             {.name = "hidden_unit",
             .description = "hidden units, alike",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 65535}},
             {.name = "initial_weights",
             .description = "deviation of the normal weights at the start; biases start at 0",
             .role = Role::setting,
             .default_value = "0.01",
             .range = {.min = 0, .max = 1e3}},
             {.name = "chains",
             .description = "chains of pcd, ladders of tempering; 0: as many as rows in an update",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 1e6}},
             {.name = "ladder",
             .description = "temperatures of tempering: 1/T_k from 0 to 1/T in equal steps",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "8",
             .range = {.min = 2, .max = 1024}}})
        all.push_back(std::move(one));
    for (Parameter& one : annealing_settings("the smaller layer has more than 24 units")) all.push_back(std::move(one));
    for (Parameter& one : training_data_settings()) all.push_back(std::move(one));
    return all;
}

std::vector<Observable> observables() {
    const Missing large{"smaller layer above 24 units", [](const Point& point) { return !has_exact_likelihood(point); }};
    const Missing no_bias{"other methods than cd and expected_cd, or a layer of more than 10 units",
                          [](const Point& point) { return !has_expected_step(point); }};
    const Missing not_tempered{"other methods than tempering",
                               [](const Point& point) { return rbm_method(point) != TrainingMethod::tempering; }};
    const Missing not_annealed{"annealing = off, or large with a smaller layer of at most 24 units",
                               [](const Point& point) { return !is_annealed(point); }};
    const Missing beyond{"beyond the last mode"}, not_stored{"not stored, and beyond the units of a smaller machine"};
    const std::vector<std::string> update{"update"}, modes{"update", "mode"};
    return {
        {.name = "log_likelihood",
         .unit = "nat",
         .description = "of the data, the sum over all rows; exact",
         .axes = update,
         .may_be_missing = large},
        {.name = "reconstruction_error",
         .description = "mean squared difference of the data and their reconstruction from hidden probabilities",
         .axes = update},
        {.name = "weight_norm", .description = "sqrt(sum W_ij^2)", .axes = update},
        {.name = "largest_weight", .description = "greatest |W_ij|", .axes = update},
        {.name = "visible_bias_norm", .description = "sqrt(sum a_i^2)", .axes = update},
        {.name = "hidden_bias_norm", .description = "sqrt(sum b_j^2)", .axes = update},
        {.name = "gradient_cosine",
         .description = "of the angle between the expected step of CD-k and the gradient of the log-likelihood",
         .axes = update,
         .may_be_missing = no_bias},
        {.name = "gradient_ratio",
         .description = "norm of the expected step of CD-k over that of the gradient",
         .axes = update,
         .may_be_missing = no_bias},
        {.name = "annealed_log_likelihood",
         .unit = "nat",
         .description = "of the data with ln Z by annealed importance sampling, on average too high by "
                        "annealed_stated_error^2/(2 rows)",
         .axes = update,
         .may_be_missing = not_annealed},
        {.name = "annealed_stated_error",
         .unit = "nat",
         .description = "its error as the weights of one estimate state it",
         .axes = update,
         .may_be_missing = not_annealed},
        {.name = "annealed_effective_share",
         .description = "effective number of weights over runs: trust the error where it is not far below 1",
         .axes = update,
         .may_be_missing = not_annealed},
        {.name = "singular_value", .description = "singular values of W", .axes = modes, .may_be_missing = beyond},
        {.name = "mode_share",
         .description = "share of sum W_ij^2 along a principal mode of the data; the mean of modes of equal variance",
         .axes = modes,
         .may_be_missing = {"beyond the last mode, and while all weights are 0"}},
        {.name = "mode_variance",
         .description = "variance of the data along a mode",
         .axes = {"mode"},
         .may_be_missing = beyond},
        {.name = "best_log_likelihood",
         .unit = "nat",
         .description = "greatest that any law has: that of the data's shares"},
        {.name = "peak_log_likelihood",
         .unit = "nat",
         .description = "greatest of a run, among the values of update",
         .may_be_missing = large},
        {.name = "peak_update", .description = "at which that is", .may_be_missing = large},
        {.name = "fall", .unit = "nat", .description = "how far the log-likelihood fell from it", .may_be_missing = large},
        {.name = "swap_acceptance",
         .description = "probability of an exchange between neighbours, mean of the ladder",
         .may_be_missing = not_tempered},
        {.name = "least_swap_acceptance", .description = "the same of the worst pair", .may_be_missing = not_tempered},
        {.name = "round_trips",
         .unit = "1/step",
         .description = "of all chains of a ladder together, hot to cold and back",
         .may_be_missing = not_tempered},
        {.name = "weights",
         .description = "W after the last update",
         .axes = {"visible_unit", "hidden_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored},
        {.name = "visible_bias",
         .description = "a after the last update",
         .axes = {"visible_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored},
        {.name = "hidden_bias",
         .description = "b after the last update",
         .axes = {"hidden_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored}};
}

/// Of the normal weights at the start: their norm has a χ law, and no mode of the data is preferred.
std::vector<Theory> theory() {
    const auto at_start = [](std::string name, std::string description, std::vector<std::string> axes,
                             double (*value)(double visible, double hidden, double deviation)) {
        return Theory{.name = std::move(name),
                      .description = std::move(description),
                      .axes = std::move(axes),
                      .compute = [value](const Point& point, std::span<double> values) {
                          const double visible = static_cast<double>(visible_units(point));
                          const auto updates = point.axis("update"), modes = point.axis("mode");
                          const std::size_t width = values.size() / updates.size();
                          for (std::size_t k = 0; k < values.size(); ++k) {
                              const bool there = updates[k / width] == 0 && point["initial_weights"] > 0 &&
                                                 (width == 1 || modes[k % width] <= visible);
                              values[k] = there ? value(visible, point["hidden"], point["initial_weights"]) : std::nan("");
                          }
                      }};
    };
    return {at_start("weight_norm_theory", "at the start: the mean of a chi law", {"update"},
                     [](double visible, double hidden, double deviation) {
                         const double half = visible * hidden / 2;
                         return deviation * std::sqrt(2) * std::exp(std::lgamma(half + 0.5) - std::lgamma(half));
                     }),
            at_start("mode_share_theory", "at the start: 1/n of n visible units", {"update", "mode"},
                     [](double visible, double, double) { return 1 / visible; })};
}

}  // namespace

Experiment rbm() {
    Experiment experiment;
    experiment.name = "rbm";
    experiment.question =
        "How well does a restricted Boltzmann machine learn, and when does contrastive divergence lead it astray?";
    experiment.source =
        "Hinton, Neural Computation 14, 1771 (2002); Tieleman, ICML (2008); Desjardins et al., AISTATS (2010); Fischer and "
        "Igel, Pattern Recognition 47, 25 (2014); Decelle, Fissore and Furtlehner, J. Stat. Phys. 172, 1576 (2018)";
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.theory = theory();
    experiment.implied = implied_by_training_data;
    experiment.check = check;
    experiment.prepare = prepare_training_data;
    experiment.state_size = rbm_state_size;
    experiment.run_from = run_rbm;
    experiment.cost = rbm_cost;
    return experiment;
}

}  // namespace gdm
