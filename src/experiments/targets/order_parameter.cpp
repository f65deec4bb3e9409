#include "gdm/experiments/targets/order_parameter.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/targets/order_parameter_axes.hpp"
#include "gdm/experiments/targets/order_parameter_derived.hpp"
#include "gdm/experiments/targets/order_parameter_replica.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/experiments/targets/target_points.hpp"

namespace gdm {
namespace {

std::vector<Implied> implied(const Shapes& shapes) { return implied_by_points(shapes, "geomspace(0.01, 1, 21)"); }

void check(const Point& point, const Shapes& shapes) {
    if (law_is_symmetric(point)) return;
    check_rows(point, shapes);
    check_span(point);
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all =
        path_target_parameters({"two_deltas", "four_deltas", "hypersphere", "discrete"}, "two_deltas, four_deltas", "8");
    all.push_back({.name = "N",
                   .description = "points of the discrete target; the others take no notice of it",
                   .kind = Kind::integer,
                   .default_value = "8",
                   .range = {.min = 2, .max = 1e6}});
    all.push_back({.name = "realisation",
                   .description =
                       "number of a set of random points, each a point of the sweep: with replicas = 1 branches are "
                       "those of one set (replicas have points of their own, and are averaged)",
                   .kind = Kind::integer,
                   .default_value = "1",
                   .range = {.min = 1, .max = 1e6}});
    for (Parameter& one : noise_parameters("linspace(0.05, 1.5, 30)")) all.push_back(std::move(one));
    for (Parameter& one : std::vector<Parameter>{
             {.name = "h",
 .description = "external field along the axis from the mean of the target to its first point",
 .role = Role::inner,
 .default_value = "0, 0.05",
 .range = {.min = -1e6, .max = 1e6}},
             {.name = "window",
             .description =
                  "distance from the transition up to which exponents are fitted: |theta/theta_c - 1|, or the field",
             .role = Role::setting,
             .default_value = "0.1",
             .range = {.min = 1e-3, .max = 0.3}},
             point_law_setting()})
        all.push_back(std::move(one));
    for (Parameter& one : user_points_parameters()) all.push_back(std::move(one));
    return all;
}

/// Nothing is sampled: what is left is rounding, and where a root nearly turns its square root.
Bounds rounding(const Point&) { return {.relative = 1e-8}; }

Observable exact(const std::string& name, const std::string& description, std::vector<std::string> axes,
                 Missing missing = {}) {
    return {.name = name,
            .description = description,
            .axes = std::move(axes),
            .may_be_missing = std::move(missing),
            .bounds = rounding};
}

std::vector<Observable> observables() {
    const Missing no_branch{"fewer branches"}, no_landscape_branch{"fewer branches, or no theta_c"}, no_mode{"fewer modes"},
        divergent{"where it diverges"}, endless{"the branch of no point ends"},
        no_symmetry{"target = discrete", [](const Point&point) { return !law_is_symmetric(point); }};
    return {
        exact("theta_c",
              "greatest theta at which the branch of a point ends, by continuation (of 16 points, evenly spread, where "
              "there are more)",
              {}, endless),
        exact("theta_stability", "theta below which the symmetric state is unstable", {}, no_symmetry),
        exact("prior_eigenvalue", "greatest eigenvalue of the covariance of the target", {}),
        exact("theta_end", "theta at which the branch of a point ends", {"h", "pattern"},
              {"fewer points, or a branch that goes on to any noise"}),
        exact("mean_theta_end", "its average over the points whose branch ends", {"h"}, endless),
        exact("ending_share", "share of the points whose branch ends", {"h"}),
        exact("magnetisation", "distance from the mean of the target along the axis, in the state of least free energy",
              {"theta", "h"}),
        exact("free_energy", "least |m|^2/2 - theta ln Z(m + h)", {"theta", "h"}),
        exact("susceptibility", "self-consistent response along the axis of the state of least free energy", {"theta", "h"},
              divergent),
        exact("bare_response", "eigenvalues of C/theta in the state of least free energy", {"theta", "h", "mode"}, no_mode),
        exact("self_response", "eigenvalues of (1 - C/theta)^-1 C/theta there", {"theta", "h", "mode"},
              {"fewer modes, and where it diverges"}),
        exact("score_jacobian", "eigenvalues of the Jacobian of the score there, (C/theta - 1)/theta",
              {"theta", "h", "mode"}, no_mode),
        exact("branches", "number of branches found", {"theta", "h"}),
        exact("stable_branches", "number of stable branches", {"theta", "h"}),
        exact("degree", "branches with an even number of unstable directions less those with an odd one: 1 if all are found",
              {"theta", "h"}),
        exact("proven",
              "1 where no branch can be missing (one coordinate, four deltas, points on a line or in a plane); 0 where they "
              "were searched for, and a degree of 1 does not prove that all were found",
              {"theta", "h"}),
        exact("branch_magnetisation", "distance of a branch from the mean of the target along the axis",
              {"theta", "h", "branch"}, no_branch),
        exact("branch_norm", "distance of a branch from the mean of the target", {"theta", "h", "branch"}, no_branch),
        exact("branch_free_energy", "free energy of a branch", {"theta", "h", "branch"}, no_branch),
        exact("branch_stability", "1 - c/theta of the greatest variance c: positive where stable", {"theta", "h", "branch"},
              no_branch),
        exact("branch_unstable", "number of unstable directions of a branch", {"theta", "h", "branch"}, no_branch),
        exact("ordered_magnetisation", "magnetisation below theta_c without a field", {"distance"}, no_symmetry),
        exact("ordered_susceptibility", "susceptibility there", {"distance"}, no_symmetry),
        exact("disordered_susceptibility", "susceptibility above theta_c", {"distance"}, no_symmetry),
        exact("critical_magnetisation", "magnetisation at theta_c in a field", {"distance"}, no_symmetry),
        exact("landscape", "|m|^2/2 - theta ln Z(m) in the plane of the mean and two points, less its value at the mean",
              {"ratio", "u", "v"}, {"one dimension, or no theta_c"}),
        exact("landscape_branch_u", "coordinate u of a branch of that theta", {"ratio", "branch"}, no_landscape_branch),
        exact("landscape_branch_v", "coordinate v of a branch of that theta", {"ratio", "branch"}, no_landscape_branch),
        exact("landscape_branch_unstable", "number of its unstable directions", {"ratio", "branch"}, no_landscape_branch)};
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    measure_order_parameter(point, std::any_cast<TargetPoints>(&context), random, stop, checkpoint, values);
}

double cost(const Point& point) {
    const double places = static_cast<double>(point.axis("theta").size()) * static_cast<double>(point.axis("h").size());
    if (law_is_symmetric(point)) return 3e6 + 2e5 * places;
    const double N = point["N"], rank = std::min(N, point["d"]);
    return (places + 4) * (N + 32) * 200 * (20 * N + N * rank + rank * rank * (20 + rank)) * 0.5 + 6700 * N * rank;
}

}  // namespace

Experiment order_parameter() {
    Experiment experiment;
    experiment.name = "order_parameter";
    experiment.question = "Which states of a diffusion model are self-consistent, and where do their branches part?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 11-16, 19-32, figs. 2, 3";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.fixed_axes = order_parameter_axes();
    experiment.observables = observables();
    experiment.derived = order_parameter_derived();
    experiment.theory = order_parameter_theory();
    experiment.implied = implied;
    experiment.check = check;
    experiment.prepare = prepare_points;
    experiment.state_size = order_parameter_state_size;
    experiment.run_from = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
