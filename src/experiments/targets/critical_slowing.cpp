#include "gdm/experiments/targets/critical_slowing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/experiments/targets/slowing_chains.hpp"
#include "gdm/experiments/targets/target_points.hpp"

namespace gdm {
namespace {

std::vector<Parameter> parameters() {
    std::vector<Parameter> all =
        path_target_parameters({"two_deltas", "four_deltas", "hypersphere", "discrete"}, "two_deltas", "2");
    all.push_back(
        {.name = "N",
         .description = "points of the discrete target, drawn anew for each replica; the others take no notice of it",
         .kind = Kind::integer,
         .default_value = "8",
         .range = {.min = 2, .max = 1e6}});
    all.push_back({.name = "K",
                   .description =
                       "copies of the target that share the noisy state; 1: the diffusion itself; mean field for K "
                       "to infinity",
                   .default_value = "64, 256, 1024, 4096",
                   .range = {.min = 1, .max = 1e7}});
    for (Parameter& one : noise_parameters("linspace(0.9, 1.1, 9)")) all.push_back(std::move(one));
    all.push_back(point_law_setting());
    all.push_back({.name = "dt",
                   .description = "length of a step of the Langevin dynamics, in relaxation times far above theta_c",
                   .role = Role::setting,
                   .default_value = "0.05",
                   .range = {.min = 1e-4, .max = 0.5}});
    all.push_back({.name = "samples",
                   .description = "records of a chain, about ten in a relaxation time",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "4096",
                   .range = {.min = 512, .max = 1e6}});
    return all;
}

void check(const Point& point, const Shapes&) {
    if (is_discrete(point)) check_span(point);
    const double K = point["K"], d = moved_dimension(point);
    if (K * d > 1e9)
        throw UsageError(fmt::format(
            "K d = {:.4g} is too large: at most 1e9, where the digits of the potential still tell two steps apart", K * d));
    const double unit = critical_theta(point), least = slowest_theta(point) / (1 + 100 / std::sqrt(K));
    for (const double theta : point.axis("theta")) {
        // There the force on a step from the middle tears so hard that every step is refused.
        if (theta < least)
            throw UsageError(fmt::format(
                "theta = {:.4g}, {:.4g} theta_c, is too far below the transition for K = {:.4g}: chains that start in the "
                "middle do not leave it; take {:.4g} theta_c or more, or fewer copies",
                theta, theta / unit, K, least / unit));
        const double steps = static_cast<double>(slowing_stride(point, theta)) * (point["samples"] + 400);
        if (steps >= 4294967296.)
            throw UsageError(
                fmt::format("a chain of {:.3g} steps at theta = {:.4g} is too long: fewer than 2^32 fit; take fewer "
                            "samples and more replicas",
                            steps, theta));
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    SlowingChains chains(point, random);
    if (!checkpoint.saved().empty()) chains.load(checkpoint.saved());
    while (!chains.done()) {
        if (checkpoint.due()) checkpoint.save(chains.bytes(), chains.progress());
        chains.advance();
    }
    chains.write(values);
}

/// NaN for random points, whose averages belong to the replica.
SharedStateMoments moments_at(const Point& point, double theta) {
    if (is_discrete(point)) return {not_a_number, not_a_number, not_a_number};
    const SphereForm form = sphere_form(point);
    return shared_state_moments(form.d, theta * form.noise, point["K"]);
}

Theory over_theta(const std::string& name, const std::string& description, double (*function)(const Point&, double)) {
    return {.name = name,
            .description = description,
            .axes = {"theta"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto thetas = point.axis("theta");
                for (std::size_t k = 0; k < thetas.size(); ++k) value[k] = function(point, thetas[k]);
            }};
}

/// m² of the stable root of m = ⟨y⟩_m (Ambrogioni 22) below θ_c, by bisection.
double resting_magnetisation_squared(const Point& point, double theta) {
    const SphereForm form = sphere_form(point);
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
        const double m = (low + high) / 2;
        (sphere_overlap(form.d, m / (theta * form.noise)).mean > m ? low : high) = m;
    }
    return low * low;
}

/// 1/(1 − θ_c (1 − m²)/θ) where the state rests for K → ∞; none below θ_c on a sphere, around which it wanders freely.
double relaxation_time_limit(const Point& point, double theta) {
    if (is_discrete(point)) return not_a_number;
    const double critical = critical_theta(point);
    if (theta == critical || (theta < critical && sphere_form(point).d > 1)) return not_a_number;
    const double magnetisation = theta > critical ? 0 : resting_magnetisation_squared(point, theta);
    return 1 / (1 - critical * (1 - magnetisation) / theta);
}

/// 0 where averages are compared with exact ones of the same points.
double none_in_plane(const Point& point, double) {
    return is_discrete(point) && moved_dimension(point) <= 2 ? 0 : not_a_number;
}

double scaled_square(const Point& point, double square) { return std::sqrt(point["K"]) * square; }

std::vector<Observable> observables() {
    std::vector<Observable> all;
    for (const Observable& average :
         {Observable{.name = "state_squared",
         .description = "squared norm of the noisy state; of random points about their mean, as the next",
         .axes = {"theta"}},
          Observable{.name = "magnetisation_squared",
          .description = "squared norm of the posterior mean of y at the state",
          .axes = {"theta"}}})
        for (Observable& one : chain_observables(average)) all.push_back(std::move(one));
    all.push_back({.name = "relaxation_time",
                   .description = "integrated autocorrelation time of the force along an axis, in units of the drift: "
                                  "dx = (<y> - x) ds",
                   .axes = {"theta"}});
    all.push_back({.name = "relaxation_time_by_force",
                   .description =
                       "the same time by the fluctuation of the force alone, theta/(K <force^2>), in equilibrium or "
                       "within a well",
                   .axes = {"theta"}});
    all.push_back({.name = "acceptance", .description = "share of the steps that were accepted", .axes = {"theta"}});
    const Missing no_plane{"targets but random points, these in three dimensions or more (N > 3), and very large K"};
    for (const auto& [name, description] :
         {std::pair{"state_squared_exact", "state_squared of the same points, by quadrature over all states"},
          {"magnetisation_squared_exact", "magnetisation_squared of the same points, by quadrature over all states"},
          {"relaxation_time_exact",
           "1 over the mean curvature of the potential along the axis, of the same points and all states"},
          {"state_squared_minus_exact", "of the chain, less that of all states; not 0 where chains stay in a well"},
          {"magnetisation_squared_minus_exact", "the same of magnetisation_squared"}})
        all.push_back({.name = name, .description = description, .axes = {"theta"}, .may_be_missing = no_plane});
    return all;
}

}  // namespace

Experiment critical_slowing() {
    Experiment experiment;
    experiment.name = "critical_slowing";
    experiment.question = "How slowly does a noisy state relax near the transition, and where is it?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 20-24, 28-35; Binder, Z. Phys. B "
        "43, 119 (1981) (crossings)";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = {chain_blocks()};
    experiment.observables = observables();
    experiment.derived = {
        {.name = "scaled_square",
         .description = "sqrt(K) times the squared norm of the state; at theta_c the same for all large K",
         .axes = {"theta"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             for (std::size_t k = 0; k < value.size(); ++k) value[k] = scaled_square(point, combined["state_squared"][k]);
         }}};
    experiment.theory = {
        over_theta("state_squared_theory", "average over the exact law of the state",
                   [](const Point& point, double theta) { return moments_at(point, theta).state_squared; }),
        over_theta("magnetisation_squared_theory", "average over the exact law of the state",
                   [](const Point& point, double theta) { return moments_at(point, theta).magnetisation_squared; }),
        over_theta(
            "relaxation_time_theory",
            "from theta_c on (below, passages between wells have a part in it that a window may miss): 1 over the mean "
            "curvature of the potential, 1/(1 - Cov/theta)",
            [](const Point& point, double theta) {
                return theta < critical_theta(point) ? not_a_number : moments_at(point, theta).relaxation_time;
            }),
        over_theta("relaxation_time_limit", "the same for K to infinity, on both sides; of a sphere above theta_c",
                   relaxation_time_limit),
        over_theta("relaxation_time_by_force_theory", "over the exact law of the state, 1/(1 - Cov/theta)",
                   [](const Point& point, double theta) { return moments_at(point, theta).relaxation_time; }),
        over_theta("state_squared_minus_exact_theory", "random points on a line or in a plane", none_in_plane),
        over_theta("magnetisation_squared_minus_exact_theory", "random points on a line or in a plane", none_in_plane),
        over_theta("scaled_square_theory", "average over the exact law of the state", [](const Point& point, double theta) {
            return scaled_square(point, moments_at(point, theta).state_squared);
        })};
    experiment.along = {
        {.name = "theta_c_crossing",
         .description = "noise of the transition, where sqrt(K) <|x|^2> of neighbouring K cross, K to infinity",
         .quantity = "scaled_square",
         .axis = "theta",
         .kind = along::Crossing{.size_axis = "K", .drift = 1, .points = 6},
         .theory = critical_or_nan}};
    experiment.check = check;
    experiment.state_size = SlowingChains::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        double steps = 0;
        for (const double theta : point.axis("theta")) steps += static_cast<double>(slowing_stride(point, theta));
        const double one = is_discrete(point)                      ? 100 + point["N"] * (2 * moved_dimension(point) + 8)
                           : point.word("target") == "hypersphere" ? 800
                                                                   : 150;
        return (point["samples"] + 400) * steps * one;
    };
    return experiment;
}

}  // namespace gdm
