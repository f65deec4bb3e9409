#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Retrieval at T = 0: a Hopfield network that starts at a stored pattern descends, spin by spin, to a fixed point of
/// overlap m_f with it. The share with m_f above 0.9 falls from 1 to 0 at α_½(N), P(α) = 1/(1 + e^{(α − α_½)/w}); its limit
/// N → ∞ is extrapolated with several powers of 1/N, which disagree (Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30
/// (1987)).
[[nodiscard]] Experiment hopfield_capacity();

}  // namespace gdm
