#include "gdm/experiments/shared/path_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"

namespace gdm {

namespace {

/// In the order of Integrator.
const std::vector<std::string> integrator_words = {"euler_maruyama", "heun",      "exponential", "exact",
                                                   "flow_euler",     "flow_heun", "flow_rk4",    "flow_exponential"};

template <std::size_t n>
std::size_t place_of(const std::string& word, const std::array<const char*, n>& words) {
    return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

constexpr std::array time_grids = {"uniform", "logarithmic", "clock"};

}  // namespace

const std::vector<std::string>& sde_integrators() {
    static const std::vector<std::string> words(integrator_words.begin(), integrator_words.begin() + 4);
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
            .words = words.empty() ? integrator_words : words,
            .former_names = {"scheme"}};
}

Parameter direction_parameter(Role role, const std::string& default_value) {
    return {.name = "direction",
            .description = "forward: data to noise, from t = 0 to T; reverse: generation, from T to 0",
            .role = role,
            .kind = Kind::word,
            .default_value = default_value,
            .words = {"forward", "reverse"}};
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
             .words = {time_grids.begin(), time_grids.end()}},
            {.name = "precision",
             .description = "of states, scores and noise; sums are double",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "double",
             .words = {"double", "single"}},
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
            .words = {"reduced", "full"}};
}

Parameter start_parameter(const std::string& description) {
    return {.name = "start",
            .description = description,
            .role = Role::setting,
            .kind = Kind::word,
            .default_value = "exact",
            .words = {"exact", "noise"}};
}

StartState start_of(const Point& point) { return point.word("start") == "noise" ? StartState::noise : StartState::exact; }

Integrator integrator_of(const Point& point) {
    const auto found = std::find(integrator_words.begin(), integrator_words.end(), point.word("integrator"));
    return static_cast<Integrator>(found - integrator_words.begin());
}

Direction direction_of(const Point& point) {
    return point.word("direction") == "forward" ? Direction::forward : Direction::reverse;
}

Precision precision_of(const Point& point) {
    return point.word("precision") == "single" ? Precision::single_lanes : Precision::double_lanes;
}

Method method_of(const Point& point) { return point.word("method") == "full" ? Method::full : Method::reduced; }

PathSettings path_settings_of(const Point& point) {
    PathSettings settings;
    if (point.has("direction")) settings.direction = direction_of(point);
    if (point.has("integrator")) settings.integrator = integrator_of(point);
    if (point.has("time_grid")) settings.grid = static_cast<TimeGrid>(place_of(point.word("time_grid"), time_grids));
    if (point.has("dt")) settings.dt = point["dt"];
    return settings;
}

double path_step_cost(const Point& point) {
    const Integrator integrator = point.has("integrator") ? integrator_of(point) : Integrator::euler_maruyama;
    const double each = point.has("precision") && precision_of(point) == Precision::single_lanes ? 1 : 3;
    return each * score_evaluations(integrator) * (is_flow(integrator) ? 0.4 : 1);  // without noise
}

}  // namespace gdm
