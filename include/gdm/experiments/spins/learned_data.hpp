#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/experiment/input.hpp"
#include "gdm/experiments/spins/spin_model.hpp"
#include "gdm/physics/learned/noisy_spins.hpp"

/// The configurations of Ising and XY spins on the square lattice that score networks are trained on and judged by.
namespace gdm {

[[nodiscard]] SpinShape spin_shape(SpinModel model, std::size_t size);

/// `count` configurations at each temperature, nearly independent: a heat bath and eight clusters (Wolff) from one to the
/// next, after 256 such steps from order. `part` tells sets of the same replica apart.
[[nodiscard]] SpinSet sample_spins(SpinModel model, std::size_t size, std::span<const double> temperatures,
                                   std::size_t count, std::uint32_t part, const RandomStream& random, const Stop& stop);

/// A user's configurations, of shape (temperatures, count, L, L): ±1, or angles in radians. The first `first` of each
/// temperature are left out, and `count` taken.
[[nodiscard]] SpinSet spins_of(SpinModel model, const Array& array, std::span<const double> temperatures, std::size_t first,
                               std::size_t count);

/// The entropy of a spin in nats at each temperature by thermodynamic integration from β = 0, of chains of its own over a
/// ladder: what the network is held against where nothing exact is known.
[[nodiscard]] std::vector<double> integrated_entropy(SpinModel model, std::size_t size, std::span<const double> temperatures,
                                                     const RandomStream& random, const Stop& stop);

}  // namespace gdm
