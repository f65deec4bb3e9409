#include "gdm/experiments/networks/directed_percolation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/decay_exponents.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/physics/spins/directed_percolation.hpp"
#include "gdm/physics/spins/percolation_theory.hpp"

namespace gdm {
namespace {

using Exponents = DirectedPercolationExponents;

std::vector<Parameter> parameters() {
    return {{.name = "p",
             .description = "probability that a bond is open; critical: 0.644700185",
             .default_value = "0.644700185",
             .range = {.min = 0, .max = 1}},
            {.name = "start",
             .description = "full: all sites active; seed: one site of each lattice",
             .kind = Kind::word,
             .default_value = "full",
             .words = {"full", "seed"}},
            {.name = "L",
             .description = "sites of a periodic lattice, a multiple of 64",
             .kind = Kind::integer,
             .default_value = "65536",
             .range = {.min = 64, .max = 1e9}},
            counting_axis("step", "steps from the start",
                          "1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048"),
            {.name = "lattices",
             .description = "independent lattices of a replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "1",
             .range = {.min = 1, .max = 1e6}},
            fit_from_setting("100", "step"),
            {.name = "scale",
             .description = "scaled_density is measured at step scale * L^1.580745, where all sizes are alike",
             .role = Role::setting,
             .default_value = "1",
             .range = {.min = 1e-6, .max = 1e6}}};
}

double last_step(const Point& point) { return point.axis("step").back(); }
double scaled_step(const Point& point) { return scaled_time(point["scale"], point["L"], Exponents::z); }

void check(const Point& point, const Shapes&) {
    check_ascending(point, "step");
    if (std::fmod(point["L"], 64) != 0)
        throw UsageError(fmt::format("L = {:g} is no multiple of 64: sites are bits of words", point["L"]));
    if (point["L"] * point["lattices"] > 1e9)
        throw UsageError(fmt::format("L * lattices = {:g} sites are too many: at most 1e9", point["L"] * point["lattices"]));
}

DirectedPercolation lattices_of(const Point& point) {
    return {point["p"], static_cast<std::size_t>(point.integer("L")), static_cast<std::size_t>(point.integer("lattices"))};
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const auto steps = point.axis("step");
    const auto last = static_cast<std::uint32_t>(steps.back());
    const double scaled = scaled_step(point);
    DirectedPercolation lattices = lattices_of(point);
    point.word("start") == "full" ? lattices.fill() : lattices.seed();
    std::uint32_t now = 0;
    std::vector<double> density(steps.size()), alive(steps.size());
    double scaled_density = not_a_number;
    if (!checkpoint.saved().empty()) {
        ByteReader reader(checkpoint.saved());
        reader.get(now);
        reader.get(scaled_density);
        reader.get(std::span<double>(density));
        reader.get(std::span<double>(alive));
        lattices.load(reader);
    }
    const auto state = [&] {
        ByteWriter writer;
        writer.put(now);
        writer.put(scaled_density);
        writer.put(std::span<const double>(density));
        writer.put(std::span<const double>(alive));
        lattices.save(writer);
        return writer.take();
    };
    // Some ms of work.
    const auto often = static_cast<std::uint32_t>(std::clamp(3e7 / (point["L"] * point["lattices"]), 1.0, 1e4));
    for (auto next = static_cast<std::size_t>(std::upper_bound(steps.begin(), steps.end(), now) - steps.begin());
         now < last;) {
        if (now % often == 0 && checkpoint.due()) checkpoint.save(state(), static_cast<double>(now) / last);
        lattices.step(random, now++);
        if (now == scaled) scaled_density = lattices.density();
        if (now != steps[next]) continue;
        density[next] = lattices.density();
        alive[next++] = lattices.alive();
    }
    checkpoint.end(state());
    values.set("density", density);
    values.set("survival", alive);
    values.set("scaled_density", scaled_density);
}

std::vector<Theory> theory() {
    const auto at_threshold = [](const Point& point) { return std::abs(point["p"] - Exponents::critical_bond) < 1e-7; };
    return {{.name = "density_theory",
             .description = "exact in the first eight steps from a full lattice",
             .axes = {"step"},
             .compute =
                 [](const Point& point, std::span<double> value) {
                     const auto steps = point.axis("step");
                     for (std::size_t k = 0; k < value.size(); ++k) {
                         if (point.word("start") == "full")
                             value[k] = percolation_density(point["p"], steps[k]);
                         else
                             value[k] = not_a_number;
                     }
                 }},
            {.name = "survival_theory",
             .description = "exact in the first eight steps from a seed: by symmetry the density from a full lattice",
             .axes = {"step"},
             .compute =
                 [](const Point& point, std::span<double> value) {
                     const auto steps = point.axis("step");
                     for (std::size_t k = 0; k < value.size(); ++k)
                         value[k] = point.word("start") == "seed" ? percolation_density(point["p"], steps[k]) : not_a_number;
                 }},
            // Only where sizes and times are large enough for what is left of other terms to be lost in errors.
            closed_form("delta_of_percolation", "0.159464 at the threshold, for long runs on large lattices",
                        [=](const Point& point) {
                            const bool large = point["fit_from"] >= 50 && last_step(point) >= 500 &&
                                               point["L"] > 20 * std::pow(last_step(point), 1 / Exponents::z);
                            return at_threshold(point) && large && point.word("start") == "full" ? Exponents::delta
                                                                                                 : not_a_number;
                        })};
}

}  // namespace

Experiment directed_percolation() {
    Experiment experiment;
    experiment.name = "directed_percolation";
    experiment.question = "How does the density of directed percolation decay at its threshold?";
    experiment.source =
        "Hinrichsen, Adv. Phys. 49, 815 (2000); Jensen, J. Phys. A 29, 7013 (1996) and J. Phys. A 32, 5233 (1999)";
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "density",
         .description = "share of active sites",
         .axes = {"step"},
         .bounds = [](const Point& point) { return Bounds{.min = 0, .max = 1, .samples = point["lattices"] * point["L"]}; }},
        {.name = "survival",
         .description = "share of lattices with any active site",
         .axes = {"step"},
         .bounds = [](const Point& point) { return Bounds{.min = 0, .max = 1, .samples = point["lattices"]}; }},
        {.name = "scaled_density",
         .description = "share of active sites at step scale * L^1.580745",
         .may_be_missing = {.when = "beyond the last step",
                            .at = [](const Point& point) { return scaled_step(point) > last_step(point); }}}};
    experiment.derived = {
        local_exponent_of("exponent", "-d ln density/d ln step, over the neighbouring steps", "density", "step"),
        local_exponent_of("survival_exponent", "-d ln survival/d ln step, over the neighbouring steps", "survival", "step"),
        fitted_exponent_of("delta", "exponent of the decay, fitted to all steps from fit_from on", "density", "step")};
    experiment.theory = theory();
    experiment.along = {
        {.name = "nu_perpendicular",
         .description = "exponent of the correlation length in space, by a collapse of sizes",
         .quantity = "scaled_density",
         .axis = "p",
         .kind = along::Collapse{.size_axis = "L", .nu = {0.5, 2}, .critical = {0.63, 0.66}, .scaling = {-1, 0}, .order = 4},
         .theory = [](const Point&) { return Exponents::nu_perpendicular; }}};
    experiment.check = check;
    experiment.state_size = [](const Point& point) {
        ByteWriter writer;
        lattices_of(point).save(writer);
        return writer.bytes().size() + sizeof(std::uint32_t) + (1 + 2 * point.axis("step").size()) * sizeof(double);
    };
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        const double active = point.word("start") == "seed" ? 0.2 : 1;
        return last_step(point) * (200 + active * 0.12 * point["L"] * point["lattices"]);
    };
    return experiment;
}

}  // namespace gdm
