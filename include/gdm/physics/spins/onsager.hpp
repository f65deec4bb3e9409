#pragma once

#include "gdm/physics/spins/spin_thermodynamics.hpp"

/// The ferromagnetic Ising model on the infinite square lattice without a field, J = k_B = 1 (Onsager 1944, Yang 1952).
namespace gdm {

/// 2/ln(1 + √2) = 2.269185…
[[nodiscard]] double onsager_critical_temperature();

/// Free energy by Onsager's integral, energy and heat capacity by complete elliptic integrals (in the complementary modulus,
/// so that nothing cancels near T_c); at T_c itself the heat capacity is infinite. Absolute errors near 1e-13; where e^{−4K}
/// or tanh² K is below 1/1000 by the series of ising_series.hpp, whose truncation is below 1e-16. Throws
/// std::invalid_argument unless T > 0.
[[nodiscard]] SpinThermodynamics onsager(double T);

/// Spontaneous magnetisation (1 − sinh^{−4} 2K)^{1/8} (Yang 1952), 0 at and above T_c.
[[nodiscard]] double onsager_magnetisation(double T);

}  // namespace gdm
