#include "gdm/experiments/spins/learned_data.hpp"

#include <cmath>

#include "gdm/physics/spins/ising_updates.hpp"
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

}  // namespace gdm
