#include "gdm/experiments/shared/clone_parameters.hpp"

#include <algorithm>
#include <utility>

#include "gdm/base/error.hpp"

namespace gdm {

std::vector<Parameter> clone_parameters(const std::string& samples, const std::string& integrator,
                                        const std::string& duration, const std::string& dt) {
    std::vector<Parameter> all = path_settings(duration, samples, "clock");
    for (Parameter& setting : all)
        if (setting.name == "T") setting.description = "time at which trajectories start, if later than every t";
    all.push_back(method_parameter());
    all.push_back(integrator_parameter(Role::setting, integrator, sde_integrators()));
    all.back().description += ", which takes one step from t to t";
    all.push_back(start_parameter("state at the start: the exact p_T, or white noise"));
    all.push_back(dt_parameter(Role::setting, dt));
    return all;
}

CloneExperiment clone_experiment_of(const Point& point) {
    return {.mixture = mixture_of(point),
            .method = method_of(point),
            .settings = path_settings_of(point),
            .precision = precision_of(point),
            .start = start_of(point),
            .duration = point["T"],
            .samples = static_cast<std::size_t>(point.integer("samples"))};
}

void check_clones(const Point& point) {
    if (method_of(point) == Method::full && point["d"] > 65536)
        throw UsageError("method full keeps d coordinates, at most 65536; method reduced is exact for every d");
    check_step(point);
}

double clone_cost(const Point& point) {
    const auto t = point.axis("t");
    const auto times = static_cast<double>(t.size());
    const double coordinates = method_of(point) == Method::full ? point["d"] : 1;
    const GaussianMixture mixture = mixture_of(point);
    const PathSettings settings = path_settings_of(point);
    const double start = std::max(point["T"], *std::max_element(t.begin(), t.end()));
    const double length = settings.grid == TimeGrid::clock ? mixture.clock(start) - mixture.clock(0) : start;
    const double steps = settings.integrator == Integrator::exact ? times : length / settings.dt + 0.5 * times;
    return coordinates * times * 0.5 * point["samples"] * steps * path_step_cost(point);
}

}  // namespace gdm
