#pragma once

#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// T_c of the ferromagnetic Ising model without a field, J = k_B = 1: 2/ln(1 + √2) on the square lattice (Onsager 1944),
/// 4/ln 3 on the triangular one (Houtappel 1950), 1/0.221654626 on the cubic one (Ferrenberg, Xu and Landau, Phys. Rev. E
/// 97, 043301, 2018, by simulation).
[[nodiscard]] double ising_critical_temperature(LatticeKind kind);

}  // namespace gdm
