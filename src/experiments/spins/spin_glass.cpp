#include "gdm/experiments/spins/spin_glass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/shared/tempering_quantities.hpp"
#include "gdm/experiments/spins/glass_chain.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"

namespace gdm {
namespace {

constexpr double most_steps = 4294967296.0;  // the counter of the random numbers

double steps_of(const Point& point) { return point["thermalisation"] + point["samples"] * point["interval"]; }

/// Couplings of each spin; each of them belongs to two.
double bonds_per_spin(const Point& point) {
    if (point.word("lattice") == "complete") return (point["L"] - 1) / 2;
    return point.word("lattice") == "square" ? 2 : 3;
}

void check(const Point& point, const Shapes&) {
    check_ladder(point, "T");
    struct Limit {
        const char* lattice;
        double least, most;
    };
    for (const Limit& one : {Limit{"square", 2, 128}, {"triangular", 2, 128}, {"cubic", 2, 32}, {"complete", 2, 2048}}) {
        if (point.word("lattice") != one.lattice || (point["L"] >= one.least && point["L"] <= one.most)) continue;
        throw UsageError(fmt::format("L = {} is not allowed on the lattice {}: take {} to {}{}", point["L"], one.lattice,
                                     one.least, one.most, point.word("lattice") == "complete" ? " spins" : ""));
    }
    if (point["L"] == 2 && point.word("update") == "metropolis") {
        throw UsageError(
            "updates without cost are certain, so that metropolis does not reach all states of L = 2; take "
            "update = heat_bath");
    }
    if (steps_of(point) >= most_steps) {
        throw UsageError("thermalisation + samples * interval must be less than 2^32 steps; take more replicas instead");
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const auto steps = static_cast<std::uint64_t>(steps_of(point));
    GlassChain chain(point, random);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    // Some ms of work, for the plain updates.
    const auto often =
        std::max<std::uint64_t>(1, 100000 / (GlassCopies::ladders * glass_sites(point) * point.axis("T").size()));
    while (chain.steps() < steps) {
        if (chain.steps() % often == 0 && checkpoint.due())
            checkpoint.save(chain.bytes(), static_cast<double>(chain.steps()) / static_cast<double>(steps));
        chain.step(random);
    }
    checkpoint.end(chain.bytes());
    chain.write(values);
}

std::vector<Parameter> parameters() {
    Parameter thermalisation = thermalisation_setting("8192"), size = size_parameter("4, 6", 2048);
    thermalisation.description = "steps before measuring";
    size.description = "sites a side of the periodic lattice; of the complete graph, all spins";
    return {{.name = "couplings",
             .description = "law of the couplings J, of variance 1 on lattices and 1/n on the complete graph of n spins; "
                            "bimodal: two values; gaussian: normal",
             .kind = Kind::word,
             .default_value = "bimodal",
             .words = coupling_words.list()},
            {.name = "lattice",
             .description = "square, triangular, cubic: Edwards-Anderson; complete: Sherrington-Kirkpatrick",
             .kind = Kind::word,
             .default_value = "cubic",
             .words = {"square", "triangular", "cubic", "complete"}},
            std::move(size),
            {.name = "exchange",
             .description = "whether temperatures change places; the couplings are the same with and without",
             .kind = Kind::word,
             .default_value = "on",
             .words = {"on", "off"},
             .keyed = false},
            {.name = "update",
             .description = "rule of an update of a single spin; the couplings are the same for both",
             .kind = Kind::word,
             .default_value = "metropolis",
             .words = local_update_words.list(),
             .keyed = false},
            temperature_parameter(Role::inner, "geomspace(0.8, 2, 16)"),
            samples_setting("4096"),
            interval_setting("2"),
            std::move(thermalisation)};
}

/// Of an average along the chain: with the error and autocorrelation time of each chain, but resampled by realisations
/// alone, which differ by more than their chains' errors.
void declare_average(Experiment& experiment, Observable average) {
    auto all = chain_observables(std::move(average));
    all[0].axes.pop_back();   // the blocks
    all[1].error_of.clear();  // it is no error of the average over realisations
    for (Observable& one : all) experiment.observables.push_back(std::move(one));
}

void declare_observables(Experiment& experiment) {
    const auto at_each_temperature = [](std::string name, std::string description, std::string unit = "1") {
        return Observable{
            .name = std::move(name), .unit = std::move(unit), .description = std::move(description), .axes = {"T"}};
    };
    const Observable squared = at_each_temperature("overlap_squared", "mean squared overlap");
    declare_average(experiment, at_each_temperature("energy", "energy per spin", "J"));
    declare_average(experiment, squared);
    declare_average(experiment, at_each_temperature("link_overlap", "mean of s_i s_j t_i t_j over the couplings"));
    experiment.observables.push_back(starts_observable(squared));
    for (Observable& one : std::vector<Observable>{
             at_each_temperature("overlap", "q = sum s_i t_i/n of two copies with the same couplings"),
             at_each_temperature("overlap_abs", "mean of |q|"),
             at_each_temperature("overlap_fourth", "mean of q^4"),
             at_each_temperature("heat_capacity", "heat capacity per spin"),
             {.name = "overlap_distribution", .description = "density P(q) of the overlap", .axes = {"T", "q"}},
             {.name = "lowest_energy", .unit = "J", .description = "lowest energy per spin that any copy had"}})
        experiment.observables.push_back(std::move(one));
    const Missing beyond{"beyond the last step"};
    for (const auto& [name, description] : std::vector<std::pair<std::string, std::string>>{
             {"window_energy", "energy per spin in a window of steps from the start"},
             {"window_overlap_squared", "<q^2> in a window, of copies that start with q near 0"},
             {"window_overlap_squared_from_one", "<q^2> in a window, of copies that start with q = 1"},
             {"window_link_overlap", "link overlap in a window, of copies that start with q near 0"}})
        experiment.observables.push_back(
            {.name = name, .description = description, .axes = {"window", "T"}, .may_be_missing = beyond});
    const Missing large{"more than 16 spins"};
    experiment.observables.push_back({.name = "ground_energy_exact",
                                      .unit = "J",
                                      .description = "lowest energy per spin of all states",
                                      .may_be_missing = large});
    for (const char* name : {"energy", "heat_capacity", "overlap_squared", "overlap_fourth"}) {
        experiment.observables.push_back({.name = std::string(name) + "_exact",
                                          .description = std::string(name) + " of the realisation, by all of its states",
                                          .axes = {"T"},
                                          .may_be_missing = large});
    }
    for (Observable& one : tempering_observables("T", false)) experiment.observables.push_back(std::move(one));
}

using Formula = double (*)(const Point&, const Combined&, std::size_t place, double temperature);

Derived at_each_temperature(const std::string& name, const std::string& description, Formula formula) {
    return {.name = name,
            .description = description,
            .axes = {"T"},
            .compute = [formula](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                const auto temperatures = point.axis("T");
                for (std::size_t i = 0; i < value.size(); ++i) value[i] = formula(point, combined, i, temperatures[i]);
            }};
}

/// Where couplings are Gaussian, integration by parts over them gives [J s_i s_j] = β σ² (1 − [⟨s_i s_j⟩²]).
double energy_from_links(const Point& point, double temperature, double link_overlap) {
    if (point.word("couplings") != "gaussian") return std::nan("");
    const double variance = point.word("lattice") == "complete" ? 1 / point["L"] : 1;
    return -bonds_per_spin(point) * variance / temperature * (1 - link_overlap);
}

void declare_derived(Experiment& experiment) {
    experiment.derived = {
        at_each_temperature("binder", "(3 - [<q^4>]/[<q^2>]^2)/2 of the overlap",
                            [](const Point&, const Combined& combined, std::size_t i, double) {
                                return (3 - combined["overlap_fourth"][i] / std::pow(combined["overlap_squared"][i], 2)) / 2;
                            }),
        at_each_temperature("spin_glass_susceptibility", "n [<q^2>]",
                            [](const Point& point, const Combined& combined, std::size_t i, double) {
                                return static_cast<double>(glass_sites(point)) * combined["overlap_squared"][i];
                            }),
        at_each_temperature(
            "energy_from_links",
            "energy that equilibrium lets the link overlap have, for gaussian couplings (Katzgraber, Palassini and Young)",
            [](const Point& point, const Combined& combined, std::size_t i, double temperature) {
                return energy_from_links(point, temperature, combined["link_overlap"][i]);
            }),
        at_each_temperature("link_identity", "energy - energy_from_links",
                            [](const Point& point, const Combined& combined, std::size_t i, double temperature) {
                                return combined["energy"][i] -
                                       energy_from_links(point, temperature, combined["link_overlap"][i]);
                            }),
        at_each_temperature("energy_minus_exact", "energy - energy_exact, of the same realisations",
                            [](const Point&, const Combined& combined, std::size_t i, double) {
                                return combined["energy"][i] - combined["energy_exact"][i];
                            }),
        at_each_temperature("overlap_squared_minus_exact", "the same of overlap_squared",
                            [](const Point&, const Combined& combined, std::size_t i, double) {
                                return combined["overlap_squared"][i] - combined["overlap_squared_exact"][i];
                            }),
        {.name = "window_energy_from_links",
         .description = "energy_from_links in a window of steps: it comes from below, the energy from above",
         .axes = {"window", "T"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             const auto temperatures = point.axis("T"), links = combined["window_link_overlap"];
             for (std::size_t i = 0; i < value.size(); ++i)
                 value[i] = energy_from_links(point, temperatures[i % temperatures.size()], links[i]);
         }}};
    for (Derived& one : tempering_derived("T")) experiment.derived.push_back(std::move(one));
}

Theory zero(const std::string& name, const std::string& description, bool (*holds)(const Point&)) {
    return {.name = name,
            .description = description,
            .axes = {"T"},
            .compute = [holds](const Point& point, std::span<double> value) {
                for (double& one : value) one = holds(point) ? 0 : std::nan("");
            }};
}

}  // namespace

Experiment spin_glass() {
    Experiment experiment;
    experiment.name = "spin_glass";
    experiment.question = "How does a spin glass freeze, and is it in equilibrium?";
    experiment.source =
        "Edwards and Anderson, J. Phys. F 5, 965 (1975); Sherrington and Kirkpatrick, PRL 35, 1792 (1975); Hukushima and "
        "Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996); Bhatt and Young, PRL 54, 924 (1985); Katzgraber, Palassini and "
        "Young, PRB 63, 184422 (2001)";
    experiment.parameters = parameters();
    experiment.fixed_axes = {
        {.name = "q", .description = "overlap of two copies, middle of a bin of P(q)", .values = {}},
        {.name = "window", .unit = "step", .description = "last step of a window that began at half of it", .values = {}}};
    for (std::size_t bin = 0; bin < overlap_bins; ++bin)
        experiment.fixed_axes[0].values.push_back(2 * static_cast<double>(bin) / (overlap_bins - 1) - 1);
    for (std::size_t window = 0; window < chain_windows; ++window)
        experiment.fixed_axes[1].values.push_back(std::exp2(static_cast<double>(window)));
    declare_observables(experiment);
    declare_derived(experiment);
    const auto always = [](const Point&) { return true; };
    const auto small = [](const Point& point) { return glass_sites(point) <= 16; };
    experiment.theory = {zero("overlap_theory", "by symmetry", always),
                         zero("link_identity_theory", "in equilibrium, for gaussian couplings",
                              [](const Point& point) { return point.word("couplings") == "gaussian"; }),
                         zero("energy_minus_exact_theory", "for 16 spins or less", small),
                         zero("overlap_squared_minus_exact_theory", "for 16 spins or less", small)};
    experiment.along = {{.name = "binder_crossing",
                         .description = "temperature at which the Binder ratios of neighbouring sizes cross",
                         .quantity = "binder",
                         .axis = "T",
                         .kind = along::Crossing{.size_axis = "L"}}};
    experiment.check = check;
    experiment.state_size = GlassChain::state_size;
    experiment.run_from = run;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) {
        const double neighbours = 2 * bonds_per_spin(point), n = static_cast<double>(glass_sites(point));
        return steps_of(point) * GlassCopies::ladders * static_cast<double>(point.axis("T").size()) * n * (12 + neighbours);
    };
    return experiment;
}

}  // namespace gdm
