#include "gdm/experiments/shared/trajectory_settings.hpp"

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"

namespace gdm {

namespace {

Scheme scheme_of(const Point& point) {
    const std::string& word = point.word("scheme");
    if (word == "euler_maruyama") return Scheme::euler_maruyama;
    return word == "heun" ? Scheme::heun : Scheme::exact;
}

}  // namespace

std::vector<Parameter> trajectory_settings(const std::string& samples, const std::string& scheme, const std::string& t_start,
                                           const std::string& dt) {
    return {{.name = "samples",
             .description = "trajectories in one replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = samples,
             .range = {.min = 1, .max = 4e9}},
            {.name = "method",
             .description = "reduced: axis coordinate and chi-squared transverse part; full: all d coordinates",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "reduced",
             .words = {"reduced", "full"}},
            {.name = "scheme",
             .description = "integrator of the reverse SDE; exact is the exact reverse kernel",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = scheme,
             .words = {"euler_maruyama", "heun", "exact"}},
            start_parameter("state at the start: the exact p_T, or white noise"),
            {.name = "t_start",
             .description = "time at which trajectories start, if later than every t",
             .role = Role::setting,
             .default_value = t_start,
             .range = {.min = 0, .max = 100}},
            {.name = "dt",
             .unit = "relaxation time",
             .description = "largest step on the relaxation clock, t + ln(Gamma)/2",
             .role = Role::setting,
             .default_value = dt,
             .range = {.min = 1e-5, .max = 1}}};
}

Method method_of(const Point& point) { return point.word("method") == "full" ? Method::full : Method::reduced; }

CloneExperiment clone_experiment_of(const Point& point) {
    CloneExperiment clones{.mixture = mixture_of(point), .method = method_of(point), .scheme = scheme_of(point)};
    clones.start = start_of(point);
    clones.t_start = point["t_start"];
    clones.dt = point["dt"];
    clones.samples = static_cast<std::size_t>(point.integer("samples"));
    return clones;
}

void check_trajectories(const Point& point) {
    if (method_of(point) == Method::full && point["d"] > 65536)
        throw UsageError("method full keeps d coordinates, at most 65536; method reduced is exact for every d");
}

double clone_cost(const Point& point) {
    const auto t = point.axis("t");
    const auto times = static_cast<double>(t.size());
    const double coordinates = method_of(point) == Method::full ? point["d"] : 1;
    const GaussianMixture mixture = mixture_of(point);
    const Scheme scheme = scheme_of(point);
    const double start = std::max(point["t_start"], *std::max_element(t.begin(), t.end()));
    const double steps =
        scheme == Scheme::exact ? times : (mixture.clock(start) - mixture.clock(0)) / point["dt"] + 0.5 * times;
    return coordinates * times * 0.5 * point["samples"] * steps * (scheme == Scheme::heun ? 9 : 6);
}

}  // namespace gdm
