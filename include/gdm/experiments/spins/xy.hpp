#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The XY model E = −Σ_{bonds} cos(θ_i − θ_j) on periodic L × L lattices: what the Ising model gives, helicity modulus and
/// vortices against temperature, by single-spin and by cluster updates; along T the transition of Berezinskii, Kosterlitz
/// and Thouless from the jump of the helicity modulus and its logarithmic correction.
[[nodiscard]] Experiment xy();

}  // namespace gdm
