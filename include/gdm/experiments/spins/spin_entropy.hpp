#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The entropy of a spin system against temperature, by two ways from the same tempered chain, whose ladder begins at β = 0
/// where the entropy is known (ln 2 or ln 2π a spin):
///
///     integration  S(β) = S(0) + βU(β) − ∫_0^β U dβ′, with a quadrature through the places of the ladder that states its
///     error, histograms   S(β) = (ln Z(β) + βU(β))/N from the energies of all places together (multi-histogram, MBAR),
///
/// for each site, without a field, J = k_B = 1. Excess: less ln 2 or ln 2π. Exact beside them: Ising on the square lattice
/// (Kaufman), XY at L = 2; series at both ends of the temperatures.
[[nodiscard]] Experiment spin_entropy();

}  // namespace gdm
