#include "gdm/experiments/machines/rbm_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/machines/chain_snapshot.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/rbm_sampling_replica.hpp"
#include "gdm/experiments/machines/sampled_machines.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"

namespace gdm {
namespace {

void check(const Point& point, const Shapes& shapes) {
    check_machine(point, shapes);
    for (const char* name : {"k", "annealing_steps"}) {
        const auto axis = point.axis(name);
        for (std::size_t i = 1; i < axis.size(); ++i)
            if (axis[i] <= axis[i - 1])
                throw UsageError(fmt::format("the values of {} must rise: {} comes after {}", name, axis[i], axis[i - 1]));
    }
    if (point.axis("annealing_steps").size() > 256) throw UsageError("annealing_steps may have at most 256 values");
    if (point.integer("chains") % 2 != 0) throw UsageError("chains must be even, as overlaps are those of pairs");
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = machine_parameters();
    all.push_back({.name = "T",
                   .description = "temperature, which divides the energy",
                   .default_value = "1",
                   .range = {.min = 1e-3, .max = 1e3}});
    all.push_back({.name = "annealing_steps",
                   .description = "steps of annealed importance sampling from beta = 0 to 1/T",
                   .role = Role::inner,
                   .kind = Kind::integer,
                   .default_value = "10, 30, 100, 300, 1000",
                   .range = {.min = 1, .max = 1e6}});
    all.push_back({.name = "k",
                   .description = "Gibbs steps from the start",
                   .role = Role::inner,
                   .kind = Kind::integer,
                   .default_value = "0, 1, 2, 4, 8, 16, 32, 64, 128, 256",
                   .range = {.min = 0, .max = 1e9}});
    all.push_back(count_setting("runs", "runs of annealed importance sampling", "128", 2, 1 << 20));
    all.push_back(count_setting("chains", "Gibbs chains of each start, an even number", "32", 2, 1 << 20));
    all.push_back(samples_setting("1024"));
    all.push_back(thermalisation_setting("256"));
    for (Parameter& one : all)
        if (one.name == "samples") one.range.min = 64;
    return all;
}

std::vector<Observable> observables() {
    const Missing normal{"machine = gaussian", has_gaussian_units};
    const Missing large{"smaller layer above 24 units, and machine = gaussian", [](const Point& point) {
                            return has_gaussian_units(point) || smaller_layer(point) > most_partition_units;
                        }};
    const Missing many{"smaller layer above 18 units, and machine = gaussian", [](const Point& point) {
                           return has_gaussian_units(point) || smaller_layer(point) > most_moment_units;
                       }};
    const Missing uncounted{"above 18 units, the visible ones alone where machine = gaussian",
                            [](const Point& point) { return overlap_units(point) > most_moment_units; }};
    const std::vector<std::string> annealing{"annealing_steps"}, gibbs{"k"};
    std::vector<Observable> all{
        {.name = "log_partition",
         .unit = "nat",
         .description = "ln Z by annealed importance sampling",
         .axes = annealing,
         .may_be_missing = normal},
        {.name = "log_partition_exact", .unit = "nat", .description = "ln Z by all states", .may_be_missing = large},
        {.name = "log_partition_difference",
         .unit = "nat",
         .description = "ln Z minus the exact one",
         .axes = annealing,
         .may_be_missing = large},
        {.name = "partition_ratio",
         .description = "estimate of Z over Z, of mean 1",
         .axes = annealing,
         .may_be_missing = large},
        {.name = "stated_error",
         .unit = "nat",
         .description = "sqrt(relvar/runs), the error of ln Z that one machine's runs state",
         .axes = annealing,
         .may_be_missing = normal},
        {.name = "stated_bias",
         .unit = "nat",
         .description = "-relvar/(2 runs)",
         .axes = annealing,
         .may_be_missing = normal},
        {.name = "covered",
         .description = "share of machines whose ln Z is within its stated error",
         .axes = annealing,
         .may_be_missing = large,
         .bounds = between(0, 1, 1)},
        {.name = "z_squared",
         .description = "mean of (difference/stated error)^2",
         .axes = annealing,
         .may_be_missing = large},
        {.name = "relative_variance",
         .description = "of the weights of a machine's runs",
         .axes = annealing,
         .may_be_missing = normal},
        {.name = "effective_share",
         .description = "effective number of weights over runs",
         .axes = annealing,
         .may_be_missing = normal},
        {.name = "lower_bound",
         .unit = "nat",
         .description = "mean of ln w, on average below ln Z",
         .axes = annealing,
         .may_be_missing = normal}};
    for (const auto& [name, unit, description] : std::vector<std::array<std::string, 3>>{
             {"energy", "1", "(-a.v - sum_j h_j (b + vW)_j)/(T visible), hidden units by their means given v"},
             {"magnetisation", "1", "mean of s = 2v - 1 over visible units"},
             {"magnetisation_abs", "1", "mean of its modulus in a state"},
             {"overlap_squared", "1", "mean of (sum s s'/visible)^2 of two chains of the same machine"},
             {"active_hidden", "1",
              "(sum m_j^2)^2/sum m_j^4 of the overlaps m_j = sum_i W_ij s_i/sum_i |W_ij|: hidden units that share a state"},
             {"largest_hidden", "1", "greatest |m_j| in a state"}}) {
        // As in a spin glass: with the errors of chains, but resampled by machines.
        auto chain = chain_observables({.name = name, .unit = unit, .description = description});
        chain[0].axes.pop_back();
        chain[1].error_of.clear();
        for (Observable& one : chain) all.push_back(std::move(one));
    }
    all.push_back(starts_observable({.name = "energy", .description = "energy"}));
    all.push_back({.name = "magnetisation_minus_exact",
                   .description = "magnetisation minus that by all states",
                   .may_be_missing = many});
    all.push_back({.name = "overlap_squared_minus_exact",
                   .description = "overlap_squared minus that by all states",
                   .may_be_missing = uncounted});
    for (const char* name : {"energy", "magnetisation"})
        for (const char* start : {"ones", "random"})
            all.push_back({.name = fmt::format("{}_from_{}", name, start),
                           .description = fmt::format("{} after k Gibbs steps from {} units", name, start),
                           .axes = gibbs});
    return all;
}

Theory constant(const std::string& name, const std::string& description, double value, std::vector<std::string> axes,
                bool (*known)(const Point&)) {
    return {.name = name,
            .description = description,
            .axes = std::move(axes),
            .compute = [value, known](const Point& point, std::span<double> to) {
                std::fill(to.begin(), to.end(), known(point) ? value : std::nan(""));
            }};
}

}  // namespace

Experiment rbm_sampling() {
    Experiment experiment;
    experiment.name = "rbm_sampling";
    experiment.question = "How well is a restricted Boltzmann machine sampled, and which order has it?";
    experiment.source =
        "Neal, Statistics and Computing 11, 125 (2001); Salakhutdinov and Murray, ICML (2008); Tubiana and Monasson, PRL "
        "118, "
        "138301 (2017); Decelle and Furtlehner, Chinese Phys. B 30, 040202 (2021)";
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.theory = {
        constant(
            "partition_ratio_theory", "unbiased for any number of steps and runs", 1, {"annealing_steps"},
            [](const Point& point) { return !has_gaussian_units(point) && smaller_layer(point) <= most_partition_units; }),
        constant("magnetisation_minus_exact_theory", "in equilibrium", 0, {},
                 [](const Point& point) { return !has_gaussian_units(point) && smaller_layer(point) <= most_moment_units; }),
        constant("overlap_squared_minus_exact_theory", "in equilibrium", 0, {},
                 [](const Point& point) { return overlap_units(point) <= most_moment_units; })};
    experiment.implied = implied_by_weights;
    experiment.check = check;
    experiment.prepare = prepare_machines;
    experiment.state_size = rbm_sampling_state_size;
    experiment.run_from = run_rbm_sampling;
    experiment.cost = [](const Point& point) {
        double annealing = 0;
        for (const double steps : point.axis("annealing_steps")) annealing += steps;
        const double product = point["visible"] * point["hidden"] / 40 + 0.5 * (point["visible"] + point["hidden"]);
        const double gibbs = 2 * (point["thermalisation"] + point["samples"]) * point["chains"];
        const double counted = smaller_layer(point) <= most_partition_units ? std::exp2(smaller_layer(point)) : 0;
        return annealing * point["runs"] * (3 * product + 20 * point["hidden"]) +
               gibbs * (3 * product + 20 * point["hidden"]) + 2 * counted * std::max(point["visible"], point["hidden"]);
    };
    return experiment;
}

}  // namespace gdm
