#include "gdm/experiments/spins/learned_data.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "gdm/experiments/spins/entropy_ladder.hpp"
#include "gdm/physics/chains/thermodynamic_integration.hpp"
#include "gdm/physics/spins/critical.hpp"
#include "gdm/physics/spins/ising_sums.hpp"
#include "gdm/physics/spins/ising_updates.hpp"
#include "gdm/physics/spins/planar_sums.hpp"
#include "gdm/physics/spins/xy_updates.hpp"

namespace gdm {
namespace {

constexpr std::uint32_t warm_up = 256;
constexpr int clusters = 8;

/// Calls `take` with each configuration of a chain from order.
template <class Spins, class Updates, class Take>
void run_chain(Updates updates, Spins spins, std::size_t count, std::uint32_t part, const RandomStream& random,
               const Stop& stop, Take&& take) {
    for (std::uint32_t step = 0; step < warm_up + count; ++step) {
        if (step % 64 == 0) stop.check();
        WordSequence words(random, Purpose::markov_chain, part, step);
        updates.heat_bath(spins, words);
        for (int i = 0; i < clusters; ++i) updates.wolff(spins, words);
        if (step >= warm_up) take(spins);
    }
}

/// The first three moments of the energy of a site at one temperature.
template <class Spins, class Updates, class Sums>
EnergyCumulants energy_cumulants(Updates updates, Spins spins, Sums sums, std::uint32_t part, const RandomStream& random,
                                 const Stop& stop) {
    constexpr std::size_t count = 8192;
    double e = 0, e2 = 0, e3 = 0;
    const auto sites = static_cast<double>(spins.size());
    run_chain(std::move(updates), spins, count, part, random, stop, [&](Spins now) {
        const double energy = -static_cast<double>(sums.measure(now).bonds) / sites;
        e += energy / count;
        e2 += energy * energy / count;
        e3 += energy * energy * energy / count;
    });
    return EnergyCumulants::of_moments(e, e2, e3, sites);
}

}  // namespace

SpinShape spin_shape(SpinModel model, std::size_t size) { return {size, model == SpinModel::ising ? 1u : 2u}; }

SpinSet sample_spins(SpinModel model, std::size_t size, std::span<const double> temperatures, std::size_t count,
                     std::uint32_t part, const RandomStream& random, const Stop& stop) {
    SpinSet set{spin_shape(model, size), {temperatures.begin(), temperatures.end()}, {}};
    const Lattice lattice(LatticeKind::square, size);
    set.spins.reserve(temperatures.size() * count * set.shape.length());
    for (std::size_t k = 0; k < temperatures.size(); ++k) {
        const auto chain = part * static_cast<std::uint32_t>(temperatures.size()) + static_cast<std::uint32_t>(k);
        if (model == SpinModel::ising) {
            std::vector<std::int8_t> spins(lattice.sites(), 1);
            run_chain(IsingUpdates(lattice, 1 / temperatures[k], 0), IsingSpins(spins), count, chain, random, stop,
                      [&](IsingSpins now) { set.spins.insert(set.spins.end(), now.begin(), now.end()); });
        } else {
            std::vector<PlanarSpin> spins(lattice.sites());
            run_chain(XyUpdates(lattice, 1 / temperatures[k]), PlanarSpins(spins), count, chain, random, stop,
                      [&](PlanarSpins now) {
                          for (const PlanarSpin& spin : now) set.spins.push_back(static_cast<float>(spin.x));
                          for (const PlanarSpin& spin : now) set.spins.push_back(static_cast<float>(spin.y));
                      });
        }
    }
    return set;
}

SpinSet spins_of(SpinModel model, const Array& array, std::span<const double> temperatures, std::size_t first,
                 std::size_t count) {
    SpinSet set{spin_shape(model, array.shape.back()), {temperatures.begin(), temperatures.end()}, {}};
    const std::size_t sites = set.shape.sites();
    for (std::size_t k = 0; k < temperatures.size(); ++k) {
        for (std::size_t i = first; i < first + count; ++i) {
            const double* spins = array.values.get() + (k * array.shape[1] + i) * sites;
            if (model == SpinModel::ising) {
                for (std::size_t site = 0; site < sites; ++site) set.spins.push_back(static_cast<float>(spins[site]));
            } else {
                for (std::size_t site = 0; site < sites; ++site)
                    set.spins.push_back(static_cast<float>(std::cos(spins[site])));
                for (std::size_t site = 0; site < sites; ++site)
                    set.spins.push_back(static_cast<float>(std::sin(spins[site])));
            }
        }
    }
    return set;
}

std::vector<double> integrated_entropy(SpinModel model, std::size_t size, std::span<const double> temperatures,
                                       const RandomStream& random, const Stop& stop) {
    constexpr std::size_t places = 48;
    const Lattice lattice(LatticeKind::square, size);
    const double greatest = 1 / *std::min_element(temperatures.begin(), temperatures.end());
    std::vector<double> ladder(places);
    for (std::size_t k = 0; k < places; ++k) ladder[k] = static_cast<double>(k) / (places - 1);
    const double critical = model == SpinModel::ising ? ising_critical_temperature(LatticeKind::square) : 0;
    const auto beta = entropy_ladder(ladder, static_cast<double>(lattice.sites()), critical, greatest);
    std::vector<EnergyCumulants> energy;
    for (std::uint32_t k = 0; k < places; ++k) {
        const std::uint32_t part = (1u << 20) + k;
        if (model == SpinModel::ising) {
            std::vector<std::int8_t> spins(lattice.sites(), 1);
            energy.push_back(energy_cumulants(IsingUpdates(lattice, beta[k], 0), std::span<std::int8_t>(spins),
                                              IsingSums(lattice), part, random, stop));
        } else {
            std::vector<PlanarSpin> spins(lattice.sites());
            energy.push_back(
                energy_cumulants(XyUpdates(lattice, beta[k]), PlanarSpins(spins), PlanarSums(lattice), part, random, stop));
        }
    }
    const ThermodynamicIntegration integration(beta, energy);
    std::vector<double> entropies;
    for (const double temperature : temperatures) {
        const auto found = integration.at(1 / temperature);
        entropies.push_back(free_entropy(model) + found.energy / temperature - found.integral);
    }
    return entropies;
}

}  // namespace gdm
