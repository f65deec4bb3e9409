#include "gdm/experiments/shared/path_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gdm/base/error.hpp"
#include "gdm/base/words.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"

namespace gdm {

namespace {

constexpr Words integrator_words{std::array{Word{Integrator::euler_maruyama, "euler_maruyama"},
                                            Word{Integrator::heun, "heun"}, Word{Integrator::exponential, "exponential"},
                                            Word{Integrator::exact, "exact"}, Word{Integrator::flow_euler, "flow_euler"},
                                            Word{Integrator::flow_heun, "flow_heun"}, Word{Integrator::flow_rk4, "flow_rk4"},
                                            Word{Integrator::flow_exponential, "flow_exponential"}}};
constexpr Words direction_words{std::array{Word{Direction::forward, "forward"}, Word{Direction::reverse, "reverse"}}};
constexpr Words time_grid_words{std::array{Word{TimeGrid::uniform, "uniform"}, Word{TimeGrid::logarithmic, "logarithmic"},
                                           Word{TimeGrid::clock, "clock"}}};
constexpr Words precision_words{
    std::array{Word{Precision::double_lanes, "double"}, Word{Precision::single_lanes, "single"}}};
constexpr Words method_words{std::array{Word{Method::reduced, "reduced"}, Word{Method::full, "full"}}};
constexpr Words start_words{std::array{Word{StartState::exact, "exact"}, Word{StartState::noise, "noise"}}};

}  // namespace

const std::vector<std::string>& sde_integrators() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> all = integrator_words.list();
        std::erase_if(all, [](const std::string& word) { return is_flow(integrator_words.at(word)); });
        return all;
    }();
    return words;
}

Parameter integrator_parameter(Role role, const std::string& default_value, const std::vector<std::string>& words) {
    return {.name = "integrator",
            .description = std::string("Euler-Maruyama, stochastic Heun, exponential (linear part exact) or exact kernel of "
                                       "the SDE") +
                           (words.empty() || words.back().starts_with("flow_") ? "; flow_: of the probability flow" : ""),
            .role = role,
            .kind = Kind::word,
            .default_value = default_value,
            .words = words.empty() ? integrator_words.list() : words,
            .former_names = {"scheme"}};
}

Parameter direction_parameter(Role role, const std::string& default_value) {
    return {.name = "direction",
            .description = "forward: data to noise, from t = 0 to T; reverse: generation, from T to 0",
            .role = role,
            .kind = Kind::word,
            .default_value = default_value,
            .words = direction_words.list()};
}

Parameter dt_parameter(Role role, const std::string& default_value) {
    return {.name = "dt",
            .description = "length of a step: of t, with time_grid = clock of relaxation times; logarithmic: T/dt steps",
            .role = role,
            .default_value = default_value,
            .range = {.min = 1e-5, .max = 10}};
}

std::vector<Parameter> path_settings(const std::string& duration, const std::string& samples, const std::string& time_grid) {
    return {{.name = "T",
             .description = "latest diffusion time",
             .role = Role::setting,
             .default_value = duration,
             .range = {.min = 0, .max = 100, .open_min = true},
             .former_names = {"t_start"}},
            {.name = "time_grid",
             .description = "steps equal in t, in ln(t + 0.01) or on the relaxation clock t + ln(Gamma)/2",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = time_grid,
             .words = time_grid_words.list()},
            {.name = "precision",
             .description = "of states, scores and noise; sums are double",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "double",
             .words = precision_words.list()},
            {.name = "samples",
             .description = "trajectories in one replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = samples,
             .range = {.min = 1, .max = 4e9}}};
}

void check_step(const Point& point) {
    constexpr double longest = 2;
    const PathSettings settings = path_settings_of(point);
    const GaussianMixture mixture = mixture_of(point);
    if (settings.direction == Direction::forward) {
        if (settings.integrator != Integrator::euler_maruyama && settings.integrator != Integrator::heun) return;
        const std::vector<double> times = path_times(mixture, 0, point["T"], settings.grid, settings.dt);
        double step = 0;
        for (std::size_t k = 0; k + 1 < times.size(); ++k) step = std::max(step, times[k + 1] - times[k]);
        if (step <= longest) return;
        throw UsageError(fmt::format(
            "dt = {} is too long: forward steps of {} that span {:.2g} relaxation times, more than {}, blow up; take a "
            "shorter dt, or integrator = exponential or exact",
            settings.dt, point.word("integrator"), step, longest));
    }
    if (settings.integrator == Integrator::exact) return;
    const std::vector<double> times = path_times(mixture, point["T"], 0, settings.grid, settings.dt);
    const double span = mixture.clock(times[times.size() - 2]) - mixture.clock(0);
    if (span <= longest) return;
    throw UsageError(fmt::format(
        "dt = {} is too long for sigma2 = {}: the step that ends at t = 0 would span {:.2g} relaxation times, at most {} "
        "are "
        "allowed; {}",
        settings.dt, mixture.sigma2, span, longest,
        settings.grid == TimeGrid::uniform
            ? fmt::format("take dt up to {:.2g}, or time_grid = clock", mixture.time_of_clock(mixture.clock(0) + longest))
            : "take a shorter dt"));
}

Parameter method_parameter() {
    return {.name = "method",
            .description = "reduced: axis coordinate step by step, the others by their exact law; full: all d coordinates",
            .role = Role::setting,
            .kind = Kind::word,
            .default_value = "reduced",
            .words = method_words.list()};
}

Parameter start_parameter(const std::string& description) {
    return {.name = "start",
            .description = description,
            .role = Role::setting,
            .kind = Kind::word,
            .default_value = "exact",
            .words = start_words.list()};
}

StartState start_of(const Point& point) { return start_words.at(point.word("start")); }
Integrator integrator_of(const Point& point) { return integrator_words.at(point.word("integrator")); }
Direction direction_of(const Point& point) { return direction_words.at(point.word("direction")); }
Precision precision_of(const Point& point) { return precision_words.at(point.word("precision")); }
Method method_of(const Point& point) { return method_words.at(point.word("method")); }

PathSettings path_settings_of(const Point& point) {
    PathSettings settings;
    if (point.has("direction")) settings.direction = direction_of(point);
    if (point.has("integrator")) settings.integrator = integrator_of(point);
    if (point.has("time_grid")) settings.grid = time_grid_words.at(point.word("time_grid"));
    if (point.has("dt")) settings.dt = point["dt"];
    return settings;
}

double path_step_cost(const Point& point) {
    const Integrator integrator = point.has("integrator") ? integrator_of(point) : Integrator::euler_maruyama;
    const double each = point.has("precision") && precision_of(point) == Precision::single_lanes ? 1 : 3;
    return each * score_evaluations(integrator) * (is_flow(integrator) ? 0.4 : 1);  // without noise
}

}  // namespace gdm
