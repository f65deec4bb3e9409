#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Symmetry breaking of simple targets seen along generative trajectories of the exact score (Ambrogioni 3, 5, 20): the
/// posterior mean ⟨y⟩_x of the state on the way, and clones, copies of the state at θ that run to θ = 0 with noise of their
/// own. Their overlap is E[y_a·y_b] = E‖⟨y⟩_x‖² = q(θ); for points it passes q(1) = 0.5504 at θ_c, where θ falls below the
/// variance of y along one direction (of the sphere: a number of its dimension, from 0.5504 for d = 1 to ½).
[[nodiscard]] Experiment symmetry_breaking();

}  // namespace gdm
