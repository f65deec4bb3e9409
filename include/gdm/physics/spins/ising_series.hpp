#pragma once

#include "gdm/physics/spins/spin_thermodynamics.hpp"

/// Series of the Ising model on the infinite square lattice: ln[Z/N-th root / leading] = Σ c_k z^k with the same c_k in
/// z = tanh² K at high temperature, beside 2 cosh² K, and in z = e^{−4K} at low temperature, beside e^{2K} (Kramers and
/// Wannier 1941; Domb 1960): z² + 2z³ + 9/2 z⁴ + 12z⁵ + …, to z^10. Both converge up to T_c, z = (√2 − 1)²; the relative
/// truncation error of what they add is some (5.8 z)^9. J = k_B = 1.
namespace gdm {

[[nodiscard]] SpinThermodynamics ising_high_temperature(double T);
/// Without the two-fold ground state, which adds ln 2/N to ln Z/N and to the entropy of a finite lattice.
[[nodiscard]] SpinThermodynamics ising_low_temperature(double T);

}  // namespace gdm
