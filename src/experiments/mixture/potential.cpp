#include "gdm/experiments/mixture/potential.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/mixture/potential_derived.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/potentials/axis_potential.hpp"

namespace gdm {

namespace {

constexpr double most_points = 1e8;  // of a data set that is kept in memory

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("0.3, 1", "1, 3", "1");
    Parameter n = point_count_axis("inf");
    n.description += " of an empirical density; inf is the exact density of the two classes";
    n.range.or_infinity = n.alternatives[0].range.or_infinity = true;
    all.push_back(std::move(n));
    all.push_back(time_axis("linspace(0.05, 0.95, 19)", true));
    all.push_back({.name = "x",
                   .description = "coordinate along the axis of the classes, in units of x_unit",
                   .role = Role::inner,
                   .default_value = "linspace(-6, 6, 121)",
                   .range = {.min = -1e9, .max = 1e9},
                   .scale = [](double x, const Point& point) {
                       return point.word("x_unit") == "sqrt_d" ? x * std::sqrt(point["d"]) : x;
                   }});
    all.push_back(
        {.name = "x_unit",
         .description = "unit of x: sqrt_d (the same in one dimension), in which the classes are at +-mu, or absolute",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "sqrt_d",
         .words = {"sqrt_d", "absolute"}});
    all.push_back({.name = "outer_distance",
                   .description = "where the curvature outside the classes is taken, in units of M_t + sqrt(Gamma)",
                   .role = Role::setting,
                   .default_value = "1000",
                   .range = {.min = 10, .max = 1e5}});
    return all;
}

/// Fills what is measured, from the log-density as a function of (t, a).
template <class LogDensity>
void measure(const Point& point, const Stop& stop, Values& values, const LogDensity& log_density) {
    const auto times = point.axis("t"), places = point.axis("x");
    for (std::size_t k = 0; k < times.size(); ++k) {
        for (std::size_t j = 0; j < places.size(); ++j) {
            stop.check();
            const AxisLogDensity density = log_density(times[k], places[j]);
            const AxisPotential potential = axis_potential(density, places[j]);
            const std::size_t at = k * places.size() + j;
            values["U"][at] = potential.value;
            values["slope"][at] = potential.slope;
            values["curvature"][at] = potential.curvature;
            values["F"][at] = inference_free_energy(density.value, point["d"], times[k]);
        }
        const double outside = outer_coordinate(point, times[k]);
        values["centre_curvature"][k] = axis_potential(log_density(times[k], 0), 0).curvature;
        values["outer_curvature"][k] = axis_potential(log_density(times[k], outside), outside).curvature;
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const GaussianMixture mixture = mixture_of(point);
    if (!std::isfinite(point["ln_N"])) {
        measure(point, stop, values, [&](double t, double a) { return exact_axis_log_density(mixture, t, a); });
        return;
    }
    const auto n = static_cast<std::size_t>(point_count(point["ln_N"]));
    const AxisDataset data = sample_axis_dataset(mixture, n, random, stop);
    std::vector<double> scratch(n);
    measure(point, stop, values,
            [&](double t, double a) { return empirical_axis_log_density(data, mixture.d, t, a, scratch); });
}

void check(const Point& point, const Shapes&) {
    if (!std::isfinite(point["ln_N"])) return;
    if (point["ln_N"] > std::log(most_points)) throw UsageError("N is at most 1e8 here: the data set is kept in memory");
    const auto times = point.axis("t");
    if (*std::min_element(times.begin(), times.end()) <= 0)
        throw UsageError("with finite N every t must be above 0: at t = 0 the density of the data is a sum of deltas");
}

/// Nanoseconds.
double cost(const Point& point) {
    const auto values = static_cast<double>(point.axis("t").size() * (point.axis("x").size() + 2));
    return values * (std::isfinite(point["ln_N"]) ? 8 * std::exp(point["ln_N"]) : 200);
}

}  // namespace

Experiment potential() {
    Experiment experiment;
    experiment.name = "potential";
    experiment.question = "How does the potential of the reverse diffusion of two Gaussian classes change shape with time?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.C, eqs. 42-51, figs. 4 and 6, app. B";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = {{.name = "minimum_number", .description = "counted from small x", .values = {}}};
    for (std::size_t i = 1; i <= potential_slots; ++i) experiment.fixed_axes[0].values.push_back(static_cast<double>(i));
    experiment.observables = {
        {.name = "U", .description = "potential -x^2/2 - 2 ln p_t", .axes = {"t", "x"}},
        {.name = "slope", .description = "dU/dx", .axes = {"t", "x"}},
        {.name = "curvature", .description = "d^2U/dx^2", .axes = {"t", "x"}},
        {.name = "F", .description = "free energy of the denoising inference, -Delta ln Z", .axes = {"t", "x"}},
        {.name = "centre_curvature", .description = "d^2U/dx^2 at x = 0", .axes = {"t"}},
        {.name = "outer_curvature", .description = "d^2U/dx^2 at outer_distance", .axes = {"t"}}};
    experiment.derived = potential_derived();
    experiment.theory = potential_theory();
    experiment.check = check;
    experiment.run = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
