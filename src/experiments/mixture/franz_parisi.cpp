#include "gdm/experiments/mixture/franz_parisi.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/mixture/franz_parisi_derived.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/potentials/franz_parisi_theory.hpp"

namespace gdm {

namespace {

/// Beyond this q/v, or this product of distances, a double does not tell the two of a pair apart.
constexpr double greatest_argument = 1e12;

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "0.1", "1");
    all.push_back(time_axis("0.01, 0.015, 0.42", false));
    all.push_back({.name = "q",
                   .description = "squared distance of two samples behind the same state, in units of q_unit",
                   .role = Role::inner,
                   .default_value = "geomspace(0.02, 6, 100)",
                   .range = {.min = 0, .max = 1e12, .open_min = true},
                   .scale = [](double q, const Point& point) { return point.word("q_unit") == "d" ? q * point["d"] : q; }});
    all.push_back({.name = "q_unit",
                   .description = "unit of q: d (the distance per dimension; the same in one dimension) or absolute",
                   .role = Role::setting,
                   .kind = Kind::word,
                   .default_value = "d",
                   .words = {"d", "absolute"}});
    all.push_back({.name = "samples",
                   .description = "pairs (x_0', x_t) of a replica",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "2048",
                   .range = {.min = 1, .max = 1e7}});
    return all;
}

/// Half of the pairs have their axis variable from a normal law of twice the width, for d > 1: V″ between two minima is
/// made by few pairs there, whose kinks are narrower than their spread, and plain sampling misses its edges.
constexpr double wide = 2;

struct WeightedDraw {
    FranzParisiDraw draw;
    double weight = 1;  ///< plain density over the one drawn from, at most 2
};

std::vector<WeightedDraw> draw_pairs(const Point& point, const RandomStream& random) {
    std::vector<WeightedDraw> draws(static_cast<std::size_t>(point.integer("samples")));
    for (std::size_t i = 0; i < draws.size(); ++i) {
        const auto sample = static_cast<std::uint32_t>(i);
        RandomSequence axis(random, Purpose::state, sample);
        FranzParisiDraw& draw = draws[i].draw;
        draw.state = axis.normal();
        draw.axis = axis.normal();
        if (point["d"] == 1) continue;
        if (axis.uniform() < 0.5) draw.axis *= wide;
        draws[i].weight = 2 / (1 + std::exp(0.5 * draw.axis * draw.axis * (1 - 1 / (wide * wide))) / wide);
        RandomSequence across(random, Purpose::transverse, sample);
        draw.across = across.chi_squared(point["d"] - 1);
    }
    return draws;
}

/// The mean over the pairs. Weighted are deviations from the central pair: the mean weight is 1, but fluctuates.
template <class Contribution>
PotentialValue weighted_mean(const std::vector<WeightedDraw>& draws, const Stop& stop, PotentialValue centre,
                             const Contribution& contribution) {
    PotentialValue sum;
    for (std::size_t i = 0; i < draws.size(); ++i) {
        if (i % 4096 == 0) stop.check();
        const PotentialValue one = contribution(draws[i].draw);
        sum.value += draws[i].weight * (one.value - centre.value);
        sum.slope += draws[i].weight * (one.slope - centre.slope);
        sum.curvature += draws[i].weight * (one.curvature - centre.curvature);
    }
    const double share = 1 / static_cast<double>(draws.size());
    return {centre.value + share * sum.value, centre.slope + share * sum.slope, centre.curvature + share * sum.curvature};
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const auto draws = draw_pairs(point, random);
    const auto times = point.axis("t"), distances = point.axis("q");
    const double across = point["d"] - 1;
    for (std::size_t k = 0; k < times.size(); ++k) {
        const FranzParisi law(mixture_of(point), times[k]);
        std::optional<FranzParisiQuadrature> over_states;
        if (across > 0) over_states.emplace(mixture_of(point), times[k]);
        for (std::size_t j = 0; j < distances.size(); ++j) {
            const double q = distances[j];
            const auto plain = [&](const FranzParisiDraw& draw) { return law(draw, q); };
            const auto averaged = [&](const FranzParisiDraw& draw) { return over_states->given(draw.axis, draw.across, q); };
            const PotentialValue mean = over_states ? weighted_mean(draws, stop, over_states->given(0, across, q), averaged)
                                                    : weighted_mean(draws, stop, {}, plain);
            const std::size_t at = k * distances.size() + j;
            values["V"][at] = mean.value;
            values["slope"][at] = mean.slope;
            values["curvature"][at] = std::isfinite(mean.curvature) ? mean.curvature : not_a_number;
        }
    }
}

void check(const Point& point, const Shapes&) {
    for (const double t : point.axis("t")) {
        const FranzParisi law(mixture_of(point), t);
        for (const double q : point.axis("q")) {
            const double y = q / law.posterior_variance();
            if (!(y < greatest_argument) || !(std::sqrt(y) * (law.separation() + std::sqrt(point["d"])) < greatest_argument))
                throw UsageError(
                    "q is too large beside the posterior variance sigma2 Delta/Gamma for double precision; take a smaller "
                    "q, "
                    "or a larger t or sigma2");
        }
    }
}

}  // namespace

Experiment franz_parisi() {
    Experiment experiment;
    experiment.name = "franz_parisi";
    experiment.question = "How far apart are two clean samples behind the same noisy state, and what lies between them?";
    experiment.source = "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.F, eqs. 70-79, fig. 11";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = {{.name = "inflection_number", .description = "counted from small q", .values = {}},
                             {.name = "minimum_number", .description = "counted from small q", .values = {}}};
    for (std::size_t i = 1; i <= max_inflections; ++i) experiment.fixed_axes[0].values.push_back(static_cast<double>(i));
    for (std::size_t i = 1; i <= max_minima; ++i) experiment.fixed_axes[1].values.push_back(static_cast<double>(i));
    experiment.observables = {{.name = "V", .description = "Franz-Parisi potential -<ln Z>", .axes = {"t", "q"}},
                              {.name = "slope", .description = "dV/dq", .axes = {"t", "q"}},
                              {.name = "curvature",
                               .description = "d^2V/dq^2",
                               .axes = {"t", "q"},
                               .may_be_missing = {"q below 1e-150 or so, where 1/q^2 leaves double precision"}}};
    experiment.derived = franz_parisi_derived();
    experiment.theory = franz_parisi_theory();
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const auto values = static_cast<double>(point.axis("t").size() * point.axis("q").size());
        return values * point["samples"] * (point["d"] == 1 ? 150 : 350);
    };
    return experiment;
}

}  // namespace gdm
