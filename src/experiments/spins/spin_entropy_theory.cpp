#include "gdm/experiments/spins/spin_entropy_theory.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/spins/entropy_ladder.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/critical.hpp"
#include "gdm/physics/spins/ising_series.hpp"
#include "gdm/physics/spins/kaufman.hpp"
#include "gdm/physics/spins/spin_thermodynamics.hpp"
#include "gdm/physics/spins/xy_series.hpp"

namespace gdm {
namespace {

/// What is known exactly at a temperature.
std::optional<SpinThermodynamics> exact(const EntropySystem& system, double T) {
    if (system.lattice != LatticeKind::square) return std::nullopt;
    if (system.model == SpinModel::ising) {
        SpinThermodynamics law = kaufman(system.L, system.L, T);
        // Of a frozen lattice it knows the heat capacity up to 1e-16 K² e^{−2K} only.
        if (law.heat_capacity < 1e-10 * std::exp(-2 / T) / (T * T)) law.heat_capacity = not_a_number;
        return law;
    }
    if (system.L == 2) return xy_two_by_two(T);
    return std::nullopt;
}

/// Hot and cold series where they are good to 3e-4 nats.
std::optional<SpinThermodynamics> series(const EntropySystem& system, double T) {
    if (system.lattice != LatticeKind::square || system.L < 16) return std::nullopt;
    if (system.model == SpinModel::xy) {
        if (T <= 0.2) return xy_spin_waves(system.L, T);
        const XySeries hot = xy_high_temperature(T);
        return hot.truncation < 1e-6 ? std::optional(hot.thermodynamics) : std::nullopt;
    }
    if (T >= 3) return ising_high_temperature(T);
    if (T > 1.7) return std::nullopt;
    SpinThermodynamics cold = ising_low_temperature(T);
    cold.entropy += std::numbers::ln2 / system.sites();  // two ground states
    return cold;
}

using Of = double (*)(const EntropySystem&, const SpinThermodynamics&);

Theory theory_over_T(const std::string& name, const std::string& unit, const std::string& description,
                     std::optional<SpinThermodynamics> (*law)(const EntropySystem&, double), Of of) {
    return {.name = name,
            .unit = unit,
            .description = description,
            .axes = {"T"},
            .compute = [law, of](const Point& point, std::span<double> value) {
                const EntropySystem system(point);
                const auto temperatures = point.axis("T");
                for (std::size_t i = 0; i < value.size(); ++i) {
                    const auto here = law(system, temperatures[i]);
                    value[i] = here ? of(system, *here) : not_a_number;
                }
            }};
}

}  // namespace

EntropySystem::EntropySystem(const Point& point)
    : model(model_of(point)),
      lattice(lattice_words.at(point.word("lattice"))),
      L(static_cast<std::size_t>(point.integer("L"))) {}

double EntropySystem::sites() const { return std::pow(static_cast<double>(L), lattice == LatticeKind::cubic ? 3 : 2); }

double EntropySystem::critical() const { return model == SpinModel::xy ? 0 : ising_critical_temperature(lattice); }

std::vector<double> entropy_ladder_at(const Point& point) {
    static Memo<std::vector<double>> known;
    const EntropySystem system(point);
    const auto places = point.axis("place"), temperatures = point.axis("T");
    const double greatest = 1 / *std::min_element(temperatures.begin(), temperatures.end());
    std::vector<double> key(places.begin(), places.end());
    key.insert(key.end(), {system.sites(), system.critical(), greatest});
    return known.at(key, [&] { return entropy_ladder(places, system.sites(), system.critical(), greatest); });
}

std::vector<Theory> spin_entropy_theory() {
    const Of entropy = [](const EntropySystem&, const SpinThermodynamics& law) { return law.entropy; };
    const Of bits = [](const EntropySystem&, const SpinThermodynamics& law) { return law.entropy / std::numbers::ln2; };
    const Of excess = [](const EntropySystem& system, const SpinThermodynamics& law) {
        return law.entropy - system.free_entropy();
    };
    const Of excess_bits = [](const EntropySystem& system, const SpinThermodynamics& law) {
        return (law.entropy - system.free_entropy()) / std::numbers::ln2;
    };
    const std::string known = "Kaufman (Ising, square lattice); exact for XY at L = 2";
    return {theory_over_T("entropy_theory", "nat", known, exact, entropy),
            theory_over_T("entropy_integrated_theory", "nat", known, exact, entropy),
            theory_over_T("entropy_bits_theory", "bit", known, exact, bits),
            theory_over_T("excess_entropy_theory", "nat", known, exact, excess),
            theory_over_T("excess_entropy_bits_theory", "bit", known, exact, excess_bits),
            theory_over_T("free_energy_theory", "J", known, exact,
                          [](const EntropySystem&, const SpinThermodynamics& law) { return law.free_energy; }),
            theory_over_T("internal_energy_theory", "J", known, exact,
                          [](const EntropySystem&, const SpinThermodynamics& law) { return law.energy; }),
            theory_over_T("heat_capacity_theory", "1", known, exact,
                          [](const EntropySystem&, const SpinThermodynamics& law) { return law.heat_capacity; }),
            theory_over_T("entropy_series", "nat", "hot and cold series of the square lattice, where they hold to 3e-4",
                          series, entropy),
            {.name = "energy_theory",
             .unit = "J",
             .description = known,
             .axes = {"place"},
             .compute =
                 [](const Point& point, std::span<double> value) {
                     const EntropySystem system(point);
                     const auto beta = entropy_ladder_at(point);
                     for (std::size_t i = 0; i < value.size(); ++i) {
                         const auto here = exact(system, 1 / std::max(beta[i], 1e-12));
                         value[i] = !here ? not_a_number : beta[i] > 0 ? here->energy : 0;
                     }
                 }},
            {.name = "place_beta",
             .unit = "1/J",
             .description = "inverse temperature of a place of the ladder",
             .axes = {"place"},
             .compute = [](const Point& point, std::span<double> value) {
                 std::ranges::copy(entropy_ladder_at(point), value.begin());
             }}};
}

}  // namespace gdm
