#include "gdm/experiments/entropy/entropy_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/paths/path_rates.hpp"
#include "gdm/physics/paths/rate_averages.hpp"
#include "gdm/physics/process/entropy_rates.hpp"
#include "gdm/physics/process/entropy_times.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {

namespace {

bool is_reverse(const Point& point) { return direction_of(point) == Direction::reverse; }

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "0.4", "1");
    all.push_back(direction_parameter(Role::grid, "forward, reverse"));
    all.push_back(dt_parameter(Role::grid, "0.01"));
    all.push_back(time_axis("linspace(0, 1, 21), linspace(1.1, 3, 20)", true));
    all.push_back(integrator_parameter(Role::setting, "euler_maruyama", {"euler_maruyama", "heun", "exponential", "exact"}));
    for (Parameter& setting : path_settings("3", "10000")) all.push_back(std::move(setting));
    return all;
}

void check(const Point& point, const Shapes&) {
    const auto times = point.axis("t");
    const double latest = *std::max_element(times.begin(), times.end());
    if (latest > point["T"]) throw UsageError(fmt::format("t = {} is later than T = {}: raise T", latest, point["T"]));
    check_step(point);
}

RateExperiment rate_experiment_of(const Point& point) {
    return {.mixture = mixture_of(point),
            .settings = path_settings_of(point),
            .duration = point["T"],
            .samples = static_cast<std::size_t>(point.integer("samples")),
            .precision = precision_of(point)};
}

constexpr std::array state_rates = {"entropy_production_rate", "entropy_flux", "system_entropy_rate"};

/// By name, what is measured, from averages over samples or from expectations.
std::map<std::string, std::vector<double>> observables_of(const PathRates& rates) {
    std::vector<double> system(rates.production), path_production(rates.heat_rate);
    for (std::size_t k = 0; k < system.size(); ++k) system[k] -= rates.flux[k];
    for (std::size_t k = 0; k < system.size(); ++k) path_production[k] += rates.system_change_rate[k];
    return {{"entropy_production_rate", rates.production},
            {"entropy_flux", rates.flux},
            {"system_entropy_rate", system},
            {"heat_rate", rates.heat_rate},
            {"system_change_rate", rates.system_change_rate},
            {"path_production_rate", path_production},
            {"heat", {rates.heat}},
            {"total_entropy", {rates.heat + rates.system_change}}};
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const PathRates rates = measure_path_rates(rate_experiment_of(point), point.axis("t"), random, stop);
    for (const auto& [name, numbers] : observables_of(rates)) values.set(name, numbers);
}

/// Everything that the expectations depend on.
std::vector<double> key_of(const RateExperiment& experiment, std::span<const double> times) {
    const PathSettings& settings = experiment.settings;
    std::vector<double> key = {experiment.mixture.mu,
                               experiment.mixture.sigma2,
                               experiment.mixture.d,
                               experiment.duration,
                               settings.dt,
                               static_cast<double>(settings.direction),
                               static_cast<double>(settings.integrator),
                               static_cast<double>(settings.grid)};
    key.insert(key.end(), times.begin(), times.end());
    return key;
}

PathRates chain_averages(const Point& point) {
    static Memo<PathRates> known(256);
    const RateExperiment experiment = rate_experiment_of(point);
    const auto times = point.axis("t");
    return known.at(key_of(experiment, times), [&] { return path_rate_averages(experiment, times); });
}

PathRates continuum_averages(const Point& point) {
    return path_rate_averages_limit(rate_experiment_of(point), point.axis("t"));
}

/// The observable as an expectation over the chain, and its limit.
void add_theory(const std::string& name, const std::string& continuum, std::vector<std::string> axes,
                std::vector<Theory>& all) {
    const auto from = [name](PathRates (*averages)(const Point&)) {
        return [=](const Point& point, std::span<double> value) {
            const std::vector<double> numbers = observables_of(averages(point)).at(name);
            std::copy(numbers.begin(), numbers.end(), value.begin());
        };
    };
    all.push_back({.name = name + "_theory",
                   .description = "expectation over the chain at this dt; NaN where it is not known",
                   .axes = axes,
                   .compute = from(chain_averages)});
    all.push_back({.name = name + "_continuum",
                   .description = continuum + ", for dt to 0",
                   .axes = std::move(axes),
                   .compute = from(continuum_averages)});
}

/// The trapezoidal rule less its own error −Σ h³ f″/12, with f″ of each interval from the parabolas through three
/// neighbours: the mean of the two that cover it. The systematic part, an error of the times of the job and not of the
/// trajectories, is what one of the two alone would give.
void integrate_production(const Point& point, const Combined& combined, std::span<double> value,
                          std::span<double> systematic) {
    const AxisCurve curve = curve_over_axis(point, "t", combined["entropy_production_rate"]);
    const std::size_t n = curve.x.size();
    const auto half_curvature = [&](std::size_t i) {  // f″/2 at an inner point
        const double left = (curve.y[i] - curve.y[i - 1]) / (curve.x[i] - curve.x[i - 1]);
        const double right = (curve.y[i + 1] - curve.y[i]) / (curve.x[i + 1] - curve.x[i]);
        return (right - left) / (curve.x[i + 1] - curve.x[i - 1]);
    };
    value[0] = n > 2 ? 0 : std::numeric_limits<double>::quiet_NaN();
    double difference = 0;
    for (std::size_t i = 0; n > 2 && i + 1 < n; ++i) {
        const double h = curve.x[i + 1] - curve.x[i];
        const double first = half_curvature(std::max<std::size_t>(i, 1)), second = half_curvature(std::min(i + 1, n - 2));
        value[0] += 0.5 * h * (curve.y[i] + curve.y[i + 1]) - h * h * h / 12 * (first + second);
        difference += h * h * h / 12 * (second - first);
    }
    systematic[0] = std::abs(difference);
}

/// Forward the flux has one sign, e^{−2t} (M² + d(σ² − 1)): a crossing there would be one of noise.
Derived flux_crossing() {
    Derived crossing =
        crossing_of("t_flux", "largest t where the flux of the reverse process changes sign", "entropy_flux", "t", 0);
    crossing.compute = [any = crossing.compute](const Point& point, const Combined& combined, std::span<double> value,
                                                std::span<double> systematic) {
        any(point, combined, value, systematic);
        if (!is_reverse(point)) value[0] = std::numeric_limits<double>::quiet_NaN(), systematic[0] = 0;
    };
    return crossing;
}

/// A derived quantity of the expected curves.
Theory of_expectations(const Derived& derived) {
    return closed_form(derived.name + "_theory", "of the expectations over the chain at this dt, in the same way",
                       [=](const Point& point) {
                           Experiment curves;
                           for (const char* name : state_rates)
                               curves.observables.push_back({.name = name, .description = "", .axes = {"t"}});
                           const Layout layout = make_layout(curves, {{"t", point.axis("t").size()}});
                           std::vector<double> block(layout.size());
                           const Values values(layout, block);
                           const auto averages = observables_of(chain_averages(point));
                           for (const char* name : state_rates) values.set(name, averages.at(name));
                           double value = 0, systematic = 0;
                           derived.compute(point, Combined(layout, block), {&value, 1}, {&systematic, 1});
                           return value;
                       });
}

std::vector<Derived> derived() {
    return {{.name = "integrated_production",
             .description = "integral of the production rate between the first and the last t, of three or more",
             .compute = integrate_production},
            flux_crossing(),
            crossing_of("t_extremum", "largest t where the rate of the system's entropy changes sign", "system_entropy_rate",
                        "t", 0)};
}

std::vector<Theory> theory() {
    std::vector<Theory> all;
    add_theory("entropy_production_rate", "M_t^2 + d Gamma - 2 d + F", {"t"}, all);
    add_theory("entropy_flux", "M_t^2 + d Gamma - d forward, M_t^2 + d Gamma - 3 d + 2 F in reverse", {"t"}, all);
    add_theory("system_entropy_rate", "F - d forward, d - F in reverse", {"t"}, all);
    add_theory("heat_rate", "mean of the closed-form flux over the window", {"t"}, all);
    add_theory("system_change_rate", "change of S(t) over the window, per length of it", {"t"}, all);
    add_theory("path_production_rate", "mean of the closed-form production rate over the window", {"t"}, all);
    add_theory("heat", "integral of the flux over [0, T]", {}, all);
    add_theory("total_entropy", "integral of the production rate over [0, T], the same in both directions", {}, all);
    for (const Derived& one : derived()) all.push_back(of_expectations(one));
    all.push_back(closed_form("integrated_production_continuum",
                              "integral of the production rate between the first and the last t, for dt to 0",
                              [](const Point& point) {
                                  const auto times = point.axis("t");
                                  const auto [first, last] = std::minmax_element(times.begin(), times.end());
                                  return entropy_production(mixture_of(point), *first, *last);
                              }));
    all.push_back(closed_form("t_flux_continuum", "largest t where the closed-form flux changes sign (reverse), for dt to 0",
                              [](const Point& point) {
                                  return is_reverse(point) ? flux_reversal_time(mixture_of(point))
                                                           : std::numeric_limits<double>::quiet_NaN();
                              }));
    all.push_back(closed_form("t_extremum_continuum", "largest t where F = d: extremum of S(t), for dt to 0",
                              [](const Point& point) { return entropy_extremum_time(mixture_of(point)); }));
    all.push_back(closed_form("t_s_potential", "ln(M^2 + sqrt(M^4 + (sigma2 - 1)^2))/2: the potential becomes bistable",
                              [](const Point& point) { return t_s_potential(mixture_of(point)); }));
    return all;
}

double step(const Point& point, double) { return point["dt"]; }

/// The power of dt by which the averages over the states converge; the midpoint rule of the heat is O(dt) for all.
double step_of_states(const Point& point, double) {
    return point.word("integrator") == "heun" ? point["dt"] * point["dt"] : point["dt"];
}

}  // namespace

Experiment entropy_rate() {
    Experiment experiment;
    experiment.name = "entropy_rate";
    experiment.question =
        "How fast is entropy produced and exchanged with the environment along the diffusion of two Gaussian "
        "classes, forward and in reverse?";
    experiment.source =
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, eqs. 27-30, 67-69, E1-E9, figs. 9 and 10";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "entropy_production_rate", .description = "<|x + S|^2>, S the score", .axes = {"t"}},
        {.name = "entropy_flux",
         .description = "heat given to the environment, <x (x + S)> forward, <(x + 2 S)(x + S)> in reverse",
         .axes = {"t"}},
        {.name = "system_entropy_rate", .description = "entropy_production_rate - entropy_flux", .axes = {"t"}},
        {.name = "heat_rate",
         .description = "heat along the paths (Stratonovich, midpoint rule) between the next smaller t and t, per unit time",
         .axes = {"t"},
         .may_be_missing = {"windows of length 0"}},
        {.name = "system_change_rate",
         .description = "change of -ln p_t along the paths between the next smaller t and t, per unit time",
         .axes = {"t"},
         .may_be_missing = {"windows of length 0"}},
        {.name = "path_production_rate",
         .description =
             "heat_rate + system_change_rate: total entropy produced along the paths in the window, per unit time",
         .axes = {"t"},
         .may_be_missing = {"windows of length 0"}},
        {.name = "heat", .description = "heat along the paths over [0, T]"},
        {.name = "total_entropy", .description = "heat and change of -ln p_t along the paths over [0, T]"}};
    experiment.derived = derived();
    experiment.theory = theory();
    experiment.along = {{.name = "heat_limit",
                         .description = "heat over [0, T], extrapolated in dt",
                         .quantity = "heat",
                         .axis = "dt",
                         .kind = along::Limit{.abscissa = step}},
                        {.name = "total_entropy_limit",
                         .description = "total entropy over [0, T], extrapolated in dt",
                         .quantity = "total_entropy",
                         .axis = "dt",
                         .kind = along::Limit{.abscissa = step}},
                        {.name = "integrated_production_limit",
                         .description = "integral of the production rate, extrapolated in dt",
                         .quantity = "integrated_production",
                         .axis = "dt",
                         .kind = along::Limit{.abscissa = step_of_states}},
                        {.name = "t_flux_limit",
                         .description = "largest t where the flux changes sign, extrapolated in dt",
                         .quantity = "t_flux",
                         .axis = "dt",
                         .kind = along::Limit{.abscissa = step_of_states}}};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const GaussianMixture mixture = mixture_of(point);
        const double length = point.word("time_grid") == "clock" ? mixture.clock(point["T"]) - mixture.clock(0) : point["T"];
        const auto stops = static_cast<double>(point.axis("t").size());
        const double steps = length / point["dt"] + 0.5 * stops;
        return point["samples"] * (2 * path_step_cost(point) * steps + 25 * stops) + 150 * steps;
    };
    return experiment;
}

}  // namespace gdm
