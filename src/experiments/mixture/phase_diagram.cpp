#include "gdm/experiments/mixture/phase_diagram.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gdm/experiments/mixture/phase_diagram_derived.hpp"
#include "gdm/experiments/shared/clone_parameters.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/paths/response_measurement.hpp"
#include "gdm/physics/weights/empirical_score.hpp"

namespace gdm {

namespace {

constexpr std::size_t quality_bins = 32;

bool has_data_set(const Point& point) { return std::isfinite(point["N"]); }

const Missing at_finite_n{"finite N", has_data_set};
const Missing at_infinite_n{"N = inf", [](const Point& point) { return !has_data_set(point); }};
const Missing at_finite_n_and_t_0{"finite N at t = 0", has_data_set};
const Missing no_zero{"where a response has no zero among the measured t, or finite N"};

void measure_trajectories(const Point& point, const RandomStream& random, const Stop& stop, Values& values) {
    CloneExperiment clones = clone_experiment_of(point);
    clones.quality_bins = quality_bins;
    const CloneResults results = run_clone_experiment(clones, point.axis("t"), random, stop);
    values.set("axis_abs", results.axis_abs);
    values.set("axis_2", results.axis_2);
    values.set("axis_4", results.axis_4);
    values.set("clone_agreement", results.agreement_by_class);
    values.set("clone_agreement_sign", results.agreement_by_sign);
    values.set("transverse_2", results.transverse_2);
    values.set("quality_histogram", results.quality_histogram);
}

/// A response at all t, and its zero.
void measure_curve(const ResponseMeasurement& measurement, ResponseFunction response, const std::string& prefix,
                   std::span<const double> times, const RandomStream& random, const Stop& stop, Values& values) {
    std::vector<MeasuredResponse> curve;
    for (std::size_t k = 0; k < times.size(); ++k) {
        stop.check();
        curve.push_back(response(measurement, times[k], random));
        values[prefix + "response_lower"][k] = curve[k].lower;
        values[prefix + "response_higher"][k] = curve[k].higher;
    }
    const MeasuredResponse zero = measure_response_zero(measurement, response, times, curve, random);
    values.set(prefix + "response_zero_lower", zero.lower);
    values.set(prefix + "response_zero_higher", zero.higher);
}

void measure_response(const Point& point, const RandomStream& random, const Stop& stop, Values& values) {
    ResponseMeasurement measurement{.mixture = mixture_of(point), .method = method_of(point)};
    measurement.pairs = static_cast<std::size_t>(point.integer("response_pairs"));
    measurement.steps = static_cast<std::size_t>(point.integer("response_steps"));
    measurement.step = point["response_step"];
    measurement.separation = point["response_separation"];
    measurement.distance = point["response_distance"];
    measure_curve(measurement, measure_symmetric_response, "", point.axis("t"), random, stop, values);
    measure_curve(measurement, measure_outer_response, "outer_", point.axis("t"), random, stop, values);
}

/// Finite N: each replica draws its own data set; at t = 0 the response is −∞ for any, and stays NaN.
void measure_dataset(const Point& point, const RandomStream& random, const Stop& stop, Values& values) {
    const GaussianMixture mixture = mixture_of(point);
    const auto n = static_cast<std::size_t>(point.integer("N"));
    const AxisDataset data = method_of(point) == Method::full ? sample_full_dataset(mixture, n, random, stop)
                                                              : sample_axis_dataset(mixture, n, random, stop);
    std::vector<double> scratch(n);
    const auto times = point.axis("t");
    for (std::size_t k = 0; k < times.size(); ++k) {
        stop.check();
        if (times[k] <= 0) continue;
        const double response = empirical_response(data, times[k], scratch);
        for (const char* name : {"response_lower", "response_higher"}) values[name][k] = response;
    }
    std::vector<double> sorted(times.begin(), times.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> search;
    for (std::size_t k = 0; k + 1 < sorted.size(); ++k)
        for (const double part : {0.0, 0.25, 0.5, 0.75}) search.push_back(sorted[k] + part * (sorted[k + 1] - sorted[k]));
    search.push_back(std::max(sorted.back(), 1e-3));
    const double t_s = empirical_t_s(data, search, scratch, stop);
    values.set("t_s_dataset", t_s);
    values.set("broken", t_s > 0 ? 1 : 0);
    values.set("t_s_if_broken", t_s > 0 ? t_s : 0);
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    if (has_data_set(point)) {
        measure_dataset(point, random, stop, values);
        return;
    }
    measure_response(point, random, stop, values);
    measure_trajectories(point, random, stop, values);
}

/// Nanoseconds on one core with AVX-512.
double cost(const Point& point) {
    const auto times = static_cast<double>(point.axis("t").size());
    const double coordinates = method_of(point) == Method::full ? point["d"] : 1;
    if (has_data_set(point)) return point["N"] * (150 * coordinates + 50 * times);
    return clone_cost(point) + (times + 12) * (4000 + 150 * coordinates * point["response_pairs"]);
}

std::vector<Parameter> response_settings() {
    return {{.name = "response_pairs",
             .description = "pairs of trajectories in a measurement of the linear response",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "16",
             .range = {.min = 4, .max = 1e6}},
            {.name = "response_steps",
             .description = "steps of the window in which the response is measured",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "8",
             .range = {.min = 6, .max = 32}},
            {.name = "response_step",
             .description = "their length, in units of Gamma^2/(Gamma + M_t^2)",
             .role = Role::setting,
             .default_value = "0.002",
             .range = {.min = 0, .max = 0.01, .open_min = true}},
            {.name = "response_separation",
             .description = "half the distance of a pair, in units of the noise of one step",
             .role = Role::setting,
             .default_value = "0.01",
             .range = {.min = 1e-4, .max = 1}},
            {.name = "response_distance",
             .description = "where the outer response is measured, in units of M_t + sqrt(Gamma), or further out where "
                            "classes lie close together",
             .role = Role::setting,
             .default_value = "1000",
             .range = {.min = 10, .max = 1e5}}};
}

}  // namespace

Experiment phase_diagram() {
    Experiment experiment;
    experiment.name = "phase_diagram";
    experiment.question = "When does the reverse diffusion of two Gaussian classes break their symmetry, stably or not?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.C, figs. 4-6, app. B; "
        "Biroli, Bonnaire, de Bortoli, Mezard, arXiv:2402.18491 (clones)";
    experiment.version = 3;
    experiment.parameters = mixture_parameters("linspace(0.03, 1.5, 32)", "linspace(0.05, 4, 32)", "1, 16");
    for (Parameter& parameter : std::vector<Parameter>{
             {.name = "N",
 .description = "data points that the score knows; inf is the exact score",
 .kind = Kind::integer,
 .default_value = "inf",
 .range = {.min = 2, .max = 1e8, .or_infinity = true},
 .alternatives = {{"ln_N",
                   "1",
                   "natural logarithm of N, rounded to a whole N",
                   {.min = 0.69, .max = 18.42},
                   [](double ln_n, const Point&) { return std::max(2.0, std::round(std::exp(ln_n))); }}}},
             time_axis(
                 "0, 0.005, 0.02, 0.045, 0.08, 0.125, 0.18, 0.245, 0.32, 0.405, 0.5, 0.605, 0.72, 0.845, 0.98, 1.125, 1.28, "
                 "1.445, 1.62, 1.805, 2, 2.205, 2.42, 2.645, 2.88",
                 true)})
        experiment.parameters.push_back(std::move(parameter));
    for (Parameter& parameter : clone_parameters("256", "heun", "3", "0.06")) {
        if (parameter.name == "precision") parameter.description += "; responses are measured in double";
        experiment.parameters.push_back(std::move(parameter));
    }
    for (Parameter& parameter : response_settings()) experiment.parameters.push_back(std::move(parameter));

    experiment.fixed_axes = {
        {.name = "quality_bin", .description = "middle of a bin of the probability integral transform", .values = {}}};
    for (std::size_t bin = 0; bin < quality_bins; ++bin)
        experiment.fixed_axes[0].values.push_back((static_cast<double>(bin) + 0.5) / static_cast<double>(quality_bins));

    experiment.observables = {
        {.name = "axis_abs",
         .description = "<|a|>, a the coordinate along the axis of the classes",
         .axes = {"t"},
         .may_be_missing = at_finite_n},
        {.name = "axis_2", .description = "<a^2>", .axes = {"t"}, .may_be_missing = at_finite_n},
        {.name = "axis_4", .description = "<a^4>", .axes = {"t"}, .may_be_missing = at_finite_n},
        {.name = "clone_agreement",
         .description = "probability that clones from t end in the same class",
         .axes = {"t"},
         .may_be_missing = at_finite_n,
         .bounds = between(0, 1)},
        {.name = "clone_agreement_sign",
         .description = "probability that clones from t end on the same side",
         .axes = {"t"},
         .may_be_missing = at_finite_n,
         .bounds = between(0, 1)},
        {.name = "response_lower",
         .description = "growth rate of pairs at x = 0, error of order h^3 in the step h",
         .axes = {"t"},
         .may_be_missing = at_finite_n_and_t_0},
        {.name = "response_higher",
         .description = "growth rate of pairs at x = 0, error of order h^4",
         .axes = {"t"},
         .may_be_missing = at_finite_n_and_t_0},
        {.name = "response_zero_lower", .description = "where response_lower vanishes", .may_be_missing = no_zero},
        {.name = "response_zero_higher",
         .description = "largest time at which response_higher vanishes, also a little outside the measured t",
         .may_be_missing = no_zero},
        {.name = "outer_response_lower",
         .description = "growth rate of pairs outside the classes, error of order h^6",
         .axes = {"t"},
         .may_be_missing = at_finite_n},
        {.name = "outer_response_higher",
         .description = "growth rate of pairs outside the classes, error of order h^7",
         .axes = {"t"},
         .may_be_missing = at_finite_n},
        {.name = "outer_response_zero_lower",
         .description = "where outer_response_lower vanishes",
         .may_be_missing = no_zero},
        {.name = "outer_response_zero_higher",
         .description = "largest time at which outer_response_higher vanishes, also a little outside the measured t",
         .may_be_missing = no_zero},
        {.name = "transverse_2",
         .description = "mean square of a transverse coordinate at t = 0 (d > 1)",
         .may_be_missing = {"d = 1, or finite N",
                            [](const Point& point) { return point["d"] == 1 || has_data_set(point); }}},
        {.name = "quality_histogram",
         .description = "samples at t = 0 by their probability integral transform under p_0",
         .axes = {"quality_bin"},
         .combine = Combine::sum,
         .may_be_missing = at_finite_n},
        {.name = "t_s_dataset",
         .description = "largest zero of the data set's own response (finite N)",
         .combine = Combine::stored,
         .may_be_missing = {"N = inf, or the data set's response has no zero"}},
        {.name = "broken",
         .description = "1 if the data set's own response has a zero; at the smallest t the grain of the data makes one too "
                        "(finite N)",
         .may_be_missing = at_infinite_n,
         .bounds = between(0, 1, 1)},
        {.name = "t_s_if_broken",
         .description = "t_s_dataset, 0 where it does not exist (finite N)",
         .may_be_missing = at_infinite_n}};

    experiment.derived = phase_diagram_derived();
    experiment.theory = phase_diagram_theory();
    experiment.check = [](const Point& point, const Shapes&) { check_clones(point); };
    experiment.run = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
