#include "gdm/experiments/memory/hopfield_capacity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/memory/half_retrieved.hpp"
#include "gdm/experiments/memory/hopfield_descents.hpp"
#include "gdm/experiments/memory/hopfield_parameters.hpp"
#include "gdm/physics/memories/first_step_error.hpp"
#include "gdm/physics/memories/hopfield_theory.hpp"

namespace gdm {
namespace {

void check(const Point& point, const Shapes& shapes) {
    for (const double alpha : point.axis("alpha")) check_patterns(point, alpha, shapes);
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    HopfieldDescents descents(point, context, random);
    if (!checkpoint.saved().empty()) descents.load(checkpoint.saved());
    // A sweep of so many patterns takes some ms.
    const double bits = point["N"] * point["N"] * std::ranges::max(point.axis("alpha"));
    const auto often = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(1e7 / bits));
    for (std::uint64_t step = 0; !descents.done(); ++step) {
        stop.check();
        if (step % often == 0 && checkpoint.due()) checkpoint.save(descents.bytes(), descents.progress());
        descents.step();
    }
    checkpoint.end(descents.bytes());
    descents.write(values);
}

/// α = P/N as it is with whole patterns.
std::vector<double> true_alphas(const Point& point) {
    std::vector<double> alphas;
    for (const double alpha : point.axis("alpha"))
        alphas.push_back(static_cast<double>(pattern_count(point, alpha)) / point["N"]);
    return alphas;
}

void declare_observables(Experiment& experiment) {
    const auto over_alpha = [&](std::string name, std::string description, std::string unit = "1") {
        experiment.observables.push_back(
            {.name = std::move(name), .unit = std::move(unit), .description = std::move(description), .axes = {"alpha"}});
    };
    over_alpha("retrieved", "share of starts at a pattern that end with an overlap above retrieved_above");
    experiment.observables.back().bounds = between(0, 1, 1);
    over_alpha("final_overlap", "mean overlap m_f of the fixed point with the pattern; of two peaks");
    over_alpha("retrieved_overlap_sum", "mean of m_f where it is retrieved, and 0 elsewhere");
    over_alpha("first_step_error", "share of a pattern's spins that the first update turns");
    experiment.observables.back().bounds = [](const Point& point) {
        return Bounds{.min = 0, .max = 1, .samples = point["N"] * point["samples"]};
    };
    over_alpha("final_energy", "energy per spin of the fixed point");
    over_alpha("sweeps", "mean number of sweeps until no spin turns", "sweep");
    over_alpha("most_sweeps", "the same, the most of a replica", "sweep");
    over_alpha("turned", "updates that turned a spin, per spin");
    over_alpha("largest_other_overlap", "largest overlap of the fixed point with another pattern");
    experiment.observables.push_back({.name = "overlap_distribution",
                                      .description = "density of m_f (all below 0 in the first bin)",
                                      .axes = {"alpha", "m_f"}});
}

void declare_derived(Experiment& experiment) {
    const auto half = [](const Point& point, const Combined& combined) {
        return half_point(true_alphas(point), combined["retrieved"]);
    };
    experiment.derived = {
        {.name = "alpha_half",
         .description = "alpha at which half of the starts are retrieved, by a logistic curve",
         .compute =
             [half](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                 const HalfPoint found = half(point, combined);
                 value[0] = found.place;
                 systematic[0] = found.systematic;
             }},
        {.name = "alpha_width",
         .description = "its width w, retrieved = 1/(1 + exp((alpha - alpha_half)/w))",
         .compute = [half](const Point& point, const Combined& combined, std::span<double> value,
                           std::span<double>) { value[0] = half(point, combined).width; }},
        {.name = "retrieved_overlap",
         .description = "mean overlap m_f of what is retrieved",
         .axes = {"alpha"},
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             const auto share = combined["retrieved"], sum = combined["retrieved_overlap_sum"];
             for (std::size_t k = 0; k < value.size(); ++k) value[k] = share[k] > 0 ? sum[k] / share[k] : not_a_number;
         }}};
}

void declare_theory(Experiment& experiment) {
    experiment.theory = {{.name = "first_step_error_theory",
                          .description = "sum of (N - 1)(P - 1) signs below -(N - 1), exactly",
                          .axes = {"alpha"},
                          .compute =
                              [](const Point& point, std::span<double> value) {
                                  for (std::size_t k = 0; k < value.size(); ++k)
                                      value[k] = theory_holds(point)
                                                     ? hopfield_first_step_error(
                                                           point.integer("N"), pattern_count(point, point.axis("alpha")[k]))
                                                     : not_a_number;
                              }},
                         {.name = "overlap_replica_symmetric",
                          .description = "m of the retrieval state, N to infinity; descents end before it",
                          .axes = {"alpha"},
                          .compute =
                              [](const Point& point, std::span<double> value) {
                                  const auto alphas = true_alphas(point);
                                  for (std::size_t k = 0; k < value.size(); ++k)
                                      value[k] = theory_holds(point) ? hopfield_retrieval(alphas[k], 0).m : not_a_number;
                              }},
                         {.name = "alpha_c",
                          .description = "capacity of replica-symmetric theory, N to infinity",
                          .compute = [](const Point& point, std::span<double> value) {
                              value[0] = theory_holds(point) ? hopfield_retrieval_alpha(0) : not_a_number;
                          }}};
}

/// The limit of α_½ as a power series in N^{−ω}; a free one where from < to.
Along limit(const std::string& name, const std::string& what, int order, along::Range exponent) {
    return {.name = name,
            .description = "limit of alpha_half for large N, " + what,
            .quantity = "alpha_half",
            .axis = "N",
            .kind = along::Limit{
                .abscissa = [](const Point&, double n) { return 1 / n; }, .order = order, .exponent = exponent}};
}

}  // namespace

Experiment hopfield_capacity() {
    Experiment experiment;
    experiment.name = "hopfield_capacity";
    experiment.question = "How many random patterns does a Hopfield network of N spins hold?";
    experiment.source =
        "Hopfield, PNAS 79, 2554 (1982); Amit, Gutfreund and Sompolinsky, PRL 55, 1530 (1985), Ann. Phys. 173, 30 (1987)";
    experiment.parameters = hopfield_parameters("500, 1000, 2000, 4000");
    for (Parameter& parameter : std::vector<Parameter>{{.name = "alpha",
                                .description = "patterns per spin, P/N; P is rounded. Each value has patterns of its own",
                                .role = Role::inner,
                                .default_value = "linspace(0.13, 0.19, 13)",
                                .range = {.min = 1e-7, .max = 1e3}},
                                                       {.name = "samples",
                                                       .description = "patterns of a set that are started at, in turn",
                                                       .role = Role::setting,
                                                       .kind = Kind::integer,
                                                       .default_value = "1",
                                                       .range = {.min = 1, .max = 1 << 24}},
                                                       retrieved_above_setting("0.9"),
                                                       patterns_dataset()})
        experiment.parameters.push_back(std::move(parameter));
    experiment.fixed_axes = {{.name = "m_f", .description = "overlap of a fixed point, middle of a bin", .values = {}}};
    for (std::size_t bin = 0; bin < retrieval_bins; ++bin)
        experiment.fixed_axes[0].values.push_back((static_cast<double>(bin) + 0.5) / retrieval_bins);
    declare_observables(experiment);
    declare_derived(experiment);
    declare_theory(experiment);
    experiment.along = {limit("capacity_third", "linear in N^(-1/3)", 1, {1. / 3, 1. / 3}),
                        limit("capacity_half", "linear in N^(-1/2)", 1, {0.5, 0.5}),
                        limit("capacity_two_thirds", "linear in N^(-2/3)", 1, {2. / 3, 2. / 3}),
                        limit("capacity_half_quadratic", "quadratic in N^(-1/2)", 2, {0.5, 0.5}),
                        limit("capacity_free", "linear in a power of 1/N that is fitted", 1, {0.15, 1.5})};
    experiment.implied = implied_by_patterns;
    experiment.check = check;
    experiment.prepare = [](const Point&, const Inputs& inputs) { return prepare_patterns(inputs); };
    experiment.state_size = HopfieldDescents::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        double cost = 0;
        const double n = point["N"];
        for (const double alpha : point.axis("alpha")) {
            // Near the capacity, and beyond it, many spins turn.
            const double words = std::ceil(alpha * n / 64), turned = 0.01 + 0.25 / (1 + std::exp((0.145 - alpha) / 0.005));
            cost += point["samples"] * n * (turned * n / 8 * words * 1.5 + 600);
        }
        return cost;
    };
    return experiment;
}

}  // namespace gdm
