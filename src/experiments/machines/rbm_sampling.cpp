#include "gdm/experiments/machines/rbm_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/machines/chain_snapshot.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/sampled_machines.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/boltzmann_moments.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

namespace gdm {
namespace {

bool is_gaussian(const Point& point) { return point.word("machine") == "gaussian"; }
/// Units whose states are counted for correlations of the visible ones.
double overlap_units(const Point& point) { return point["visible"] + (is_gaussian(point) ? 0 : point["hidden"]); }
double smaller_layer(const Point& point) { return std::min(point["visible"], point["hidden"]); }
std::size_t count(const Point& point, const char* name) { return static_cast<std::size_t>(point.integer(name)); }

void anneal(const Point& point, const Rbm& machine, const RandomStream& random, const Stop& stop, Values& values) {
    const auto steps = point.axis("annealing_steps");
    const bool known = smaller_layer(point) <= most_partition_units;
    const double exact = known ? exact_log_partition(machine, 1, stop) : std::numeric_limits<double>::quiet_NaN();
    values.set("log_partition_exact", exact);
    const double base = base_log_partition(machine);
    for (std::size_t k = 0; k < steps.size(); ++k) {
        // Each number of steps has draws of its own.
        const auto first = static_cast<std::uint32_t>((1u << 30) + k * (1u << 21));
        const auto estimate = annealed_estimate(
            annealed_log_weights(
                machine, 1,
                {.steps = static_cast<std::size_t>(steps[k]), .runs = count(point, "runs"), .first_chain = first}, random,
                stop),
            base);
        values["log_partition"][k] = estimate.log_partition;
        values["stated_error"][k] = estimate.error;
        values["relative_variance"][k] = estimate.relative_variance;
        values["effective_share"][k] = estimate.effective / point["runs"];
        values["stated_bias"][k] = estimate.bias;
        values["lower_bound"][k] = estimate.lower_bound;
        if (!known) continue;
        const double difference = estimate.log_partition - exact;
        values["log_partition_difference"][k] = difference;
        values["partition_ratio"][k] = std::exp(difference);
        // Machines without weights: no error and no difference but for rounding.
        const bool without_error = estimate.error < 1e-6;
        values["z_squared"][k] = without_error ? 0 : std::pow(difference / estimate.error, 2);
        values["covered"][k] = std::abs(difference) <= std::max(estimate.error, 1e-6) ? 1 : 0;
    }
}

/// A Gibbs step of hidden units with the normal law of variance 1 around their fields, and of the visible ones given them.
void gaussian_step(const GibbsKernel& kernel, UnitPanels& visible, UnitPanels& hidden, const GibbsDraws& draws) {
    kernel.fields(RbmLayer::hidden, visible, hidden);
    RandomSequence normal(draws.random, draws.purpose, draws.first_chain, draws.step);
    for (std::size_t c = 0; c < hidden.chains(); ++c)
        for (std::size_t j = 0; j < hidden.units(); ++j) hidden.at(c, j) += static_cast<float>(normal.normal());
    kernel.draw(RbmLayer::visible, hidden, visible, draws);
}

/// Two sets of chains, from all units 1 and from random units.
void sample(const Point& point, const Rbm& machine, const RandomStream& random, const Stop& stop, Values& values) {
    const GibbsKernel kernel(machine);
    const std::size_t chains = count(point, "chains"), samples = count(point, "samples");
    const auto axis = point.axis("k");
    const std::size_t thermal = std::max(count(point, "thermalisation"), static_cast<std::size_t>(axis.back()));
    const bool gaussian = is_gaussian(point);
    ChainSnapshot snapshot(machine, gaussian, chains);
    std::array<UnitPanels, 2> visible{UnitPanels(machine.visible, chains), UnitPanels(machine.visible, chains)};
    UnitPanels hidden(machine.hidden, chains);
    std::fill(visible[0].values().begin(), visible[0].values().end(), 1.0f);
    const float infinite_temperature = 0;
    kernel.draw(RbmLayer::visible, hidden, visible[1], {random, 0, 0, Purpose::initial_state},
                std::span(&infinite_temperature, 1));
    std::array<ChainAverage, chain_quantities.size()> averages;
    std::array<Binning, 2> starts;
    for (std::size_t step = 0; step < thermal + samples; ++step) {
        stop.check();
        std::array<std::array<double, chain_quantities.size()>, 2> now{};
        const auto place = std::find(axis.begin(), axis.end(), static_cast<double>(step));
        const bool looked = step >= thermal || place != axis.end();
        for (std::size_t set = 0; set < 2; ++set) {
            if (looked) now[set] = snapshot.of(kernel, visible[set]);
            const GibbsDraws draws{random, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(set) << 24};
            gaussian ? gaussian_step(kernel, visible[set], hidden, draws) : kernel.step(visible[set], hidden, draws);
        }
        if (place != axis.end()) {
            const auto k = static_cast<std::size_t>(place - axis.begin());
            values["energy_from_ones"][k] = now[0][0];
            values["energy_from_random"][k] = now[1][0];
            values["magnetisation_from_ones"][k] = now[0][1];
            values["magnetisation_from_random"][k] = now[1][1];
        }
        if (step < thermal) continue;
        for (std::size_t q = 0; q < averages.size(); ++q) averages[q].add((now[0][q] + now[1][q]) / 2);
        for (std::size_t set = 0; set < 2; ++set) starts[set].add(now[set][0]);
    }
    for (std::size_t q = 0; q < averages.size(); ++q) {
        const BinnedMean mean = averages[q].binned();
        values.set(chain_quantities[q], mean.mean);
        values.set(std::string(chain_quantities[q]) + "_binned_error", mean.error);
        values.set(std::string(chain_quantities[q]) + "_tau", mean.tau);
        values.set(std::string(chain_quantities[q]) + "_tau_error",
                   std::isfinite(mean.tau_error) ? mean.tau_error : 0);  // of a constant chain
    }
    values.set("energy_start_z", difference_of_starts(starts[0].result(8), starts[1].result(8)));
    if (overlap_units(point) <= most_moment_units) {
        BoltzmannMachine coupled = gaussian ? without_gaussian_layer(machine) : as_boltzmann_machine(machine);
        coupled.connections = Connections::full;  // so that pairs of visible units are counted
        values.set("overlap_squared_minus_exact", averages[3].binned().mean - exact_overlap_squared(coupled, stop));
    }
    if (gaussian || smaller_layer(point) > most_moment_units) return;
    double ones = 0;
    for (const double mean : model_moments(machine, 1, stop).visible) ones += mean;
    values.set("magnetisation_minus_exact",
               averages[1].binned().mean - (2 * ones / static_cast<double>(machine.visible) - 1));
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) {
    const Rbm machine = machine_of(point, context, random);
    if (!is_gaussian(point)) anneal(point, machine, random, stop, values);
    sample(point, machine, random, stop, values);
}

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
    const Missing normal{"machine = gaussian", is_gaussian};
    const Missing large{"smaller layer above 24 units, and machine = gaussian", [](const Point& point) {
                            return is_gaussian(point) || smaller_layer(point) > most_partition_units;
                        }};
    const Missing many{"smaller layer above 18 units, and machine = gaussian",
                       [](const Point& point) { return is_gaussian(point) || smaller_layer(point) > most_moment_units; }};
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
        constant("partition_ratio_theory", "unbiased for any number of steps and runs", 1, {"annealing_steps"},
                 [](const Point& point) { return !is_gaussian(point) && smaller_layer(point) <= most_partition_units; }),
        constant("magnetisation_minus_exact_theory", "in equilibrium", 0, {},
                 [](const Point& point) { return !is_gaussian(point) && smaller_layer(point) <= most_moment_units; }),
        constant("overlap_squared_minus_exact_theory", "in equilibrium", 0, {},
                 [](const Point& point) { return overlap_units(point) <= most_moment_units; })};
    experiment.implied = implied_by_weights;
    experiment.check = check;
    experiment.prepare = prepare_machines;
    experiment.run = run;
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
