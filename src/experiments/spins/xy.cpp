#include "gdm/experiments/spins/xy.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/spins/magnetic_quantities.hpp"
#include "gdm/experiments/spins/spin_chain.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/experiments/spins/xy_copies.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"

namespace gdm {
namespace {

constexpr double bkt_temperature = 0.8929;  ///< Hasenbusch, J. Phys. A 38, 5869 (2005): β = 1.1199(1), by simulation

std::vector<Parameter> parameters() {
    std::vector<Parameter> all{temperature_parameter(Role::grid, "linspace(0.5, 1.4, 19)"),
                               size_parameter("8, 16, 32", 2048), update_parameter("cluster")};
    for (Parameter& one : spin_chain_parameters("2000", "linspace(-2, 0, 101)")) all.push_back(std::move(one));
    return all;
}

StoredSystem stored_system(const Point& point) {
    return {static_cast<std::size_t>(std::pow(point["L"], 2)), StoredSpins::xy};
}

std::vector<Observable> observables() {
    std::vector<Observable> quantities = magnetic_quantities();
    quantities.push_back({.name = "helicity_modulus",
                          .unit = "J",
                          .description =
                              "stiffness against a twist, -e/2 - (I_x^2 + I_y^2)/(2NT), I the sum of sin(theta_j - "
                              "theta_i) along an axis"});
    quantities.push_back(
        {.name = "vortex_density", .description = "plaquettes around which the angle turns by 2 pi or -2 pi, per site"});
    return spin_chain_observables(quantities, StoredSpins::xy);
}

double helicity_ratio(const Point& point, const Combined& combined) {
    return std::numbers::pi * combined.scalar("helicity_modulus") / (2 * point["T"]);
}

/// x = πΥ/(2T) − 1 obeys dx/d ln L = −2x² at T_BKT (Weber and Minnhagen: x = 1/(2 ln L + C)), where it is carried to the
/// same x(L₀) from every L: 1/x(L₀) = 1/x(L) + 2 ln(L₀/L). L₀ is beyond all L, so that nothing diverges where x = 0.
double carried_excess(const Point& point, const Combined& combined) {
    constexpr double reference = 4096;
    const double x = helicity_ratio(point, combined) - 1, denominator = 1 + 2 * x * std::log(reference / point["L"]);
    return denominator > 0 ? x / denominator : not_a_number;
}

std::vector<Derived> derived() {
    std::vector<Derived> all = magnetic_derived(
        {.sites = [](const Point& point) { return std::pow(point["L"], 2); },
         .wave_squared = [](const Point& point) { return smallest_wave_squared(LatticeKind::square, point["L"]); },
         .mean_squared = [](const Point&, const Combined&) { return 0.; }});
    const auto add = [&](const std::string& name, const std::string& description,
                         double (*of)(const Point&, const Combined&)) {
        all.push_back({.name = name,
                       .description = description,
                       .compute = [of](const Point& point, const Combined& combined, std::span<double> value,
                                       std::span<double>) { value[0] = of(point, combined); }});
    };
    add("helicity_ratio", "pi/(2T) times the helicity modulus; 1 at the jump of infinite L", helicity_ratio);
    add("helicity_excess",
        "helicity_ratio - 1, carried from L to 4096 by the logarithmic correction at T_BKT, where it is the same for all L",
        carried_excess);
    return all;
}

std::vector<Along> along_results() {
    const auto transition = [](const Point&) { return bkt_temperature; };
    return {
        {.name = "bkt_temperature",
         .unit = "J",
         .description = "where the helicity excess of neighbouring L is the same: the jump with its logarithmic correction",
         .quantity = "helicity_excess",
         .axis = "T",
         .kind = along::Crossing{.size_axis = "L", .points = 5},
         .theory = transition},
        {.name = "helicity_jump",
         .unit = "J",
         .description = "where the helicity modulus passes 2T/pi, at each L; falls to T_BKT as 1/(ln L)^2",
         .quantity = "helicity_ratio",
         .axis = "T",
         .kind = along::Root{.level = 1, .points = 6}},
        {.name = "heat_capacity_peak",
         .unit = "J",
         .description = "temperature at which the heat capacity is largest, above the transition",
         .quantity = "heat_capacity",
         .axis = "T",
         .kind = along::Extremum{.points = 7}}};
}

}  // namespace

Experiment xy() {
    Experiment experiment;
    experiment.name = "xy";
    experiment.question =
        "How does the XY model lose its stiffness: helicity modulus, vortices and fluctuations against T, T_BKT?";
    experiment.source =
        "Kosterlitz and Thouless, J. Phys. C 6, 1181 (1973); Teitel and Jayaprakash, Phys. Rev. B 27, 598 (1983); Weber and "
        "Minnhagen, Phys. Rev. B 37, 5986 (1988); Wolff, Phys. Rev. Lett. 62, 361 (1989)";
    experiment.parameters = parameters();
    experiment.fixed_axes = {chain_blocks()};
    experiment.observables = observables();
    experiment.derived = derived();
    experiment.along = along_results();
    experiment.implied = [](const Shapes& given) {
        const auto& sizes = given.at("L");
        const std::size_t largest = *std::max_element(sizes.begin(), sizes.end());
        return implied_by_store(given, largest * largest, StoredSpins::xy);
    };
    experiment.check = [](const Point& point, const Shapes&) { check_spin_chain(point); };
    experiment.state_size = [](const Point& point) {
        return spin_chain_bytes(point, xy_quantities().size(), stored_system(point)) + xy_copies_bytes(point);
    };
    experiment.run_from = [](const Point& point, const Context&, const RandomStream& random, const Stop&,
                             Checkpoint& checkpoint, Values& values) {
        const auto copies = xy_copies(point, random);
        run_spin_chain(point, xy_quantities(), stored_system(point), *copies, random, checkpoint, values);
    };
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) { return spin_chain_steps(point) * xy_step_cost(point); };
    return experiment;
}

}  // namespace gdm
