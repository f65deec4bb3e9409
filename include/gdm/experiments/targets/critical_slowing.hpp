#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// How slowly a noisy state relaxes at fixed θ, near the transition of simple targets: Langevin dynamics of the state that K
/// copies of the target share (SharedStateChain), whose drift is θ times the exact score. For K → ∞ the relaxation time is
/// θ/(θ − θ_c) above θ_c, infinite there, and that of a well below; at finite K it grows as √K at θ_c. √K⟨‖x‖²⟩ does not
/// depend on K at θ_c, so that its curves over θ cross there, whatever the target and its dimension, up to a shift of 1/K.
[[nodiscard]] Experiment critical_slowing();

}  // namespace gdm
