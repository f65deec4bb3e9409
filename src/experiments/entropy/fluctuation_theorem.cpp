#include "gdm/experiments/entropy/fluctuation_theorem.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/entropy/fluctuation_tally.hpp"
#include "gdm/experiments/entropy/fluctuation_theory.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"

namespace gdm {

namespace {

constexpr double most_coordinates = 1024;  // of method full
constexpr double most_samples = 1e7;       // a replica keeps two numbers of each
constexpr std::size_t block_length = 512;

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "1", "1");
    all.push_back(direction_parameter(Role::grid, "forward, reverse"));
    all.push_back(dt_parameter(Role::grid, "0.01"));
    all.push_back(integrator_parameter(Role::grid, "euler_maruyama", sde_integrators()));
    all.push_back({.name = "drift_time",
                   .description = "where in a step the midpoint rule takes the time of the drift; the paths are the same",
                   .kind = Kind::word,
                   .default_value = "middle",
                   .words = {"start", "middle", "end"},
                   .keyed = false});
    for (Parameter& setting : path_settings("10", "10000")) all.push_back(std::move(setting));
    all.back().range.max = most_samples;
    all.push_back(start_parameter("state at the start: of the exact density, or white noise (reverse)"));
    all.push_back(method_parameter());
    return all;
}

void check(const Point& point, const Shapes&) {
    if (method_of(point) == Method::full && point["d"] > most_coordinates)
        throw UsageError("method full simulates d coordinates, at most 1024; method reduced takes any d");
    if (point.word("start") == "noise" && point.word("direction") == "forward")
        throw UsageError("start = noise belongs to direction = reverse; forward paths start from the data");
    check_step(point);
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const PathEntropySampler sampler(path_problem_of(point));
    const auto samples = static_cast<std::size_t>(point.integer("samples"));
    EntropyTally system;
    FluctuationTally midpoint("midpoint");
    std::optional<FluctuationTally> unbiased;
    PathEntropies entropies;
    for (std::size_t first = 0; first < samples; first += block_length) {
        stop.check();
        sampler.sample(random, static_cast<std::uint32_t>(first), std::min(block_length, samples - first), entropies);
        for (const double entropy : entropies.system) system.add(entropy);
        midpoint.add(entropies.system, entropies.midpoint);
        if (entropies.unbiased.empty()) continue;
        if (!unbiased) unbiased.emplace("unbiased");
        unbiased->add(entropies.system, entropies.unbiased);
    }
    system.write("system_entropy", values);
    midpoint.write(values);
    if (unbiased) unbiased->write(values);
    values.set("trajectories", static_cast<double>(samples));
}

Derived typical_deviation(const std::string& rule) {
    return {
        .name = "typical_deviation_" + rule,
        .description = "68.3 % quantile of |integral_fluctuation_" + rule +
                       "/its expectation - 1| over repeated sweeps of so many trajectories, by the law of exp(-total "
                       "entropy), where there is no standard error: an infinite variance, or one that so many do not show",
        .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
            const double trajectories = combined.scalar("trajectories");
            if (!rule_applies(point, rule) || spread_is_error(point, rule, trajectories)) return;
            value[0] = typical_deviation_of(point, trajectories);
        }};
}

/// ⟨W_midpoint⟩ − ⟨W_unbiased⟩ of the same paths, which is ⟨W_midpoint⟩ − 1 with most of the noise taken out.
Derived midpoint_bias() {
    return {.name = "midpoint_bias",
            .description =
                "<exp(-total entropy)> - 1 of the midpoint rule, from its difference to the unbiased rule along "
                "the same paths",
            .compute =
                [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                    value[0] =
                        combined.scalar("integral_fluctuation_midpoint") - combined.scalar("integral_fluctuation_unbiased");
                    for (const std::string rule : {"midpoint", "unbiased"}) {
                        if (!spread_is_error(point, rule, combined.scalar("trajectories"))) systematic[0] = not_a_number;
                    }
                },
            .error_missing = no_error};
}

Along limit_of(const std::string& quantity, int order = 1) {
    return {.name = quantity + "_limit",
            .description =
                quantity + " for dt to 0, " + (order == 1 ? "linear" : "quadratic") + " in dt (in dt^2 for heun and exact)",
            .quantity = quantity,
            .axis = "dt",
            .kind = along::Limit{.abscissa =
                                     [](const Point& point, double) {
                                         const Integrator integrator = integrator_of(point);
                                         const bool second_order =
                                             integrator == Integrator::heun || integrator == Integrator::exact;
                                         return second_order ? point["dt"] * point["dt"] : point["dt"];
                                     },
                                 .order = order}};
}

}  // namespace

Experiment fluctuation_theorem() {
    Experiment experiment;
    experiment.name = "fluctuation_theorem";
    experiment.question = "Does the integral fluctuation theorem hold along forward and generative diffusion paths?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, II.B, III.D, app. A, figs. 2, 3, 7, 8; "
        "Seifert, Phys. Rev. Lett. 95, 040602 (2005)";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.fixed_axes = fluctuation_axes();
    experiment.observables = fluctuation_observables(spread_is_error);
    experiment.derived = {midpoint_bias(), typical_deviation("midpoint"), typical_deviation("unbiased")};
    experiment.theory = fluctuation_theory();
    experiment.along = {limit_of("system_entropy"), limit_of("midpoint_bias", 2)};
    for (const std::string rule : {"midpoint", "unbiased"}) {
        for (const std::string name : {"environment_entropy_", "total_entropy_", "integral_fluctuation_"})
            experiment.along.push_back(limit_of(name + rule));
    }
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const double steps = std::max(1.0, point["T"] / point["dt"]);
        if (method_of(point) == Method::full) return 4 * steps * point["d"] * point["samples"];
        const double transverse = point["d"] > 1 ? 600 : 0;
        return point["samples"] * (steps * path_step_cost(point) + transverse + 200);
    };
    return experiment;
}

}  // namespace gdm
