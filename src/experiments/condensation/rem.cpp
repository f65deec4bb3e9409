#include "gdm/experiments/condensation/rem.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "gdm/experiments/condensation/level_measurement.hpp"
#include "gdm/experiments/condensation/level_theory.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/physics/levels/gaussian_levels.hpp"

namespace gdm {
namespace {

const double critical_beta = 2 * std::sqrt(std::numbers::ln2);

GaussianLevels law_at(const Point& point) { return GaussianLevels(std::sqrt(0.5 * point["M"])); }
double log_n(const Point& point) { return point["M"] * std::numbers::ln2; }

std::vector<double> betas_of(const Point& point) {
    std::vector<double> betas;
    for (const double beta : point.axis("beta_ratio")) betas.push_back(beta * critical_beta);
    return betas;
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const auto free = values["free_entropy"];
    measure_levels(law_at(point), log_n(point), betas_of(point), point, random, stop, values, free, {});
    for (double& one : free) one /= point["M"];
}

/// The temperature, in units of T_c, at which the line through E[Y] vanishes.
double critical_temperature(const Point& point, std::span<const double> ratio) {
    std::vector<double> temperature;
    for (const double beta : point.axis("beta_ratio")) temperature.push_back(1 / beta);
    return vanishing_point(temperature, ratio);
}

std::shared_ptr<const std::vector<LevelAverages>> averages(const Point& point) {
    return remembered_averages(law_at(point), log_n(point), betas_of(point), {point["M"]});
}

Theory exact(const std::string& name, const std::string& description, double (*of)(const LevelAverages&, const Point&)) {
    return {.name = name,
            .description = description,
            .axes = {"beta_ratio"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto all = averages(point);
                for (std::size_t k = 0; k < value.size(); ++k) value[k] = of((*all)[k], point);
            }};
}

/// The limit of large M, as a function of β/β_c.
Theory limit(const std::string& name, const std::string& description, double (*of)(double)) {
    return {.name = name,
            .description = description,
            .axes = {"beta_ratio"},
            .compute = [=](const Point& point, std::span<double> value) {
                for (std::size_t k = 0; k < value.size(); ++k) value[k] = of(point.axis("beta_ratio")[k]);
            }};
}

double limiting_ratio(double beta_ratio) { return std::max(0., 1 - 1 / beta_ratio); }

std::vector<Parameter> parameters() {
    return {{.name = "M",
             .description = "bits: the number of levels is 2^M",
             .kind = Kind::integer,
             .default_value = "10, 20, 50, 200, 1000",
             .range = {.min = 1, .max = 1000}},
            {.name = "beta_ratio",
             .description = "beta in units of beta_c = 2 sqrt(ln 2)",
             .role = Role::inner,
             .default_value = "geomspace(0.5, 8, 25)",
             .range = {.min = 1e-3, .max = 100},
             .alternatives = {{.name = "theta_ratio",
                               .description = "temperature in units of the critical one",
                               .range = {.min = 1e-2, .max = 1e3},
                               .to_parameter = [](double theta, const Point&) { return 1 / theta; }}}},
            {.name = "samples",
             .description = "realisations of the levels in one replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "500",
             .range = {.min = 1, .max = 1e8}},
            levels_setting()};
}

}  // namespace

Experiment rem() {
    Experiment experiment;
    experiment.name = "rem";
    experiment.question = "At which temperature does a random energy model of 2^M levels condense onto few of them?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 43-46; Derrida and Toulouse, "
        "J. Physique Lett. 46, L223 (1985)";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.observables = level_observables("beta_ratio");
    experiment.observables.push_back({.name = "free_entropy",
                                      .unit = "nat",
                                      .description = "mean of ln Z per bit, <ln Z>/M",
                                      .axes = {"beta_ratio"},
                                      .bounds = quadrature_error});
    experiment.derived = {
        {.name = "critical_temperature",
         .description = "T/T_c at which the line through <Y> vanishes",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value,
                       std::span<double>) { value[0] = critical_temperature(point, combined["participation_ratio"]); }},
        {.name = "participation_variance",
         .description = "variance of Y over realisations",
         .axes = {"beta_ratio"},
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             for (std::size_t k = 0; k < value.size(); ++k) {
                 const double mean = combined["participation_ratio"][k];
                 value[k] = combined["participation_ratio_2"][k] - mean * mean;
             }
         }}};
    experiment.theory = {exact("participation_ratio_theory", "mean of Y, exact at this M",
                               [](const LevelAverages& a, const Point&) { return a.participation_ratio; }),
                         exact("participation_ratio_2_theory", "mean of Y^2, exact at this M",
                               [](const LevelAverages& a, const Point&) { return a.participation_ratio_2; }),
                         exact("participation_variance_theory", "variance of Y, exact at this M",
                               [](const LevelAverages& a, const Point&) {
                                   return a.participation_ratio_2 - a.participation_ratio * a.participation_ratio;
                               }),
                         exact("weight_entropy_theory", "mean entropy of the weights, exact at this M",
                               [](const LevelAverages& a, const Point&) { return a.weight_entropy; }),
                         exact("free_entropy_theory", "<ln Z>/M, exact at this M",
                               [](const LevelAverages& a, const Point& point) { return a.log_z / point["M"]; }),
                         {.name = "critical_temperature_theory",
                          .description = "the same line through the exact <Y> at this M",
                          .compute =
                              [](const Point& point, std::span<double> value) {
                                  std::vector<double> ratio;
                                  for (const LevelAverages& a : *averages(point)) ratio.push_back(a.participation_ratio);
                                  value[0] = critical_temperature(point, ratio);
                              }},
                         limit("participation_ratio_limit", "max(0, 1 - beta_c/beta), M to infinity", limiting_ratio),
                         // E Y² = (E Y + 2 (E Y)²)/3 (Derrida and Toulouse).
                         limit("participation_variance_limit", "<Y> (1 - <Y>)/3, M to infinity", [](double beta_ratio) {
                             const double ratio = limiting_ratio(beta_ratio);
                             return ratio * (1 - ratio) / 3;
                         })};
    experiment.run = run;
    experiment.cost = [](const Point& point) { return measurement_cost(point, log_n(point), betas_of(point)); };
    return experiment;
}

}  // namespace gdm
