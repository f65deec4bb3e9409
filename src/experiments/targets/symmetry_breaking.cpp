#include "gdm/experiments/targets/symmetry_breaking.hpp"

#include <fmt/format.h>

#include <any>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/targets/generative_path.hpp"
#include "gdm/physics/targets/shared_state_chain.hpp"

namespace gdm {
namespace {

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = path_target_parameters({"two_deltas", "four_deltas", "hypersphere", "discrete"},
                                                        "two_deltas, four_deltas, hypersphere", "2");
    all.push_back({.name = "N",
                   .description = "points of the discrete target",
                   .kind = Kind::integer,
                   .default_value = "100",
                   .range = {.min = 2, .max = 1e6}});
    all.push_back({.name = "process",
                   .description = "in whose coordinates the steps are made; the same noise drives both",
                   .kind = Kind::word,
                   .default_value = "brownian",
                   .words = noising_process_words.list(),
                   .keyed = false});
    all.push_back({.name = "dt",
                   .description = "greatest length in ln theta of a step of euler_maruyama",
                   .default_value = "0.02",
                   .range = {.min = 1e-4, .max = 0.5},
                   .keyed = false});
    for (Parameter& one : noise_parameters("linspace(0.5, 2, 16)")) all.push_back(std::move(one));
    all.push_back(point_law_setting());
    all.push_back({.name = "integrator",
                   .description = "exact: y from its posterior, x from the bridge, one step from theta to theta; "
                                  "euler_maruyama: the reverse equation with the score alone",
                   .role = Role::setting,
                   .kind = Kind::word,
                   .default_value = "exact",
                   .words = path_stepping_words.list()});
    all.push_back({.name = "clones",
                   .description = "copies of the state at each theta, of which all pairs are compared",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "2",
                   .range = {.min = 2, .max = 64}});
    all.push_back({.name = "samples",
                   .description = "trajectories of a replica",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "500",
                   .range = {.min = 1, .max = 1e6}});
    for (Parameter& one : user_points_parameters()) all.push_back(std::move(one));
    return all;
}

void check(const Point& point, const Shapes& shapes) {
    check_rows(point, shapes);
    if (is_discrete(point) && point["N"] * point["d"] > 1e8)
        throw UsageError(fmt::format("N d = {:g} numbers of the points are too many: at most 1e8", point["N"] * point["d"]));
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) {
    const auto law = path_target_of(point, random, std::any_cast<TargetPoints>(&context));
    const GenerativePaths paths = {.process = noising_process_words.at(point.word("process")),
                                   .stepping = path_stepping_words.at(point.word("integrator")),
                                   .step = point["dt"],
                                   .clones = static_cast<std::size_t>(point.integer("clones")),
                                   .samples = static_cast<std::size_t>(point.integer("samples"))};
    const GenerativeResults results = run_generative_paths(FramedTarget(*law), paths, point.axis("theta"), random, stop);
    values.set("state_squared", results.state_squared);
    values.set("magnetisation", results.magnetisation);
    values.set("magnetisation_squared", results.magnetisation_squared);
    values.set("overlap", results.overlap);
    values.set("agreement", results.agreement);
}

/// q(θ) = E‖⟨y⟩_x‖² with the exact law of x; NaN for random points.
double overlap_at(const Point& point, double theta) {
    if (is_discrete(point)) return not_a_number;
    const SphereForm form = sphere_form(point);
    return shared_state_moments(form.d, theta * form.noise, 1).magnetisation_squared;
}

double agreement_at(const Point& point, double theta) {
    const double one = (1 + overlap_at(point, theta)) / 2;  // along one diagonal, if there are two
    const std::string& target = point.word("target");
    return target == "two_deltas" ? one : target == "four_deltas" ? one * one : not_a_number;
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

/// Where a curve passes the value that `exact` gives it at θ_c.
Derived theta_c_of(const std::string& name, const std::string& description, const std::string& curve,
                   double (*exact)(const Point&, double)) {
    return {
        .name = name,
        .description = description,
        .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            const double level = exact(point, critical_theta(point));
            const Crossing crossing = std::isfinite(level) ? crossing_over_axis(point, "theta", combined[curve], level)
                                                           : Crossing{not_a_number, 0, 0};
            value[0] = crossing.position;
            systematic[0] = std::isfinite(crossing.systematic) ? crossing.systematic : 0;
        }};
}

/// Where the overlap is ½, over θ_c: 1 on a sphere of many dimensions, whatever else is known of it.
Derived half_overlap() {
    return {
        .name = "theta_half",
        .description = "where the overlap of clones passes 1/2, over theta_c",
        .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            const Crossing crossing = crossing_over_axis(point, "theta", combined["overlap"], 0.5);
            value[0] = crossing.position / critical_theta(point);
            systematic[0] = std::isfinite(crossing.systematic) ? crossing.systematic / critical_theta(point) : 0;
        }};
}

double half_overlap_theory(const Point& point) {
    if (is_discrete(point)) return not_a_number;
    double low = 0.1, high = 10;  // the overlap falls from 1 to 0
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        (overlap_at(point, middle * critical_theta(point)) > 0.5 ? low : high) = middle;
    }
    return (low + high) / 2;
}

double has_agreement(const Point& point) {
    return point.word("target") == "hypersphere" ? not_a_number : critical_or_nan(point);
}

std::vector<Observable> observables() {
    const auto is_sphere = [](const Point& point) { return point.word("target") == "hypersphere"; };
    return {{.name = "state_squared", .description = "squared norm of the noisy state", .axes = {"theta"}},
            {.name = "magnetisation", .description = "norm of the posterior mean of y at the state", .axes = {"theta"}},
            {.name = "magnetisation_squared", .description = "its square", .axes = {"theta"}},
            {.name = "overlap", .description = "product of the ends of two clones, y_a y_b", .axes = {"theta"}},
            {.name = "agreement",
             .description = "probability that two clones end at the same point",
             .axes = {"theta"},
             .may_be_missing = {"target = hypersphere", is_sphere},
             .bounds = between(0, 1)}};
}

double cost(const Point& point) {
    const auto thetas = static_cast<double>(point.axis("theta").size());
    const double one = is_discrete(point)                      ? 50 + point["N"] * (point["d"] + 5)
                       : point.word("target") == "hypersphere" ? 900
                                                               : 120;
    const double clone = point.word("integrator") == "exact" ? 1 : 7.5 / point["dt"];
    return point["samples"] * thetas * one * (2 + point["clones"] * clone);
}

}  // namespace

Experiment symmetry_breaking() {
    Experiment experiment;
    experiment.name = "symmetry_breaking";
    experiment.question = "When do generative trajectories break the symmetry of their target?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 3, 5, 11-16, 20, 22; Biroli, "
        "Bonnaire, de Bortoli, Mezard, arXiv:2402.18491 (clones)";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.derived = {
        theta_c_of("theta_c_overlap", "where the overlap of clones passes its value at theta_c", "overlap", overlap_at),
        theta_c_of("theta_c_agreement", "where the agreement of clones passes its value at theta_c", "agreement",
                   agreement_at),
        half_overlap()};
    experiment.theory = {
        over_theta("state_squared_theory", "1 + theta times the dimension; on average over Gaussian points",
                   [](const Point& point, double theta) {
                       const std::string& target = point.word("target");
                       return 1 + theta * (target == "two_deltas" ? 1 : target == "four_deltas" ? 2 : point["d"]);
                   }),
        over_theta("magnetisation_squared_theory", "average over the exact law of the state", overlap_at),
        over_theta("overlap_theory", "the same number: clones are independent given the state", overlap_at),
        over_theta("agreement_theory", "(1 + q)/2 of two deltas; that of either diagonal, squared, of four", agreement_at),
        closed_form("theta_c_overlap_theory", "1, 1/2, 1/d", critical_or_nan),
        closed_form("theta_c_agreement_theory", "1, 1/2", has_agreement),
        closed_form("theta_half_theory", "where the average over the exact law is 1/2", half_overlap_theory)};
    experiment.along = {
        {.name = "theta_c_dt_limit",
         .description = "theta_c_overlap of trajectories of the score alone, for dt to 0",
         .quantity = "theta_c_overlap",
         .axis = "dt",
         .kind = along::Limit{.abscissa = [](const Point&, double dt) { return dt; }, .order = 2},
         .theory = critical_or_nan},
        {.name = "theta_half_limit",
         .description = "theta_half of infinitely many dimensions",
         .quantity = "theta_half",
         .axis = "d",
         .kind = along::Limit{.abscissa = [](const Point&, double d) { return 1 / d; }, .order = 2},
         .theory = [](const Point& point) { return point.word("target") == "hypersphere" ? 1 : not_a_number; }}};
    experiment.implied = [](const Shapes& shapes) { return implied_by_points(shapes, "geomspace(0.01, 1, 21)"); };
    experiment.check = check;
    experiment.prepare = prepare_points;
    experiment.run = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
