#include "gdm/experiments/targets/diffused_ising.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/experiments/shared/tempering_quantities.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/experiments/targets/diffused_ising_derived.hpp"
#include "gdm/experiments/targets/diffused_ising_replica.hpp"
#include "gdm/experiments/targets/diffused_ising_theory.hpp"

namespace gdm {
namespace {

const Missing many_spins{"score = monte_carlo and more than 16 spins",
                         [](const Point& point) { return !is_exact(point) && point["n"] > most_compared_spins; }};

std::vector<Parameter> parameters() {
    Parameter thermalisation = thermalisation_setting("1024"), samples = samples_setting("4096");
    thermalisation.description = "steps of the chains of the data before measuring (not where they are drawn independently)";
    samples.description = "states of the data in a replica, from which their covariance comes (score = monte_carlo)";
    return {
        {.name = "couplings",
         .description = "W; curie_weiss: 1/n for every pair; sherrington_kirkpatrick: normal of variance 1/n; square: 1 "
                        "for neighbours on a periodic lattice; matrix: a user's",
         .kind = Kind::word,
         .default_value = "sherrington_kirkpatrick",
         .words = coupling_kind_words.list()},
        {.name = "n",
         .description = "spins; the square of a whole number for couplings = square",
         .kind = Kind::integer,
         .default_value = "64",
         .range = {.min = 4, .max = 4096}},
        {.name = "score",
         .description = "posterior means and covariances: exact, by all states (20 spins or less); monte_carlo, by heat "
                        "bath in the fields of the noisy state",
         .kind = Kind::word,
         .default_value = "monte_carlo",
         .words = {"exact", "monte_carlo"},
         .keyed = false},
        temperature_parameter(Role::inner, "geomspace(0.5, 2, 8)"),
        noise_parameter("variance of the Brownian noise", Role::inner, "geomspace(0.1, 100, 13)", {.min = 1e-3, .max = 1e6}),
        std::move(samples),
        interval_setting("2"),
        std::move(thermalisation),
        count_setting("noisy_states", "noisy states at each T and theta, in a replica", "8", 1, 1e6),
        count_setting("sweeps", "sweeps of each chain that finds a posterior mean", "64", 8, 1e6),
        count_setting("paths", "generated paths at each T, in a replica", "2", 0, 1e6),
        count_setting("steps", "steps of a path from one theta to the next, in equal ratios", "4", 1, 1e4),
        {.name = "step",
         .description = "towards what a path steps; mean: the posterior mean, as a score does; sample: a draw from the "
                        "posterior, which makes the step exact",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "mean",
         .words = {"mean", "sample"}},
        start_parameter("of paths, at the greatest theta; exact: a noisy state of the data; noise: pure noise"),
        {.name = "matrix",
         .description = "couplings of one's own, a symmetric table of n rows and columns whose diagonal does not matter; "
                        "fixes couplings and n",
         .role = Role::setting,
         .kind = Kind::dataset,
         .default_value = "none"}};
}

/// As far as one turned spin reaches: what chains that saw none cannot exclude.
std::function<Bounds(const Point&)> one_turn(double (*turn)(const Point&), const char* chains, double of_each) {
    return [=](const Point& point) {
        if (is_exact(point)) return Bounds{.min = 0, .max = 0, .relative = 1e-12};
        if (!std::isfinite(turn(point))) return Bounds{};
        return Bounds{.min = 0, .max = turn(point), .samples = of_each * point[chains]};
    };
}

/// ⟨(u·y)²⟩ − ⟨|u·y|⟩² loses digits: both are up to n times as large as what is left of them, and more in the cold.
Bounds bounds_of_difference(const Point& point) {
    Bounds bounds = one_turn(turn_of_square, "samples", 2)(point);
    bounds.relative *= point["n"] * point["n"];
    return bounds;
}

std::vector<Observable> observables() {
    const Missing no_paths{"paths = 0", [](const Point& point) { return point["paths"] == 0; }};
    const Missing not_exact{"score = monte_carlo, beyond the last eigenvalue"};
    const std::vector<std::string> data = {"T"}, noisy = {"T", "theta"};
    return {
        {.name = "energy",
         .unit = "J",
         .description = "energy per spin of the data",
         .axes = data,
         .bounds = one_turn(turn_of_energy, "samples", 2)},
        {.name = "eigenvalue_upper",
         .description = "greatest eigenvalue of the covariance of the samples: on average too large",
         .axes = data,
         .bounds = one_turn(turn_of_square, "samples", 2)},
        {.name = "eigenvalue_lower",
         .description =
             "variance of the data along u, the leading mode of the first half of the samples, by the second half: "
             "too small an eigenvalue on average. Without disorder u is the magnetisation, and both agree",
         .axes = data,
         .bounds = one_turn(turn_of_square, "samples", 2)},
        {.name = "eigenvalue_pure",
         .description = "variance of the absolute value along u: the eigenvalue that one of two states of opposite sign has",
         .axes = data,
         .bounds = bounds_of_difference},
        {.name = "overlap", .description = "|m|^2/n, the overlap of two draws from the posterior", .axes = noisy},
        {.name = "overlap_planted",
         .description = "y.m/n with the clean sample; by a chain that comes from it, from above",
         .axes = noisy},
        {.name = "mode_overlap", .description = "(u.m)^2", .axes = noisy},
        {.name = "covariance_mode", .description = "u.C(x)u, the posterior variance along u", .axes = noisy},
        {.name = "covariance_upper",
         .description = "greatest eigenvalue of C(x) by samples, on average too large",
         .axes = noisy},
        {.name = "covariance_lower", .description = "the same, on average too small", .axes = noisy},
        {.name = "covariance_spectrum",
         .description = "eigenvalues of C(x), greatest first, averaged over x (score = exact)",
         .axes = {"T", "theta", "rank"},
         .may_be_missing = not_exact},
        {.name = "path_overlap",
         .description = "y.m/n along a generated path, with the clean sample y that it ends in",
         .axes = noisy,
         .may_be_missing = no_paths},
        {.name = "path_mode_overlap", .description = "(u.y)(u.m) of it", .axes = noisy, .may_be_missing = no_paths},
        {.name = "path_energy",
         .unit = "J",
         .description = "energy per spin of generated samples",
         .axes = data,
         .may_be_missing = no_paths},
        {.name = "energy_exact",
         .unit = "J",
         .description = "energy per spin, by all states",
         .axes = data,
         .may_be_missing = many_spins},
        {.name = "eigenvalue_exact",
         .description = "greatest eigenvalue of the covariance of the data, by all states",
         .axes = data,
         .may_be_missing = many_spins},
        {.name = "overlap_exact",
         .description = "overlap at the same noisy states, by all states",
         .axes = noisy,
         .may_be_missing = many_spins},
        {.name = "mode_overlap_exact", .description = "mode_overlap of it", .axes = noisy, .may_be_missing = many_spins},
        {.name = "covariance_mode_exact",
         .description = "covariance_mode of it",
         .axes = noisy,
         .may_be_missing = many_spins},
        {.name = "covariance_largest_exact",
         .description = "greatest eigenvalue of C(x), by all states",
         .axes = noisy,
         .may_be_missing = many_spins},
        {.name = "information_exact",
         .unit = "nat",
         .description = "ln p(x|y)/p(x) per spin, by all states",
         .axes = noisy,
         .may_be_missing = many_spins}};
}

std::vector<Implied> implied(const Shapes& shapes) {
    const auto& shape = shapes.at("matrix");
    if (shape.size() != 2 || shape[0] != shape[1] || shape[0] < 4 || shape[0] > 512)
        throw UsageError("couplings must be a square table of 4 to 512 rows; analysis/make_dataset.py makes one of arrays");
    return {{"couplings", "matrix", true}, {"n", fmt::format("{}", shape[0]), true}};
}

Context prepare(const Point&, const Inputs& inputs) {
    const auto found = inputs.find("matrix");
    if (found == inputs.end()) return {};
    const Array& array = found->second;
    const std::size_t n = array.shape[0];
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double a = array.values[i * n + j], b = array.values[j * n + i];
            if (std::abs(a - b) > 1e-9 * std::max(std::abs(a), std::abs(b)))
                throw UsageError(fmt::format("{}: W[{}, {}] = {} but W[{}, {}] = {}; couplings must be symmetric",
                                             array.source, i, j, a, j, i, b));
        }
    }
    return array;
}

void check(const Point& point, const Shapes& shapes) {
    const CouplingKind kind = coupling_kind(point);
    const double n = point["n"], side = std::round(std::sqrt(n));
    const auto most = static_cast<double>(EnumeratedIsing::most_spins);
    if (kind == CouplingKind::matrix && shapes.find("matrix") == shapes.end())
        throw UsageError("couplings = matrix needs the couplings: matrix = FILE.h5:/NAME");
    if (kind == CouplingKind::square && side * side != n)
        throw UsageError(fmt::format("n = {} is no square lattice; take the square of its side, {} or {}", n, side * side,
                                     (side + 1) * (side + 1)));
    if (is_exact(point) && n > most)
        throw UsageError(
            fmt::format("score = exact counts all states, of {} spins at most, and n = {}; take monte_carlo", most, n));
    if (!is_uniform(kind) && n > 512)
        throw UsageError(fmt::format("n = {}: with couplings = {} the covariance of 512 spins at most is kept", n,
                                     point.word("couplings")));
    if (!is_exact(point) && !is_uniform(kind)) check_ladder(point, "T");
    const double steps =
        point["thermalisation"] + point["interval"] * (point["samples"] + point["noisy_states"] + point["paths"]);
    if (steps >= 2147483648.0)
        throw UsageError(
            "thermalisation + interval (samples + noisy_states + paths) must be less than 2^31 steps; take more "
            "replicas instead");
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    DiffusedIsing replica(point, context, random);
    if (!checkpoint.saved().empty()) replica.load(checkpoint.saved());
    while (!replica.done()) {
        if (checkpoint.due()) checkpoint.save(replica.bytes(), replica.progress());
        replica.advance(stop);
    }
    checkpoint.end(replica.bytes());
    replica.write(values);
}

/// Nanoseconds.
double cost(const Point& point) {
    const double n = point["n"], places = static_cast<double>(point.axis("T").size());
    const double pairs = places * static_cast<double>(point.axis("theta").size());
    const bool dense = !is_uniform(coupling_kind(point));
    const double states = point["noisy_states"] * pairs, looks = point["paths"] * pairs * point["steps"];
    if (is_exact(point)) return (states + looks) * std::exp2(n) * (12 + n);
    const double sweep = n * (30 + (dense ? 0.3 * n : 5));
    const double data = (point["thermalisation"] + point["interval"] * point["samples"]) * places * (dense ? 4 : 2) * sweep;
    return data + (dense ? point["samples"] * places * n * n : 0) + (2 * states + looks) * point["sweeps"] * sweep +
           states * (4096 * n + 1e6);
}

}  // namespace

Experiment diffused_ising() {
    Experiment experiment;
    experiment.name = "diffused_ising";
    experiment.version = 2;  // paths: chains begin at the clean state behind the start
    experiment.question = "How does symmetry break when Ising spins are made from noise, across their own transition?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 17-18, 22-26; Guo, Shamai and "
        "Verdu, "
        "IEEE Trans. Inf. Theory 51, 1261 (2005); El Alaoui, Montanari and Sellke, arXiv:2203.05093; Ghio, Dandi, Krzakala "
        "and "
        "Zdeborova, PNAS 121, e2311810121 (2024)";
    experiment.parameters = parameters();
    experiment.fixed_axes = {{.name = "rank", .description = "of an eigenvalue, the greatest first", .values = {}}};
    for (std::size_t rank = 1; rank <= EnumeratedIsing::most_spins; ++rank)
        experiment.fixed_axes[0].values.push_back(static_cast<double>(rank));
    experiment.observables = observables();
    experiment.derived = diffused_ising_derived();
    experiment.theory = diffused_ising_theory();
    experiment.along = diffused_ising_along();
    experiment.implied = implied;
    experiment.check = check;
    experiment.prepare = prepare;
    experiment.state_size = DiffusedIsing::state_size;
    experiment.run_from = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
