#include "gdm/experiments/mixture/trajectories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/paths/path_records.hpp"

namespace gdm {

namespace {

constexpr std::size_t most_numbers = 1'000'000;  ///< of stored paths, and of histograms, at one point

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "0.1", "1, 2");
    all.push_back(direction_parameter(Role::grid, "forward, reverse"));
    Parameter integrator = integrator_parameter(Role::grid, "euler_maruyama");
    integrator.keyed = false;  // the same noise for all: they differ by what they make of it
    all.push_back(std::move(integrator));
    all.push_back(time_axis("linspace(0, 3, 61)", true));
    all.push_back({.name = "path",
                   .description = "numbers of the samples whose paths are stored",
                   .role = Role::inner,
                   .kind = Kind::integer,
                   .default_value = "arange(0, 12, 1)",
                   .range = {.min = 0, .max = 4294967295.0}});
    all.push_back(
        {.name = "a",
         .description = "axis coordinate m.x/|m|: centres of the bins of the histogram, ascending and equally spaced",
         .role = Role::inner,
         .default_value = "linspace(-3.9, 3.9, 66)"});
    Parameter dt = dt_parameter(Role::setting, "0.01");
    all.push_back(std::move(dt));
    for (Parameter& setting : path_settings("3", "4000")) all.push_back(std::move(setting));
    return all;
}

/// Edges halfway between the centres.
std::vector<double> edges_of(std::span<const double> centres) {
    const double half = 0.5 * (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
    std::vector<double> edges{centres.front() - half};
    for (const double centre : centres) edges.push_back(centre + half);
    return edges;
}

void check(const Point& point, const Shapes&) {
    const auto times = point.axis("t"), centres = point.axis("a");
    const double latest = *std::max_element(times.begin(), times.end());
    if (latest > point["T"]) throw UsageError(fmt::format("t = {} is later than T = {}: raise T", latest, point["T"]));
    if (centres.size() < 2) throw UsageError("a needs two or more values, the centres of bins");
    const double width = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
    for (std::size_t i = 0; i + 1 < centres.size(); ++i)
        if (!(std::abs(centres[i + 1] - centres[i] - width) <= 1e-6 * width))
            throw UsageError("the values of a must ascend in equal steps: they are the centres of bins");
    for (const char* name : {"path", "a"})
        if (times.size() * point.axis(name).size() > most_numbers)
            throw UsageError(fmt::format("t and {} make {} numbers at each point, at most {} are kept", name,
                                         times.size() * point.axis(name).size(), most_numbers));
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const PathEnsemble ensemble{.mixture = mixture_of(point),
                                .settings = path_settings_of(point),
                                .duration = point["T"],
                                .precision = precision_of(point)};
    const auto times = point.axis("t"), numbers = point.axis("path");
    const RandomStream first_replica(random.key(), 0);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        stop.check();
        const PathRecord record = record_path(ensemble, times, static_cast<std::uint32_t>(numbers[i]), first_replica);
        for (std::size_t k = 0; k < times.size(); ++k) {
            values["axis_coordinate"][k * numbers.size() + i] = record.axis[k];
            values["transverse_coordinate"][k * numbers.size() + i] = record.transverse[k];
        }
    }
    const std::vector<double> edges = edges_of(point.axis("a"));
    const auto samples = static_cast<std::size_t>(point.integer("samples"));
    std::vector<double> density = axis_histogram(ensemble, times, edges, samples, random, stop);
    const double weight = 1 / (static_cast<double>(samples) * (edges[1] - edges[0]));
    for (double& value : density) value *= weight;
    values.set("density", density);
}

/// The mean of p_t over each bin.
void exact_density(const Point& point, std::span<double> value) {
    const GaussianMixture mixture = mixture_of(point);
    const std::vector<double> edges = edges_of(point.axis("a"));
    const auto times = point.axis("t");
    std::size_t i = 0;
    for (const double t : times)
        for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
            // In the lower half, where differences of the distribution function keep their digits.
            double low = edges[bin], high = edges[bin + 1];
            if (low > 0) std::swap(low, high), low = -low, high = -high;
            value[i++] = (mixture.axis_distribution(high, t) - mixture.axis_distribution(low, t)) / (high - low);
        }
}

}  // namespace

Experiment trajectories() {
    Experiment experiment;
    experiment.name = "trajectories";
    experiment.question = "What do single paths of the diffusion of two Gaussian classes look like, forward and in reverse?";
    experiment.source = "Yu and Huang, Nonequilibrium physics of generative diffusion models, eqs. 9, 35, 66, fig. 1";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "axis_coordinate", .description = "m.x/|m| of the stored paths, those of replica 0", .axes = {"t", "path"}},
        {.name = "transverse_coordinate",
         .description = "one coordinate across m of the stored paths",
         .axes = {"t", "path"},
         .may_be_missing = {"d = 1", [](const Point& point) { return point["d"] == 1; }}},
        {.name = "density",
         .description = "histogram of the axis coordinate",
         .axes = {"t", "a"},
         .bounds = [](const Point& point) {
             const std::vector<double> edges = edges_of(point.axis("a"));
             return Bounds{0, 1 / (edges[1] - edges[0])};
         }}};
    experiment.theory = {{.name = "density_theory",
                          .description = "density of the axis coordinate under p_t, mean over the bin",
                          .axes = {"t", "a"},
                          .compute = exact_density},
                         {.name = "class_variance",
                          .description = "Gamma = 1 + (sigma2 - 1) exp(-2 t)",
                          .axes = {"t"},
                          .compute = [](const Point& point, std::span<double> value) {
                              const auto times = point.axis("t");
                              for (std::size_t k = 0; k < times.size(); ++k) value[k] = mixture_of(point).variance(times[k]);
                          }}};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const auto stops = static_cast<double>(point.axis("t").size());
        const double steps = point["T"] / point["dt"] + 0.5 * stops;
        const auto paths = static_cast<double>(point.axis("path").size());
        return point["samples"] * (path_step_cost(point) * steps + 5 * stops) + 100 * paths * steps;
    };
    return experiment;
}

}  // namespace gdm
