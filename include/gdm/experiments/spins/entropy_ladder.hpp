#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gdm {

/// The inverse temperatures of a tempered chain that reaches from β = 0 to `greatest`: place x ∈ [0, 1] has the share x of
/// Λ = ∫ √(N κ(β)) + 4/(β + ½) dβ before it, N κ a rough guess of the variance of the energy. So neighbours accept exchanges
/// alike, and where the energy is frozen temperatures still follow each other closely enough for a quadrature.
/// `critical`: the temperature of the Ising transition on this lattice, 0 for the XY model.
[[nodiscard]] std::vector<double> entropy_ladder(std::span<const double> places, double sites, double critical,
                                                 double greatest);

}  // namespace gdm
