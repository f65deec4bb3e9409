#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Spin glasses, E = −Σ_<ij> J_ij s_i s_j with random J: Edwards–Anderson on lattices, Sherrington–Kirkpatrick on the
/// complete graph. A replica is one realisation of the couplings, the same at all temperatures, which are the inner axis of
/// a parallel tempering. Averages over the disorder come from replicas.
[[nodiscard]] Experiment spin_glass();

}  // namespace gdm
