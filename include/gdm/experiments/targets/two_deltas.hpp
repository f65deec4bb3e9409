#pragma once

#include "gdm/experiment/experiment.hpp"

/// The smallest experiment, and the one to copy for a new one: `two_deltas()` declares what is varied and what is measured,
/// `run` simulates one replica, and theory stands beside the measurement.
namespace gdm {

/// Symmetry breaking of the target ½δ(y − 1) + ½δ(y + 1) under Brownian noise of variance θ (Ambrogioni, sections 4–6, 8).
///
/// The generative bath: K microstates y share one noisy state x, p(x, y) ∝ e^{−(K/θ)[(x − h)²/2 − x ȳ]}, ȳ = Σ y/K. Without
/// x it is the fully connected Ising model of K spins at temperature θ, whose weight depends on ȳ alone: equilibrium states
/// are drawn independently from the exact law of |ȳ|, and both signs enter with their exact weights, so that no state is
/// missed or mistaken for another. From one such state a Gibbs chain alternates the two halves of diffusion,
///   1. noising:   x = ȳ + h + √(θ/K) z,  z ~ N(0, 1),
///   2. denoising: each y from its posterior, P(y = ±1 | x) ∝ e^{±x/θ}  (⟨y⟩ = tanh(x/θ)),
/// and shows how slowly it forgets. It starts in equilibrium, but may stay in one of two states for longer than it runs;
/// its own mean stands beside the equilibrium one. K = 1 is the data's own noising and denoising; for K → ∞, ȳ obeys
/// m = tanh((m + h)/θ), which breaks symmetry at θ_c = 1. K is therefore an axis: at finite K the transition is rounded over
/// |θ − 1| ~ K^{−1/2}, and the Binder cumulants of all K cross at θ_c.
[[nodiscard]] Experiment two_deltas();

}  // namespace gdm
