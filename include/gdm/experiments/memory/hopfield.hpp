#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// A Hopfield network at a temperature T > 0, by heat bath: overlap m with the pattern it starts at, energy, the overlap
/// q = (1/N) Σ_i ⟨s_i⟩², and whether it stays, beside replica-symmetric theory (Amit, Gutfreund and Sompolinsky, Ann. Phys.
/// 173, 30 (1987)). From a random start, the spin glass.
[[nodiscard]] Experiment hopfield();

}  // namespace gdm
