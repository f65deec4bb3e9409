#include "gdm/experiments/entropy/speed_accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/physics/paths/path_law.hpp"
#include "gdm/physics/paths/reverse_sampling.hpp"
#include "gdm/physics/paths/sample_distance.hpp"
#include "gdm/physics/paths/speed_limits.hpp"

namespace gdm {

namespace {

const Missing where_heun_folds{"a step of heun so long that it folds the law",
                               [](const Point& point) { return integrator_of(point) == Integrator::heun; }};

/// Durations at which the speed limits are tabulated.
const std::vector<double> durations = {0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2, 3, 4, 6};

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "0.2, 1", "1");
    all.push_back(integrator_parameter(
        Role::grid, "euler_maruyama, heun, exponential, flow_euler, flow_heun, flow_rk4, flow_exponential",
        {"euler_maruyama", "heun", "exponential", "flow_euler", "flow_heun", "flow_rk4", "flow_exponential"}));
    all.push_back({.name = "evaluations",
                   .description = "score evaluations of a trajectory, at most: rounded down to whole steps, one at least",
                   .kind = Kind::integer,
                   .default_value = "8, 16, 32, 64, 128, 256, 512",
                   .range = {.min = 1, .max = 1e6}});
    for (Parameter& setting : path_settings("5", "10000")) {
        if (setting.name == "time_grid") {
            setting.role = Role::grid;
            setting.default_value = "uniform, logarithmic, clock";
        }
        if (setting.name == "samples") setting.range.max = 1e8;
        all.push_back(std::move(setting));
    }
    all.push_back(
        start_parameter("states at T: drawn from p_T (exact) or from white noise (noise), which is p_T but for e^-T"));
    return all;
}

/// Steps that the evaluations of the point pay for.
double step_count(const Point& point) {
    return std::max(1.0, std::floor(point["evaluations"] / score_evaluations(integrator_of(point))));
}

ReverseSampling sampling_of(const Point& point) {
    const GaussianMixture mixture = mixture_of(point);
    PathSettings settings = path_settings_of(point);
    const double length =
        settings.grid == TimeGrid::clock ? std::abs(mixture.clock(point["T"]) - mixture.clock(0)) : point["T"];
    settings.dt = length / step_count(point);
    return {.mixture = mixture,
            .start_time = point["T"],
            .start = start_of(point),
            .settings = settings,
            .precision = precision_of(point),
            .samples = static_cast<std::size_t>(point.integer("samples"))};
}

void check(const Point& point, const Shapes&) {
    const GaussianMixture mixture = mixture_of(point);
    if (point.word("time_grid") == "clock" && !(std::abs(mixture.clock(point["T"]) - mixture.clock(0)) > 1e-9))
        throw UsageError("time_grid = clock: the relaxation clock does not advance within T");
}

/// Every replica computes the law anew: it is the same in all, and has no error over replicas.
void measure_law(const ReverseSampling& sampling, std::span<const PathStep> steps, const Stop& stop, Values& values) {
    const GaussianMixture& mixture = sampling.mixture;
    const PathLaw law = law_of_path(mixture, sampling.start_time, sampling.start, steps, sampling.settings, stop);
    const double start = sampling.start == StartState::noise ? 1 : mixture.variance(sampling.start_time);
    const double across = std::sqrt(path_transverse_variance(start, steps, sampling.settings)) - std::sqrt(mixture.sigma2);
    values.set("w2_axis", std::sqrt(law.w2_squared));
    values.set("w2", std::sqrt(law.w2_squared + (mixture.d - 1) * across * across));
    values.set("ks_law", law.ks);
    values.set("axis_abs_law", law.axis_abs);
    values.set("axis_2_law", law.axis_2);
    values.set("axis_4_law", law.axis_4);
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const ReverseSampling sampling = sampling_of(point);
    std::vector<PathStep> steps;
    append_path_steps(sampling.mixture, sampling.start_time, 0, sampling.settings, steps);
    values.set("evaluations_made", static_cast<double>(steps.size()) * score_evaluations(integrator_of(point)));
    measure_law(sampling, steps, stop, values);
    const SampleQuality quality = sample_quality_of(reverse_end_points(sampling, steps, random, stop), sampling.mixture, 1);
    values.set("axis_abs", quality.axis_abs);
    values.set("axis_2", quality.axis_2);
    values.set("axis_4", quality.axis_4);
    values.set("ks", quality.ks);
    values.set("w2_squared", quality.w2_squared);
}

/// A closed form over the durations; `function` has the point's target, a duration, and the integrals up to there.
Theory over_durations(const std::string& name, const std::string& description,
                      double (*function)(const GaussianMixture&, double, const PathIntegrals&), bool axis_alone = false) {
    return {.name = name,
            .description = description,
            .axes = {"duration"},
            .compute = [=](const Point& point, std::span<double> value) {
                GaussianMixture mixture = mixture_of(point);
                if (axis_alone) mixture = {mixture.axis_mean(), mixture.sigma2, 1};
                const std::vector<PathIntegrals> integrals = path_integrals(mixture, durations);
                for (std::size_t k = 0; k < value.size(); ++k) value[k] = function(mixture, durations[k], integrals[k]);
            }};
}

}  // namespace

Experiment speed_accuracy() {
    Experiment experiment;
    experiment.name = "speed_accuracy";
    experiment.question = "How much accuracy does a score evaluation buy, and what does entropy production bound?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.D; Benamou and Brenier, Numer. Math. 84, "
        "375 "
        "(2000); Ikeda et al., Speed-accuracy relations for diffusion models (2025)";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.fixed_axes = {{.name = "duration",
                              .description = "T of the speed limits, whatever the T of the trajectories",
                              .values = durations}};
    experiment.observables = {
        {.name = "evaluations_made", .description = "score evaluations of a trajectory"},
        {.name = "w2_axis",
         .description = "Wasserstein-2 distance to p_0 of the law of the integrator, axis coordinate; no samples",
         .may_be_missing = where_heun_folds},
        {.name = "w2", .description = "the same in d dimensions", .may_be_missing = where_heun_folds},
        {.name = "ks_law",
         .description = "Kolmogorov-Smirnov distance to p_0 of the law of the integrator; no samples",
         .may_be_missing = where_heun_folds},
        {.name = "axis_abs_law",
         .description = "mean |a| of the law of the integrator; no samples",
         .may_be_missing = where_heun_folds},
        {.name = "axis_2_law",
         .description = "mean a^2 of the law of the integrator; no samples",
         .may_be_missing = where_heun_folds},
        {.name = "axis_4_law",
         .description = "mean a^4 of the law of the integrator; no samples",
         .may_be_missing = where_heun_folds},
        {.name = "axis_abs", .description = "mean |a| of samples"},
        {.name = "axis_2", .description = "mean a^2 of samples"},
        {.name = "axis_4", .description = "mean a^4 of samples"},
        {.name = "ks", .description = "Kolmogorov-Smirnov distance of samples to p_0"},
        {.name = "w2_squared", .description = "squared Wasserstein-2 distance of samples to p_0, axis coordinate"}};
    experiment.theory = {
        closed_form("axis_abs_exact", "under p_0", [](const Point& point) { return mixture_of(point).axis_abs(0); }),
        closed_form("axis_2_exact", "M^2 + sigma2", [](const Point& point) { return mixture_of(point).axis_2(0); }),
        closed_form("axis_4_exact", "M^4 + 6 M^2 sigma2 + 3 sigma2^2",
                    [](const Point& point) { return mixture_of(point).axis_4(0); }),
        closed_form(
            "ks_floor", "mean distance of a perfect sample of this size",
            [](const Point& point) { return ks_expected_distance(static_cast<std::size_t>(point.integer("samples"))); }),
        closed_form("w2_squared_floor", "mean squared distance of a perfect sample of this size (within 2 %)",
                    [](const Point& point) {
                        return expected_w2_squared(mixture_of(point), 0, static_cast<std::size_t>(point.integer("samples")));
                    }),
        over_durations("entropy_production", "integral of the entropy production rate from 0 to the duration",
                       [](const GaussianMixture&, double, const PathIntegrals& to) { return to.entropy_production; }),
        over_durations(
            "w2_distance", "W2(p_0, p_T)",
            [](const GaussianMixture& mixture, double t, const PathIntegrals&) { return path_distance(mixture, t); }),
        over_durations("w2_length", "length of the path p_t: integral of the root of the rate",
                       [](const GaussianMixture&, double, const PathIntegrals& to) { return to.length; }),
        over_durations(
            "w2_bound", "sqrt(T * entropy production)",
            [](const GaussianMixture&, double t, const PathIntegrals& to) { return std::sqrt(t * to.entropy_production); }),
        over_durations(
            "start_error", "W1 to p_0 of the exact flow from white noise at T, axis coordinate",
            [](const GaussianMixture& mixture, double t, const PathIntegrals&) { return start_error(mixture, t); }, true),
        over_durations(
            "start_error_bound", "W1(p_T, noise) + sqrt(chi2) * length, axis coordinate",
            [](const GaussianMixture& mixture, double t, const PathIntegrals& to) {
                return start_error_bound(mixture, t, to.length);
            },
            true)};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        // The density: its steps, and its quantiles in the end; the finer the noise, the more points.
        const double steps = step_count(point), noise = std::sqrt(2 * point["T"] / steps);
        const Integrator integrator = integrator_of(point);
        double law = (3e3 * steps + 1e6) / noise;
        if (integrator == Integrator::heun) law = (3e5 * steps + 2e7) / noise;
        if (is_flow(integrator)) law = 5e5;
        return law + point["samples"] * (steps * path_step_cost(point) + 200);
    };
    return experiment;
}

}  // namespace gdm
