#include "gdm/experiments/fluctuation_theorem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "gdm/base/error.hpp"
#include "gdm/experiments/closed_form.hpp"
#include "gdm/experiments/fluctuation_tally.hpp"
#include "gdm/experiments/mixture_parameters.hpp"
#include "gdm/experiments/path_parameters.hpp"
#include "gdm/physics/entropy_rates.hpp"

namespace gdm {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double most_coordinates = 1024;  // of method full
constexpr double most_samples = 1e7;       // a replica keeps two numbers of each
constexpr std::size_t block_length = 512;

const std::vector<std::string> sde_words = {"euler_maruyama", "heun", "exponential", "exact"};

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "1", "1");
    all.push_back(direction_parameter(Role::grid, "forward, reverse"));
    all.push_back(dt_parameter(Role::grid, "0.01"));
    all.push_back(integrator_parameter(Role::grid, "euler_maruyama", sde_words));
    all.push_back({.name = "drift_time",
                   .description = "where in a step the midpoint rule takes the time of the drift; the paths are the same",
                   .kind = Kind::word,
                   .default_value = "middle",
                   .words = {"start", "middle", "end"},
                   .keyed = false});
    for (Parameter& setting : path_settings("10", "10000")) all.push_back(std::move(setting));
    all.back().range.max = most_samples;
    all.push_back(start_parameter("state at the start: of the exact density, or white noise (reverse)"));
    all.push_back({.name = "method",
                   .description = "reduced: axis coordinate step by step, the others by their exact law; full: all d",
                   .role = Role::setting,
                   .kind = Kind::word,
                   .default_value = "reduced",
                   .words = {"reduced", "full"}});
    return all;
}

EntropyRule rule_of(const std::string& rule) { return rule == "midpoint" ? EntropyRule::midpoint : EntropyRule::unbiased; }

bool applies(const PathProblem& problem, const std::string& rule) {
    return rule == "midpoint" || has_unbiased_entropy(problem.settings);
}

bool finite_variance(const Point& point, const std::string& rule) {
    const PathProblem problem = path_problem_of(point);
    return applies(problem, rule) && exponential_variance_is_finite(problem, rule_of(rule));
}

void check(const Point& point, const Shapes&) {
    if (point.word("method") == "full" && point["d"] > most_coordinates)
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

/// The share of ⟨W⟩ that lies beyond the largest of n values of W, for a tail P(W > w) = p (w/w_p)^{−a}: the values are
/// expected up to w_n = w_p (p n)^{1/a}, and E[W; W > w_n] = (w_n/n) a/(a − 1). Typical samples lack it, and it is the order
/// of their fluctuations (stable law). Theory gives a, where it is the smaller, and the sample the point (w_p, p) of the
/// tail.
double missing_share(double index, double log_threshold, double share, double n) {
    if (!(index > 1)) return std::numeric_limits<double>::infinity();
    return index / (index - 1) * std::exp(log_threshold + std::log(share * n) / index) / n;
}

Derived typical_deviation(const std::string& rule) {
    return {.name = "typical_deviation_" + rule,
            .description = "order of the deviations of integral_fluctuation_" + rule +
                           " where it has no standard error: the part of the mean, at most 1, beyond the largest value of a "
                           "sample",
            .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                const PathProblem problem = path_problem_of(point);
                const double estimate = combined.scalar("tail_index_" + rule);
                if (!applies(problem, rule) || std::isnan(estimate)) return;
                const double exact = exponential_tail_index(problem, rule_of(rule));
                if (std::min(estimate, exact) > 2 + 1e-6) return;
                const double index = exact <= 2 ? exact : estimate;  // theory knows the tail better than any sample
                const auto samples = static_cast<std::size_t>(point.integer("samples"));
                const double share = static_cast<double>(tail_size(samples)) / static_cast<double>(samples);
                const double log_threshold = (combined.scalar("tail_log_scale_" + rule) - std::log(share)) / estimate;
                value[0] = std::min(1.0, missing_share(index, log_threshold, share, combined.scalar("trajectories")));
            }};
}

/// ⟨W_midpoint⟩ − ⟨W_unbiased⟩ of the same paths, which is ⟨W_midpoint⟩ − 1 with most of the noise taken out.
Derived midpoint_bias() {
    return {
        .name = "midpoint_bias",
        .description =
            "<exp(-total entropy)> - 1 of the midpoint rule, from its difference to the unbiased rule along "
            "the same paths",
        .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            value[0] = combined.scalar("integral_fluctuation_midpoint") - combined.scalar("integral_fluctuation_unbiased");
            for (const std::string rule : {"midpoint", "unbiased"}) {
                const bool spread_is_error = combined.scalar("tail_index_" + rule) > 2 && finite_variance(point, rule);
                if (!spread_is_error) systematic[0] = not_a_number;
            }
        }};
}

/// Means are those of the exact densities: of a start from p_T.
double mean_system_entropy(const Point& point) {
    if (point.word("start") == "noise") return not_a_number;
    const double rise = entropy(mixture_of(point), point["T"]) - entropy(mixture_of(point), 0);
    return direction_of(point) == Direction::forward ? rise : -rise;
}

double mean_total_entropy(const Point& point) {
    return point.word("start") == "noise" ? not_a_number : entropy_production(mixture_of(point), 0, point["T"]);
}

double mean_environment_entropy(const Point& point) { return mean_total_entropy(point) - mean_system_entropy(point); }

/// ⟨e^{−ΔS_tot}⟩ of the d − 1 transverse coordinates at this step, exact.
double transverse_average(const Point& point, const std::string& rule) {
    const PathProblem problem = path_problem_of(point);
    if (!applies(problem, rule)) return not_a_number;
    const TailProblem transverse = tail_problem(problem, rule_of(rule));
    return std::exp((point["d"] - 1) * (log_exp_average(transverse.chain, transverse.form, 1) - transverse.constant));
}

std::vector<Theory> theory() {
    std::vector<Theory> all = {
        closed_form("system_entropy_theory", "S(end) - S(start), dt to 0", "nat", mean_system_entropy)};
    for (const std::string rule : {"midpoint", "unbiased"}) {
        const auto name = [&](const std::string& what) { return what + "_" + rule + "_theory"; };
        const auto where_it_applies = [=](double (*function)(const Point&)) {
            return
                [=](const Point& point) { return applies(path_problem_of(point), rule) ? function(point) : not_a_number; };
        };
        all.push_back(closed_form(name("environment_entropy"), "mean total less mean system entropy, dt to 0", "nat",
                                  where_it_applies(mean_environment_entropy)));
        all.push_back(closed_form(name("total_entropy"), "integral of the entropy production rate, dt to 0", "nat",
                                  where_it_applies(mean_total_entropy)));
        all.push_back(closed_form(name("integral_fluctuation"),
                                  rule == "midpoint" ? "1, the integral fluctuation theorem, dt to 0"
                                                     : "1, the integral fluctuation theorem, at any dt",
                                  "1", where_it_applies([](const Point&) { return 1.0; })));
        all.push_back(closed_form("exact_tail_index_" + rule, "tail index of exp(-total entropy), of the chain at this dt",
                                  "1", [=](const Point& point) {
                                      const PathProblem problem = path_problem_of(point);
                                      return applies(problem, rule) ? exponential_tail_index(problem, rule_of(rule))
                                                                    : not_a_number;
                                  }));
        all.push_back(closed_form("variance_is_finite_" + rule,
                                  "1 where exp(-total entropy) has a finite variance, by theory", "1",
                                  [=](const Point& point) {
                                      if (!applies(path_problem_of(point), rule)) return not_a_number;
                                      return finite_variance(point, rule) ? 1.0 : 0.0;
                                  }));
        all.push_back(closed_form("transverse_average_" + rule,
                                  "factor of the d - 1 transverse coordinates in <exp(-total entropy)> at this dt", "1",
                                  [=](const Point& point) { return transverse_average(point, rule); }));
    }
    return all;
}

Extrapolation limit_of(const std::string& quantity, int order = 1) {
    return {.name = quantity + "_limit",
            .description =
                quantity + " for dt to 0, " + (order == 1 ? "linear" : "quadratic") + " in dt (in dt^2 for heun and exact)",
            .quantity = quantity,
            .axis = "dt",
            .abscissa =
                [](const Point& point) {
                    const Integrator integrator = integrator_of(point);
                    const bool second_order = integrator == Integrator::heun || integrator == Integrator::exact;
                    return second_order ? point["dt"] * point["dt"] : point["dt"];
                },
            .order = order};
}

}  // namespace

PathProblem path_problem_of(const Point& point) {
    PathProblem problem{mixture_of(point), path_settings_of(point)};
    const std::string& time = point.word("drift_time");
    problem.settings.drift_time = time == "start" ? DriftTime::start : time == "end" ? DriftTime::end : DriftTime::middle;
    problem.duration = point["T"];
    problem.start = start_of(point);
    problem.method = point.word("method") == "full" ? Method::full : Method::reduced;
    problem.precision = precision_of(point);
    return problem;
}

Experiment fluctuation_theorem() {
    Experiment experiment;
    experiment.name = "fluctuation_theorem";
    experiment.question = "Does the integral fluctuation theorem hold along forward and generative diffusion paths?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, II.B, III.D, app. A, figs. 2, 3, 7, 8; "
        "Seifert, Phys. Rev. Lett. 95, 040602 (2005)";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = fluctuation_axes();
    experiment.observables = fluctuation_observables(finite_variance);
    experiment.derived = {midpoint_bias(), typical_deviation("midpoint"), typical_deviation("unbiased")};
    experiment.theory = theory();
    experiment.extrapolations = {limit_of("system_entropy"), limit_of("midpoint_bias", 2)};
    for (const std::string rule : {"midpoint", "unbiased"}) {
        for (const std::string name : {"environment_entropy_", "total_entropy_", "integral_fluctuation_"})
            experiment.extrapolations.push_back(limit_of(name + rule));
    }
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const double steps = std::max(1.0, point["T"] / point["dt"]);
        if (point.word("method") == "full") return 20 * steps * point["d"] * point["samples"];
        const double transverse = point["d"] > 1 ? 600 : 0;
        return point["samples"] * (steps * path_step_cost(point) + transverse + 200);
    };
    return experiment;
}

}  // namespace gdm
