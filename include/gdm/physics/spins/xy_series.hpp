#pragma once

#include <cstddef>

#include "gdm/physics/spins/spin_thermodynamics.hpp"

/// What is known of the XY model H = −Σ_<ij> cos(θ_i − θ_j) on the square lattice, with the measure dθ on [0, 2π) (so that
/// the entropy is ln 2π at T = ∞). J = k_B = 1, K = 1/T.
namespace gdm {

/// Infinite lattice at high temperature: ln Z/N = ln 2π + 2 ln I_0(K) + Σ c_k (K/2)^k = … + 2x⁴ − 5/24 x⁸ − 5/2 x^10 − …, to
/// x^20, from the expansion of each bond in I_n(K) by the finite-lattice method. `truncation` is the greatest of the last
/// two terms of ln Z/N: 1e-13 at T = 4, 4e-9 at T = 2, 1e-4 at T = 1.2 (T_BKT = 0.893).
struct XySeries {
    SpinThermodynamics thermodynamics;
    double truncation = 0;
};
[[nodiscard]] XySeries xy_high_temperature(double T);

/// L × L torus at low temperature: spin waves, and what the cosine adds to them in the first two orders of perturbation,
///
///     ln Z/N = 2K + [ln(2π√N) + ½ Σ_{k≠0} ln(2π/(K λ_k))]/N + T p²/16 + T² (p³/96 + Q/24),  λ_k = 4 − 2cos k_x − 2cos k_y,
///
/// p = 1 − 1/N, Q = Σ_b P_{0b}⁴ with P the projector of bond differences on gradients. Left out are T³
/// (some 0.03 T³ in the entropy at L = 20) and vortices, which are e^{−7/T} or so. O(N²). Throws std::invalid_argument for L
/// below 2 or T ≤ 0.
[[nodiscard]] SpinThermodynamics xy_spin_waves(std::size_t L, double T);

/// The 2 × 2 torus, whose neighbours have two bonds: a ring of four with coupling 2K, Z = (2π)⁴ Σ_n I_n(2K)⁴, exactly.
[[nodiscard]] SpinThermodynamics xy_two_by_two(double T);

}  // namespace gdm
