#include "gdm/experiments/condensation/spherical_condensation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/condensation/level_measurement.hpp"
#include "gdm/experiments/condensation/level_theory.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/physics/levels/overlap_levels.hpp"

namespace gdm {

double spherical_critical_field(double alpha) { return std::sqrt(-std::expm1(-2 * alpha)) * std::exp(2 * alpha); }

double spherical_theta(double field, double d, double x_norm, bool typical) {
    if (!typical) return x_norm / (field * d);
    return (1 + std::sqrt(1 + 4 * field * field)) / (2 * field * field) / d;
}

double spherical_field(double theta, double d, double x_norm, bool typical) {
    return (typical ? std::sqrt(1 + theta * d) : x_norm) / (theta * d);
}

namespace {

constexpr double largest_log_n = 1000;

bool typical(const Point& point) { return point.word("state") == "typical"; }
double log_n(const Point& point) { return point["alpha"] * point["d"]; }
double theta_of_field(const Point& point, double field) {
    return spherical_theta(field, point["d"], point["x_norm"], typical(point));
}

/// 1/b at each θ of the axis.
std::vector<double> inverse_fields(const Point& point) {
    std::vector<double> result;
    for (const double theta : point.axis("theta")) {
        result.push_back(1 / spherical_field(theta, point["d"], point["x_norm"], typical(point)));
    }
    return result;
}

void check(const Point& point, const Shapes&) {
    const double log_number = log_n(point);
    if (log_number < std::numbers::ln2 || log_number > largest_log_n) {
        throw UsageError(
            fmt::format("alpha d = ln N is {:.4g}; it must be from ln 2 (two points) to {:g}", log_number, largest_log_n));
    }
    if (log_number > 600 * (point["d"] - 1)) {
        throw UsageError(fmt::format(
            "with d = {:g}, alpha d = ln N is at most {:g}: nearer points have angles below 1e-290; it is {:.4g}",
            point["d"], 600 * (point["d"] - 1), log_number));
    }
}

std::vector<double> betas_of(const Point& point) {
    std::vector<double> betas;
    for (const double inverse : inverse_fields(point)) betas.push_back(point["d"] / inverse);
    return betas;
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    double lowest = 0;
    measure_levels(OverlapLevels(1, point["d"]), log_n(point), betas_of(point), point, random, stop, values, {},
                   {&lowest, 1});
    values.set("largest_overlap", 1 - lowest);
}

/// θ_c from the line through E[Y] against 1/b.
double critical_theta(const Point& point, std::span<const double> ratio) {
    const double inverse = vanishing_point(inverse_fields(point), ratio);
    return inverse > 0 ? theta_of_field(point, 1 / inverse) : std::numeric_limits<double>::quiet_NaN();
}

std::shared_ptr<const std::vector<LevelAverages>> averages(const Point& point) {
    return remembered_averages(OverlapLevels(1, point["d"]), log_n(point), betas_of(point), {point["alpha"], point["d"]});
}

Theory exact(const std::string& name, const std::string& description, double LevelAverages::*member) {
    return {.name = name,
            .unit = name.starts_with("weight_entropy") ? "nat" : "1",
            .description = description,
            .axes = {"theta"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto all = averages(point);
                for (std::size_t k = 0; k < value.size(); ++k) value[k] = (*all)[k].*member;
            }};
}

Theory critical(const std::string& name, const std::string& description, double (*field)(double)) {
    return {.name = name, .description = description, .compute = [=](const Point& point, std::span<double> value) {
                value[0] = theta_of_field(point, field(point["alpha"]));
            }};
}

std::vector<Parameter> parameters() {
    return {{.name = "d",
             .description = "dimension",
             .kind = Kind::integer,
             .default_value = "32, 128, 512",
             .range = {.min = 2, .max = 1e6}},
            {.name = "alpha",
             .description = "ln N / d",
             .default_value = "0.1, 0.2, 0.4, 0.8, 1.6",
             .range = {.min = 1e-6, .max = 20},
             .alternatives = {{.name = "N",
                               .description = "number of data points",
                               .range = {.min = 2, .max = 1e300},
                               .to_parameter = [](double n, const Point& point) { return std::log(n) / point["d"]; }},
                              {.name = "ln_N",
                               .unit = "nat",
                               .description = "logarithm of the number of data points",
                               .range = {.min = std::numbers::ln2, .max = largest_log_n},
                               .to_parameter = [](double value, const Point& point) { return value / point["d"]; }}}},
            {.name = "x_norm",
             .description = "norm of the state in units of the radius; without effect on typical states",
             .default_value = "1",
             .range = {.min = 1e-6, .max = 1e6}},
            {.name = "theta",
             .description = "Brownian variance; in jobs in units of theta_c_limit",
             .role = Role::inner,
             .default_value = "linspace(0.1, 1.6, 16)",
             .range = {.min = 1e-3, .max = 1e3},
             .scale =
                 [](double value, const Point& point) {
                     return value * theta_of_field(point, spherical_critical_field(point["alpha"]));
                 }},
            {.name = "state",
             .description = "fixed: norm x_norm; typical: the norm of noisy data, sqrt(1 + theta d)",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "fixed",
             .words = {"fixed", "typical"}},
            {.name = "samples",
             .description = "realisations of the data in one replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "500",
             .range = {.min = 1, .max = 1e8}},
            levels_setting()};
}

}  // namespace

Experiment spherical_condensation() {
    Experiment experiment;
    experiment.name = "spherical_condensation";
    experiment.question = "At which noise do the weights of N points on a sphere condense onto few of them?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 41-47, with the exact density of "
        "overlaps";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.observables = level_observables("theta");
    experiment.observables.push_back({.name = "largest_overlap", .description = "mean of the largest x.y/(|x| r)"});
    experiment.derived = {
        {.name = "theta_c",
         .description = "Brownian variance at which the line through <Y> against 1/b vanishes",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] = critical_theta(point, combined["participation_ratio"]);
         }}};
    experiment.theory = {
        exact("participation_ratio_theory", "mean of Y, exact at this d and N", &LevelAverages::participation_ratio),
        exact("participation_ratio_2_theory", "mean of Y^2, exact at this d and N", &LevelAverages::participation_ratio_2),
        exact("weight_entropy_theory", "mean entropy of the weights, exact at this d and N", &LevelAverages::weight_entropy),
        {.name = "participation_ratio_limit",
         .description = "max(0, 1 - b_c/b), d to infinity",
         .axes = {"theta"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const std::vector<double> inverse = inverse_fields(point);
                 const double critical_field = spherical_critical_field(point["alpha"]);
                 for (std::size_t k = 0; k < value.size(); ++k) value[k] = std::max(0., 1 - critical_field * inverse[k]);
             }},
        {.name = "largest_overlap_limit",
         .description = "sqrt(1 - exp(-2 alpha)), d to infinity",
         .compute = [](const Point& point,
                       std::span<double> value) { value[0] = std::sqrt(-std::expm1(-2 * point["alpha"])); }},
        {.name = "theta_c_theory",
         .description = "the same line through the exact <Y> at this d and N",
         .compute =
             [](const Point& point, std::span<double> value) {
                 std::vector<double> ratio;
                 for (const LevelAverages& a : *averages(point)) ratio.push_back(a.participation_ratio);
                 value[0] = critical_theta(point, ratio);
             }},
        critical("theta_c_limit", "exact, d to infinity", spherical_critical_field),
        critical("theta_c_rem", "random energy model (Ambrogioni 47)", [](double alpha) { return std::sqrt(2 * alpha); })};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) { return measurement_cost(point, log_n(point), betas_of(point)); };
    return experiment;
}

}  // namespace gdm
