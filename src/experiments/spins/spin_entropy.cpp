#include "gdm/experiments/spins/spin_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/base/error.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/spins/entropy_chain.hpp"
#include "gdm/experiments/spins/spin_entropy_theory.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/chains/ladder.hpp"
#include "gdm/physics/chains/thermodynamic_integration.hpp"
#include "gdm/physics/spins/spin_thermodynamics.hpp"

namespace gdm {
namespace {

constexpr double most_sites = 1 << 14, coldest_xy = 0.01, most_sweeps = 2147483648;

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const EntropySystem system(point);
    const std::uint64_t samples = point.integer("samples");
    EntropyChain chain(system.model, Lattice(system.lattice, system.L), entropy_ladder_at(point), system.disordered(),
                       point.integer("interval"), point.integer("thermalisation"), random);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    for (std::uint64_t round = 0; chain.measured() < samples; ++round) {
        if (round % 8 == 0 && checkpoint.due())
            checkpoint.save(chain.bytes(), static_cast<double>(chain.measured()) / static_cast<double>(samples));
        chain.step(random);
    }
    checkpoint.end(chain.bytes());
    chain.set(values);
    const MultiHistogram histogram = chain.histogram(system.sites() * system.free_entropy());
    const auto temperatures = point.axis("T");
    for (std::size_t i = 0; i < temperatures.size(); ++i) {
        const double beta = 1 / temperatures[i];
        const auto law = histogram.at(beta);
        const SpinThermodynamics here = thermodynamics(beta, law.log_partition / system.sites(), -law.mean / system.sites(),
                                                       law.variance / system.sites());
        values["entropy"][i] = here.entropy;
        values["entropy_bits"][i] = here.entropy / std::numbers::ln2;
        values["excess_entropy"][i] = here.entropy - system.free_entropy();
        values["excess_entropy_bits"][i] = (here.entropy - system.free_entropy()) / std::numbers::ln2;
        values["free_energy"][i] = here.free_energy;
        values["internal_energy"][i] = here.energy;
        values["heat_capacity"][i] = here.heat_capacity;
    }
}

/// S by thermodynamic integration through the ladder.
void integrate(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const EntropySystem system(point);
    const auto beta = entropy_ladder_at(point);
    const auto e = combined["energy"], e2 = combined["energy_squared"], e3 = combined["energy_cubed"];
    std::vector<EnergyCumulants> cumulants;
    for (std::size_t i = 0; i < beta.size(); ++i)
        cumulants.push_back(EnergyCumulants::of_moments(e[i], e2[i], e3[i], system.sites()));
    const ThermodynamicIntegration integration(beta, cumulants);
    const auto temperatures = point.axis("T");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto here = integration.at(1 / temperatures[i]);
        value[i] = system.free_entropy() + here.energy / temperatures[i] - here.integral;
        systematic[i] = here.entropy_error;
    }
}

void check(const Point& point, const Shapes&) {
    const EntropySystem system(point);
    if (system.model == SpinModel::xy && system.lattice != LatticeKind::square)
        throw UsageError("spin_entropy knows model = xy on lattice = square alone");
    if (system.sites() > most_sites)
        throw UsageError(
            fmt::format("L = {} makes {:.0f} sites; a ladder of 64 places carries {:.0f} (square and triangular "
                        "L <= 128, cubic L <= 25)",
                        system.L, system.sites(), most_sites));
    const auto temperatures = point.axis("T");
    const double coldest = *std::min_element(temperatures.begin(), temperatures.end());
    if (system.model == SpinModel::xy && coldest < coldest_xy)
        throw UsageError(fmt::format("T = {} is too cold for model = xy, whose energies are continuous: T >= {} is allowed",
                                     coldest, coldest_xy));
    if ((point["samples"] + point["thermalisation"]) * point["interval"] >= most_sweeps)
        throw UsageError("(samples + thermalisation) interval must be below 2^31 sweeps; take more replicas instead");
    const auto places = point.axis("place");
    const bool rises = std::adjacent_find(places.begin(), places.end(), std::greater_equal<>()) == places.end();
    if (places.size() < 4 || places.size() > 64 || !rises || places.front() != 0 || places.back() != 1)
        throw UsageError(
            "place is the ladder of the tempered chain: give 4 to 64 values that rise from 0 to 1, such as "
            "linspace(0, 1, 64)");
}

std::vector<Observable> observables() {
    std::vector<Observable> all;
    const auto over_T = [&](const std::string& name, const std::string& unit, const std::string& description) {
        all.push_back({.name = name, .unit = unit, .description = description, .axes = {"T"}});
    };
    over_T("entropy", "nat", "entropy of a site, from the histograms of the whole ladder");
    over_T("entropy_bits", "bit", "the same in bits");
    over_T("excess_entropy", "nat", "entropy less that of a free spin, ln 2 or ln 2 pi");
    over_T("excess_entropy_bits", "bit", "the same in bits");
    over_T("free_energy", "J", "free energy of a site, from the histograms");
    over_T("internal_energy", "J", "energy of a site, from the histograms");
    over_T("heat_capacity", "1", "heat capacity of a site, from the histograms");
    // Of Ising spins in the ground state the first excitation, a turned spin, may not have been seen.
    const auto excitation = [](const Point& point) {
        const EntropySystem system(point);
        if (system.model == SpinModel::xy) return Bounds{};
        const double z = system.lattice == LatticeKind::square ? 4 : 6, ladders = 8;  // or more of them
        return Bounds{.min = -z / 2, .max = -z / 2 + 2 * z / system.sites(), .samples = ladders * point["samples"]};
    };
    for (const Observable& average :
         {Observable{
              .name = "energy", .unit = "J", .description = "energy of a site", .axes = {"place"}, .bounds = excitation},
          Observable{.name = "magnetisation_squared", .description = "mean squared magnetisation", .axes = {"place"}}}) {
        for (Observable& one : chain_observables(average)) all.push_back(std::move(one));
        if (average.name == "energy") all.push_back(starts_observable(average));
    }
    const auto over_place = [&](const std::string& name, const std::string& unit, const std::string& description) {
        all.push_back({.name = name, .unit = unit, .description = description, .axes = {"place", block_axis}});
    };
    over_place("energy_squared", "J^2", "mean square of the energy of a site");
    over_place("energy_cubed", "J^3", "mean cube of the energy of a site");
    over_place("abs_magnetisation", "1", "mean absolute magnetisation");
    over_place("magnetisation_fourth", "1", "mean fourth power of the magnetisation");
    all.push_back({.name = "swap_acceptance",
                   .description = "probability of an exchange with the next place, when it is tried",
                   .axes = {"place", block_axis},
                   .may_be_missing = {"at the last place"}});
    all.push_back({.name = "round_trips",
                   .unit = "1/step",
                   .description = "hot to cold and back, of all walkers of a ladder together",
                   .axes = {block_axis}});
    all.push_back({.name = "thermalisation_steps", .unit = "step", .description = "measurements left out before the first"});
    return all;
}

}  // namespace

Experiment spin_entropy() {
    Experiment experiment;
    experiment.name = "spin_entropy";
    experiment.question = "How does the entropy of a spin system fall with the temperature?";
    experiment.source =
        "Ferrenberg and Swendsen, Phys. Rev. Lett. 63, 1195 (1989); Shirts and Chodera, J. Chem. Phys. 129, "
        "124105 (2008); Kaufman, Phys. Rev. 76, 1232 (1949)";
    experiment.parameters = {
        model_parameter("ising"),
        {.name = "lattice",
         .description = "periodic lattice",
         .kind = Kind::word,
         .default_value = "square",
         .words = lattice_words.list()},
        size_parameter("20", 128),
        temperature_parameter(Role::inner, "linspace(0.1, 4, 40)"),
        {.name = "place",
         .description = "where a temperature stands on the ladder of the tempered chain, from beta = 0 to "
                        "the lowest T",
         .role = Role::inner,
         .default_value = "linspace(0, 1, 64)",
         .range = {.min = 0, .max = 1}},
        samples_setting("4096"),
        interval_setting("1"),
        thermalisation_setting("16384")};
    experiment.fixed_axes = {chain_blocks()};
    experiment.observables = observables();
    experiment.derived = {
        {.name = "entropy_integrated",
         .unit = "nat",
         .description = "entropy of a site, by thermodynamic integration from beta = 0",
         .axes = {"T"},
         .compute = integrate},
        {.name = "communication_barrier",
         .description = "sum of the rejections between neighbours, which hardly depends on their number",
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             const auto all = combined["swap_acceptance"];
             value[0] = communication_barrier(all.first(all.size() - 1));
         }}};
    experiment.theory = spin_entropy_theory();
    experiment.check = check;
    experiment.state_size = [](const Point& point) {
        const EntropySystem system(point);
        return EntropyChain(system.model, Lattice(system.lattice, system.L), entropy_ladder_at(point), 1, 1, 512,
                            RandomStream(0, 0))
            .bytes()
            .size();
    };
    experiment.run_from = run;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) {  // ns
        const EntropySystem system(point);
        const bool ising = system.model == SpinModel::ising;
        const double sweep = system.sites() * (ising ? 512 * 0.6 : 2 * static_cast<double>(point.axis("place").size()) * 8);
        return point["samples"] * (point["interval"] * sweep + 3e4);
    };
    return experiment;
}

}  // namespace gdm
