#pragma once

#include <vector>

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Discretisations of the forward and reverse processes of two Gaussian classes and of their probability flows, with the
/// exact score. The model is isotropic: every integrator acts on the axis coordinate a = m̂·x alone and on each transverse
/// coordinate alone.
namespace gdm {

/// forward: dX = −X dt + √2 dW, t grows. reverse: dX = [X + 2S(X, t)] ds + √2 dW, t = T − s falls (Yu and Huang, eqs. 9,
/// 35).
enum class Direction { forward, reverse };

/// How a step is taken; S is the score, evaluations counted for reverse steps.
/// - euler_maruyama: weak order 1, one score.
/// - heun: stochastic Heun for additive noise, weak order 2, two scores.
/// - exponential: the linear part and the noise exactly, the class mean ⟨c⟩ = tanh(M_t a/Γ_t) frozen over the step, one
///   score. Forward it is exact.
/// - exact: the exact kernel, in reverse with a class drawn for each step; no error at any step.
/// - flow_…: the probability flow dX/ds = X + S (forward −X − S), without noise: Euler (order 1, one score), Heun (2, two),
///   the classical Runge–Kutta method (4, four), exponential (1, one score, exact for a single Gaussian; DDIM).
enum class Integrator { euler_maruyama, heun, exponential, exact, flow_euler, flow_heun, flow_rk4, flow_exponential };

[[nodiscard]] constexpr bool is_flow(Integrator integrator) noexcept { return integrator >= Integrator::flow_euler; }
/// Scores evaluated in one reverse step.
[[nodiscard]] int score_evaluations(Integrator integrator) noexcept;
/// The order p of the integrator in reverse: averages err by O(dt^p) (1 for `exact`, which does not err).
[[nodiscard]] int weak_order(Integrator integrator) noexcept;

/// uniform: equal steps of t. logarithmic: equal steps of ln(t + 0.01), which reach 0. clock: equal steps of the relaxation
/// clock τ (GaussianMixture::clock, dτ = dt/Γ), one unit of which is one relaxation time within a class.
enum class TimeGrid { uniform, logarithmic, clock };

/// The variable in which a step is taken: time, or the relaxation clock, on which the reverse process reads
/// dX = Γ f dτ + √(2Γ) dW. The first weights the drift f by h, the second by Γ Δτ with Γ at the drift's own time; the noise
/// has variance 2h in both. The order is the same, but the error is smaller in the variable in which Γ f varies less: τ for
/// σ² < 1 (at σ² = 0.05 and Δτ = 0.1, the variance of a class is wrong by 0.1 % instead of 3 % with heun, 3 % instead of 20
/// % with euler_maruyama), t for σ² ≥ 1.
enum class StepVariable { time, clock };

/// The time at which the midpoint rule of ΔS_E takes the drift: that of the start, the middle or the end of the step.
enum class DriftTime { start, middle, end };

/// linear a + coupling tanh(slope a).
struct DriftWeights {
    double linear = 0;
    double coupling = 0;
    double slope = 0;
};

/// One step. Its increment is made of `start` at the state before it, `middle` (Runge–Kutta) and `end` (Heun,
/// Runge–Kutta) at predicted states, each already times the length of the step, and of noise z. Exceptions: `exact` in
/// reverse, where a ← start.linear a ± start.coupling + noise z with the sign a class of probability ½(1 ± tanh(slope a)).
struct PathStep {
    DriftWeights start, middle, end;
    double noise = 0;  ///< standard deviation of the noise

    /// Environment entropy of the step, midpoint rule: Δa · f((a + a′)/2), with f these weights (not times the length).
    DriftWeights midpoint;
    /// Environment entropy by the ratio of the kernel of the step and a backward kernel of the same variance, whose
    /// increment at a′ has these weights: [2Δa(F + B) + B² − F²]/(2 noise²), F the increment at a and B at a′ (see
    /// path_kernel.hpp).
    DriftWeights backward;
    double half_inverse_variance = 0;  ///< 1/(2 noise²); 0 where that rule does not apply
};

struct PathSettings {
    Direction direction = Direction::reverse;
    Integrator integrator = Integrator::euler_maruyama;
    TimeGrid grid = TimeGrid::uniform;
    DriftTime drift_time = DriftTime::middle;
    double dt = 0.01;  ///< of path_times
};

/// The times of a path from `from` to `to` in the order of travel, both included. n = ⌈|to − from|/dt⌉ steps (a length of
/// k dt gives k in spite of rounding), on the relaxation clock ⌈length on the clock/dt⌉. So dt is the longest step of the
/// uniform grid, in t, and of the clock, in relaxation times; the logarithmic grid has longer and shorter ones.
[[nodiscard]] std::vector<double> path_times(const GaussianMixture& mixture, double from, double to, TimeGrid grid,
                                             double dt);

/// clock for reverse steps that are equal on the clock, where σ² < 1; else time.
[[nodiscard]] StepVariable step_variable(const GaussianMixture& mixture, const PathSettings& settings);

/// One step between two times; `t` and `u` in the order of travel (u < t in reverse). Γ > 0 at both.
[[nodiscard]] PathStep path_step(const GaussianMixture& mixture, double t, double u, const PathSettings& settings);

/// Appends the steps from `from` to `to`.
void append_path_steps(const GaussianMixture& mixture, double from, double to, const PathSettings& settings,
                       std::vector<PathStep>& steps);

/// A transverse coordinate in one step: x ← gain x + noise z.
struct TransverseGain {
    double gain = 1;
    double noise = 0;
};
[[nodiscard]] TransverseGain transverse_gain(const PathStep& step, const PathSettings& settings);

/// Whether the unbiased rule of ΔS_E applies: the kernel of a step is Gaussian with a variance that does not depend on the
/// state.
[[nodiscard]] bool has_unbiased_entropy(const PathSettings& settings);

}  // namespace gdm
