#include "gdm/experiments/mixture/sample_quality.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/physics/paths/reverse_sampling.hpp"
#include "gdm/physics/paths/sample_distance.hpp"

namespace gdm {

namespace {

constexpr std::size_t bins = 40;
constexpr double most_samples = 1e8;  ///< kept in memory to be sorted

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "0.05, 1, 3", "1");
    all.push_back(dt_parameter(Role::grid, "0.01"));
    all.push_back(integrator_parameter(Role::grid, "exact, euler_maruyama, heun, exponential, flow_heun"));
    for (Parameter& setting : path_settings("10", "10000")) {
        if (setting.name == "samples") setting.range.max = most_samples;
        all.push_back(std::move(setting));
    }
    all.push_back(
        start_parameter("states at T: drawn from p_T (exact) or from white noise (noise), which is p_T but for e^-T"));
    return all;
}

ReverseSampling sampling_of(const Point& point) {
    return {.mixture = mixture_of(point),
            .start_time = point["T"],
            .start = start_of(point),
            .settings = path_settings_of(point),
            .precision = precision_of(point),
            .samples = static_cast<std::size_t>(point.integer("samples"))};
}

void check(const Point& point, const Shapes&) {
    // A step takes some hundred bytes, and counters of the noise 32 bits.
    if (point["T"] / point["dt"] > 1e6) throw UsageError("T/dt must be at most 1e6 steps");
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const ReverseSampling sampling = sampling_of(point);
    std::vector<PathStep> steps;
    append_path_steps(sampling.mixture, sampling.start_time, 0, sampling.settings, steps);
    std::vector<double> ends = reverse_end_points(sampling, steps, random, stop);
    stop.check();
    const SampleQuality quality = sample_quality_of(std::move(ends), sampling.mixture, bins);
    values.set("axis_abs", quality.axis_abs);
    values.set("axis_2", quality.axis_2);
    values.set("axis_4", quality.axis_4);
    values.set("positive_class", quality.positive);
    values.set("transverse_2", sampled_transverse_square(sampling, steps, random));
    values.set("ks", quality.ks);
    values.set("w2_squared", quality.w2_squared);
    values.set("pit_histogram", quality.levels);
}

/// The limit of a moment for short steps, in which its error falls with the order of the integrator.
Along short_steps(const std::string& quantity) {
    return {.name = quantity + "_limit",
            .description = "its limit for dt -> 0: polynomial in dt^p, p the order of the integrator",
            .quantity = quantity,
            .axis = "dt",
            .kind = along::Limit{.abscissa = [](const Point& point,
                                                double) { return std::pow(point["dt"], weak_order(integrator_of(point))); },
                                 .order = 1}};
}

std::vector<double> bin_centres() {
    std::vector<double> centres(bins);
    for (std::size_t k = 0; k < bins; ++k) centres[k] = (static_cast<double>(k) + 0.5) / bins;
    return centres;
}

}  // namespace

Experiment sample_quality() {
    Experiment experiment;
    experiment.name = "sample_quality";
    experiment.question =
        "How well do samples of the reverse process follow the data, and does generation fail for sigma2 > 2?";
    experiment.source = "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.C, app. B, figs. 5-6";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.fixed_axes = {
        {.name = "level", .description = "distribution function of p_0 at the end point", .values = bin_centres()}};
    experiment.observables = {
        {.name = "axis_abs", .description = "mean |a| of the end points, a = m.x/|m|"},
        {.name = "axis_2", .description = "mean a^2"},
        {.name = "axis_4", .description = "mean a^4"},
        {.name = "positive_class", .description = "share of end points with a > 0", .bounds = between(0, 1)},
        {.name = "transverse_2",
         .description = "mean square of a coordinate across the axis",
         .may_be_missing = {"d = 1", [](const Point& point) { return point["d"] == 1; }}},
        {.name = "ks", .description = "Kolmogorov-Smirnov distance of a to p_0"},
        {.name = "w2_squared", .description = "squared Wasserstein-2 distance of a to p_0"},
        {.name = "pit_histogram",
         .description = "density of the distribution function of p_0 at the end points; 1 for perfect samples",
         .axes = {"level"},
         .bounds = between(0, bins)}};
    experiment.theory = {
        closed_form("axis_abs_theory", "under p_0", [](const Point& point) { return mixture_of(point).axis_abs(0); }),
        closed_form("axis_2_theory", "M^2 + sigma2", [](const Point& point) { return mixture_of(point).axis_2(0); }),
        closed_form("axis_4_theory", "M^4 + 6 M^2 sigma2 + 3 sigma2^2",
                    [](const Point& point) { return mixture_of(point).axis_4(0); }),
        closed_form("positive_class_theory", "1/2", [](const Point&) { return 0.5; }),
        closed_form(
            "transverse_2_theory", "sigma2; NaN for d = 1",
            [](const Point& point) { return point["d"] > 1 ? point["sigma2"] : std::numeric_limits<double>::quiet_NaN(); }),
        closed_form(
            "ks_theory", "mean distance of a perfect sample of this size",
            [](const Point& point) { return ks_expected_distance(static_cast<std::size_t>(point.integer("samples"))); }),
        closed_form("w2_squared_theory", "mean squared distance of a perfect sample of this size (within 2 %)",
                    [](const Point& point) {
                        return expected_w2_squared(mixture_of(point), 0, static_cast<std::size_t>(point.integer("samples")));
                    }),
        {.name = "pit_histogram_theory",
         .description = "1",
         .axes = {"level"},
         .compute = [](const Point&, std::span<double> value) { std::fill(value.begin(), value.end(), 1.0); }}};
    experiment.along = {short_steps("axis_abs"), short_steps("axis_2"), short_steps("axis_4")};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        return point["samples"] * (point["T"] / point["dt"] * path_step_cost(point) + 500);
    };
    return experiment;
}

}  // namespace gdm
