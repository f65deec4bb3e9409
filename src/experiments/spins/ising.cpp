#include "gdm/experiments/spins/ising.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/spins/ising_copies.hpp"
#include "gdm/experiments/spins/ising_theory.hpp"
#include "gdm/experiments/spins/magnetic_quantities.hpp"
#include "gdm/experiments/spins/spin_chain.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"

namespace gdm {
namespace {

std::vector<std::string> lattices_and_complete() {
    std::vector<std::string> lattices = lattice_words.list();
    lattices.emplace_back("complete");
    return lattices;
}

std::vector<Parameter> parameters() {
    Parameter size = size_parameter("8, 16, 32", 1e6);
    size.description += "; of the complete graph, all sites";
    std::vector<Parameter> all{
        temperature_parameter(Role::grid, "linspace(1.6, 3, 15)"),
        std::move(size),
        {.name = "h", .unit = "J", .description = "field", .default_value = "0", .range = {.min = -100, .max = 100}},
        {.name = "lattice",
         .description = "who is next to whom: four, six or six neighbours, or all sites with coupling J/L",
         .kind = Kind::word,
         .default_value = "square",
         .words = lattices_and_complete()},
        update_parameter("cluster")};
    for (Parameter& one : spin_chain_parameters("2000", "linspace(-2, 0, 101)")) all.push_back(std::move(one));
    return all;
}

void check(const Point& point, const Shapes&) {
    const std::string& lattice = point.word("lattice");
    const double largest = lattice == "complete" ? 1e6 : lattice == "cubic" ? 256 : 4096;
    if (point["L"] > largest)
        throw UsageError(fmt::format("L = {:g} is too large: at most {:g} with lattice = {}", point["L"], largest, lattice));
    if (point.word("update") == "metropolis" && !is_complete(point) && ising_sites(point) < 64) {
        throw UsageError(fmt::format(
            "L = {:g} is too small for update = metropolis: updates without cost are certain, so that it does not reach all "
            "states of fewer than 64 sites; take update = heat_bath, wolff or cluster",
            point["L"]));
    }
    check_spin_chain(point);
}

StoredSystem stored_system(const Point& point) { return {static_cast<std::size_t>(ising_sites(point)), StoredSpins::ising}; }

/// Room for the largest lattice of the job; `lattice` gives the places of its words.
std::vector<Implied> implied(const Shapes& given) {
    const std::vector<std::string> lattices = lattices_and_complete();
    double largest = 1;
    for (const std::size_t size : given.at("L")) {
        for (const std::size_t place : given.at("lattice")) {
            const bool complete = lattices[place] == "complete", cubic = lattices[place] == "cubic";
            largest = std::max(largest, std::pow(static_cast<double>(size), complete ? 1 : cubic ? 3 : 2));
        }
    }
    return implied_by_store(given, static_cast<std::size_t>(largest), StoredSpins::ising);
}

/// Where the average is not measured.
Missing where(const std::string& words, bool (*at)(const Point&)) { return {.when = words, .at = at}; }

std::vector<Observable> observables() {
    std::vector<Observable> quantities = magnetic_quantities();
    for (Observable& one : quantities)
        if (one.name == "structure_factor") one.may_be_missing = where("lattice = complete", is_complete);
    quantities.push_back({.name = "magnetisation",
                          .description = "m, which vanishes by symmetry without a field",
                          .may_be_missing = where("h = 0", [](const Point& point) { return point["h"] == 0; })});
    return spin_chain_observables(quantities, StoredSpins::ising);
}

double wave_squared(const Point& point) {
    if (is_complete(point)) return std::numeric_limits<double>::quiet_NaN();
    return smallest_wave_squared(lattice_words.at(point.word("lattice")), point["L"]);
}

std::vector<Along> along_results() {
    const auto nu = [](const Point& point) { return ising_exponents(point).nu; };
    // What is left of scaling falls as L^{−ω}, ω = 7/4 in two dimensions, and crossings move as L^{−ω−1/ν}.
    const auto crossing = [](const std::string& name, const std::string& quantity, const std::string& of) {
        return Along{.name = name,
                     .unit = "J",
                     .description = "critical temperature, where " + of + " of neighbouring sizes cross",
                     .quantity = quantity,
                     .axis = "T",
                     .kind = along::Crossing{.size_axis = "L", .drift = 2.75, .points = 6, .order = 3},
                     .theory = ising_critical_temperature};
    };
    const auto collapse = [&](const std::string& name, const std::string& quantity, along::Range scaling) {
        return Along{
            .name = name,
            .description = "nu, by a collapse of " + quantity,
            .quantity = quantity,
            .axis = "T",
            .kind =
                along::Collapse{
                    .size_axis = "L", .nu = {0.3, 3}, .critical = {0.5, 6}, .scaling = scaling, .order = 5, .width = 3},
            .theory = nu};
    };
    return {crossing("binder_crossing", "binder", "the Binder cumulants"),
            crossing("xi_crossing", "scaled_correlation_length", "the correlation lengths over L"),
            collapse("binder_collapse", "binder", {}),
            collapse("magnetisation_collapse", "abs_magnetisation", {-1.5, 0}),
            collapse("susceptibility_collapse", "susceptibility", {0, 4}),
            {.name = "heat_capacity_peak",
             .unit = "J",
             .description = "temperature at which the heat capacity is largest",
             .quantity = "heat_capacity",
             .axis = "T",
             .kind = along::Extremum{.points = 7},
             .theory = [](const Point& point) { return exact_heat_capacity_peak(point).temperature; }}};
}

}  // namespace

Experiment ising() {
    Experiment experiment;
    experiment.name = "ising";
    experiment.question =
        "How does the Ising model order: energy, magnetisation and fluctuations against T, T_c and exponents?";
    experiment.source =
        "Kaufman, Phys. Rev. 76, 1232 (1949); Onsager, Phys. Rev. 65, 117 (1944); Binder, Z. Phys. B 43, 119 (1981); Wolff, "
        "Phys. "
        "Rev. Lett. 62, 361 (1989); Swendsen and Wang, Phys. Rev. Lett. 58, 86 (1987)";
    experiment.parameters = parameters();
    experiment.fixed_axes = {chain_blocks()};
    experiment.observables = observables();
    experiment.derived = magnetic_derived({.sites = ising_sites,
                                           .wave_squared = wave_squared,
                                           .mean_squared = [](const Point& point, const Combined& combined) {
                                               return point["h"] == 0 ? 0 : std::pow(combined.scalar("magnetisation"), 2);
                                           }});
    experiment.theory = ising_theory();
    experiment.along = along_results();
    experiment.implied = implied;
    experiment.check = check;
    experiment.state_size = [](const Point& point) {
        return spin_chain_bytes(point, ising_quantities(point).size(), stored_system(point)) + ising_copies_bytes(point);
    };
    experiment.run_from = [](const Point& point, const Context&, const RandomStream& random, const Stop&,
                             Checkpoint& checkpoint, Values& values) {
        const auto copies = ising_copies(point, random);
        run_spin_chain(point, ising_quantities(point), stored_system(point), *copies, random, checkpoint, values);
    };
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) { return spin_chain_steps(point) * ising_step_cost(point); };
    return experiment;
}

}  // namespace gdm
