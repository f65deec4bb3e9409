#pragma once

#include <cstddef>
#include <span>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"
#include "gdm/physics/weights/empirical_weights.hpp"

namespace gdm {

/// The weights of the N points of a Gaussian mixture without drawing the points: given x, the energies of all but the
/// state's own point are independent, E = (σ²/2θ) χ with χ noncentral χ²_d of noncentrality ‖x ∓ m_t‖²/(e^{−2t}σ²) for the
/// two classes, θ = e^{2t} − 1 — a random energy model, sampled as RandomLevels does, with its error bound (about 1/(3K²) in
/// ⟨ln Z⟩ for K = `levels`). A state needs five numbers, whatever d. Levels of different times are drawn independently, so
/// `nearest` is not known. ln N ≥ ln 2; d = 1 or d ≥ 2; times > 0.
[[nodiscard]] EmpiricalWeights weigh_random_levels(const GaussianMixture& mixture, double log_n, StateKind kind,
                                                   std::size_t states, std::size_t levels, std::span<const double> times,
                                                   const RandomStream& random, const Stop& stop);

}  // namespace gdm
