#include "gdm/experiments/targets/generative_bath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/experiments/targets/bath_chain.hpp"
#include "gdm/experiments/targets/bath_parameters.hpp"
#include "gdm/experiments/targets/bath_quantities.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

std::vector<Parameter> parameters() {
    return {{.name = "target",
             .description = "law of a microstate: (+-1); (+-1, 0) and (0, +-1); the unit sphere in d dimensions; N points",
             .kind = Kind::word,
             .default_value = "two_deltas",
             .words = bath_target_words.list()},
            noise_parameter("variance of the Brownian noise, the temperature", Role::grid, "linspace(0.4, 1.6, 25)",
                            {.min = 1e-3, .max = 1e6}),
            {.name = "h",
             .description = "field, along the first axis; of given points, along the first of them",
             .default_value = "0",
             .range = {.min = 0, .max = 1e6}},
            {.name = "d",
             .description = "dimension of hypersphere and discrete; the others have one and two",
             .kind = Kind::integer,
             .default_value = "3",
             .range = {.min = 1, .max = 1e5}},
            {.name = "N",
             .description = "points of discrete, drawn anew for each replica",
             .kind = Kind::integer,
             .default_value = "16",
             .range = {.min = 1, .max = 4096}},
            bath_size_parameter("64, 256, 1024"),
            {.name = "update",
             .description =
                 "a sweep: heat_bath draws K microstates at random one after the other, noising draws the noisy state "
                 "and then all of them from its posterior",
             .kind = Kind::word,
             .default_value = "noising",
             .words = bath_update_words.list()},
            {.name = "point_law",
             .description = "law of the points of discrete: on the unit sphere, or N(0, 1/d)",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "sphere",
             .words = point_law_words.list()},
            {.name = "starts",
             .description =
                 "of the two chains: the first is ordered along the field (at the first point), the second against it "
                 "(at the second point), or random",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "opposed",
             .words = {"opposed", "random"}},
            {.name = "mirrors",
             .description =
                 "whether a sweep ends with a Metropolis move between wells: two points exchange their microstates, the "
                 "sphere is reflected. Without it chains below theta_c stay where they began",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "on",
             .words = {"on", "off"}},
            {.name = "samples",
             .description = "sweeps measured in a replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "10000",
             .range = {.min = 128, .max = 1e9}},
            {.name = "thermalisation",
             .description =
                 "sweeps before measuring, at most: they end when both chains agree and are 50 autocorrelation times long",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "100000",
             .range = {.min = 64, .max = 1e9}},
            {.name = "lag",
             .unit = "sweep",
             .description = "sweeps between two values of ybar; given in units of 1/(|1 - theta_c/theta| + K^(-1/2)) sweeps",
             .role = Role::inner,
             .default_value = "0.25, 0.5, 1, 2",
             .range = {.min = 0, .max = 1e3, .open_min = true},
             .scale = [](double value,
                         const Point& point) { return std::max(1., std::round(value * bath_relaxation_estimate(point))); }},
            {.name = "x",
             .description = "centres of the bins of K^(1/4) |ybar|, equally spaced",
             .role = Role::inner,
             .default_value = "linspace(0.05, 3.95, 40)",
             .range = {.min = 0, .max = 1e3}}};
}

/// Of one chain.
double numbers_kept(const Point& point) {
    const auto lags = point.axis("lag");
    const double vectors = point.word("target") == "discrete" || point.word("target") == "hypersphere" ? point["d"] : 2;
    const bool keeps_all = point.word("target") == "hypersphere" && point.word("update") == "heat_bath";
    return (*std::max_element(lags.begin(), lags.end()) + (keeps_all ? point["K"] : 0)) * vectors;
}

void check(const Point& point, const Shapes&) {
    constexpr double most = 1 << 22;
    if (numbers_kept(point) > most) {
        throw UsageError(fmt::format(
            "lag and, with update = heat_bath, K vectors of d = {} numbers are kept, here {:.3g} numbers of at most {:.3g}; "
            "take smaller ones, or update = noising",
            point["d"], numbers_kept(point), most));
    }
    if (point.word("target") == "discrete" && point["N"] * std::max(point["N"], point["d"]) > 4 * most) {
        throw UsageError(fmt::format("N = {} points in d = {} dimensions are too many: N N and N d are at most {:.3g}",
                                     point["N"], point["d"], 4 * most));
    }
    if (point.word("target") == "hypersphere" && point["K"] * point["d"] > 1e8) {
        throw UsageError(
            fmt::format("K = {} microstates in d = {} dimensions are too many: K d is at most 1e8 on a sphere, where "
                        "a sweep draws K vectors",
                        point["K"], point["d"]));
    }
    if (point["thermalisation"] + point["samples"] > 0x1p32)
        throw UsageError("thermalisation + samples is more than 2^32 sweeps; take more replicas instead");
    const auto lags = point.axis("lag"), centres = point.axis("x");
    const double longest = *std::max_element(lags.begin(), lags.end());
    if (longest > point["samples"] / 2) {
        throw UsageError(fmt::format("a lag of {:g} sweeps needs samples = {:g} or more (theta = {:g}, K = {:g})", longest,
                                     2 * longest, point["theta"], point["K"]));
    }
    check_equal_bins("x", centres);
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    BathChain chain(point, random);
    if (!checkpoint.saved().empty()) {
        ByteReader bytes(checkpoint.saved());
        chain.load(bytes);
    }
    const auto state = [&] {
        ByteWriter bytes;
        chain.save(bytes);
        return bytes.take();
    };
    const double longest = point["thermalisation"] + point["samples"];
    const auto often = static_cast<std::uint64_t>(std::clamp(2e6 / bath_sweep_cost(point), 1., 4096.));
    while (!chain.over()) {
        if (chain.steps() % often == 0 && checkpoint.due())
            checkpoint.save(state(), std::min(1., static_cast<double>(chain.steps()) / longest));
        chain.step(random);
    }
    checkpoint.end(state());
    chain.write(point, values);
}

}  // namespace

Experiment generative_bath() {
    Experiment experiment;
    experiment.name = "generative_bath";
    experiment.question = "How does a bath of K microstates order that share one noisy state, at finite K?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 11-13, 22, 24, 27, 33-39; Binder, "
        "Z. "
        "Phys. B 43, 119 (1981)";
    experiment.parameters = parameters();
    experiment.observables = bath_observables();
    experiment.derived = bath_derived();
    experiment.theory = bath_theory();
    experiment.along = bath_along();
    experiment.check = check;
    experiment.state_size = [](const Point& point) {
        ByteWriter bytes;
        BathChain(point, RandomStream(0, 0)).save(bytes);
        return bytes.bytes().size();
    };
    experiment.run_from = run;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) {
        return (point["samples"] + std::min(2000., point["thermalisation"])) * 2 * bath_sweep_cost(point);
    };
    experiment.former = {{"two_deltas",
                          "its target two_deltas, with theta, h and K as before; samples is the length of the chains (was "
                          "sweeps), gdm-sweep --describe generative_bath shows all"}};
    return experiment;
}

}  // namespace gdm
