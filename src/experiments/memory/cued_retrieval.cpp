#include "gdm/experiments/memory/cued_retrieval.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/condensation/level_theory.hpp"
#include "gdm/experiments/condensation/spherical_condensation.hpp"
#include "gdm/experiments/memory/dense_parameters.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/physics/memories/dense_memory_theory.hpp"

namespace gdm {
namespace {

double limit_noise(const Point& point) {
    return retrieval_noise(dense_memory_of(point, 1), point["alpha"], point["lambda_theta"]);
}

void check(const Point& point, const Shapes&) {
    check_load(point["alpha"], point["d"]);
    for (const double theta : point.axis("theta")) {
        if (!(theta > 1e-9 && theta < 1e9))
            throw UsageError(
                fmt::format("theta is {:.4g} at alpha = {:g}: at d to infinity a cue of these patterns must be almost free "
                            "of noise, or may "
                            "be all noise; take other values of alpha or lambda_theta",
                            theta, point["alpha"]));
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    std::vector<CueState> states;
    for (const double theta : point.axis("theta")) states.push_back({point["alpha"], theta, point["lambda_theta"] / theta});
    measure_cues(point, states, random, stop, values, values["fresh_participation"]);
    for (std::size_t k = 0; k < states.size(); ++k)
        values["participation_identity"][k] = values["participation_ratio"][k] - values["source_weight"][k];
}

/// Whether the weights are the posterior of the pattern behind the cue.
bool is_posterior(const Point& point) {
    return point["lambda_theta"] == 1 && (point.word("patterns") == "spherical" || point.word("weights") == "diffusion");
}

/// Where the line through ⟨Y⟩ of fresh states against 1/b vanishes, b the field of spherical_condensation (radius √d, norms
/// of noisy data); NaN for patterns whose norms differ, and at other λ than that of a diffusion model.
double condensed_noise(const Point& point, std::span<const double> ratio) {
    const double d = point["d"], nan = std::numeric_limits<double>::quiet_NaN();
    if (point.word("patterns") != "spherical" || point["lambda_theta"] != 1) return nan;
    std::vector<double> inverse;
    for (const double theta : point.axis("theta")) inverse.push_back(1 / spherical_field(theta / d, d, 1, true));
    const double at = vanishing_point(inverse, ratio);
    return at > 0 ? d * spherical_theta(1 / at, d, 1, true) : nan;
}

Along limit_of(const std::string& quantity) {
    return {.name = quantity + "_limit",
            .description = quantity + " in the limit of large d, a parabola in 1/d",
            .quantity = quantity,
            .axis = "d",
            .kind = along::Limit{.abscissa = [](const Point& point, double) { return 1 / point["d"]; }, .order = 2},
            .theory = limit_noise};
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = dense_parameters("spherical", "64, 128, 256, 1024");
    all[1].default_value = "diffusion";
    for (Parameter& one : std::vector<Parameter>{
             {.name = "alpha",
 .description = "load ln P/d",
 .default_value = "0.05, 0.1, 0.2, 0.35, 0.5",
 .range = {.min = 1e-6, .max = 20}},
             {.name = "lambda_theta",
             .description = "inverse temperature lambda in units of 1/theta; 1: the posterior of a diffusion model",
             .default_value = "1",
             .range = {.min = 1e-2, .max = 1e2}},
             {.name = "theta",
             .description = "noise of the cue x = y + sqrt(theta) z; in jobs in units of theta_half_large_d",
             .role = Role::inner,
             .default_value = "geomspace(0.2, 5, 15)",
             .range = {.min = 1e-3, .max = 1e3},
             .scale = [](double value, const Point&point) { return value * limit_noise(point); }},
             {.name = "samples",
             .description = "cues in a replica, each among patterns of its own",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "100",
             .range = {.min = 1, .max = 1e8}},
             levels_setting()})
        all.push_back(std::move(one));
    return all;
}

}  // namespace

Experiment cued_retrieval() {
    Experiment experiment;
    experiment.name = "cued_retrieval";
    experiment.question =
        "From how noisy a cue does a dense associative memory find its pattern, and when does a diffusion "
        "model memorise?";
    experiment.source =
        "Lucibello and Mezard, PRL 132, 077301 (2024); Ambrogioni, The statistical thermodynamics of generative diffusion "
        "models, section 9; Biroli, Bonnaire, de Bortoli, Mezard, arXiv:2402.18491 (collapse)";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.observables = cue_observables("theta");
    experiment.observables.push_back(
        {.name = "fresh_participation",
         .description = "mean participation ratio at states made from a pattern that is not stored",
         .axes = {"theta"},
         .bounds = between(0, 1)});
    experiment.observables.push_back(
        {.name = "participation_identity",
         .description = "participation_ratio less source_weight: 0 where the weights are the posterior of a diffusion model",
         .axes = {"theta"},
         .bounds = between(-1, 0.25)});
    experiment.derived = {
        crossing_of("theta_half", "noise at which the mean weight of the pattern is 1/2", "source_weight", "theta", 0.5),
        {.name = "theta_condensed",
         .description = "noise at which the line through fresh_participation vanishes (spherical, lambda_theta = 1)",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] = condensed_noise(point, combined["fresh_participation"]);
         }}};
    experiment.theory = {{.name = "participation_identity_theory",
                          .description = "0, exactly, of a posterior",
                          .axes = {"theta"},
                          .compute =
                              [](const Point& point, std::span<double> value) {
                                  for (double& one : value)
                                      one = is_posterior(point) ? 0 : std::numeric_limits<double>::quiet_NaN();
                              }},
                         closed_form("theta_half_large_d", "noise of retrieval for d to infinity", limit_noise)};
    experiment.along = {limit_of("theta_half"), limit_of("theta_condensed")};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) { return cues_cost(point, point.axis("theta").size()); };
    return experiment;
}

}  // namespace gdm
