#pragma once

#include <span>

#include "gdm/base/stop.hpp"
#include "gdm/physics/paths/path_block.hpp"
#include "gdm/physics/paths/path_steps.hpp"

namespace gdm {

/// What an integrator makes of the axis coordinate, without sampling: distances of its law to p_0, and its moments. Each is
/// NaN where the law cannot be computed (see law_of_path).
struct PathLaw {
    double w2_squared;  ///< W₂² between the law of the integrator at 0 and p_0
    double ks;          ///< sup |F(a) − F_0(a)|
    double axis_abs;    ///< ⟨|a|⟩
    double axis_2;      ///< ⟨a²⟩
    double axis_4;      ///< ⟨a⁴⟩
};

/// The law of the axis coordinate after reverse steps that end at t = 0, from p_T (StartState::exact; T = `start_time`) or
/// from N(0, 1).
///
/// Flows carry quantiles to quantiles, so the quantiles of the start go through the kernel. For the stochastic integrators
/// the density goes from grid to grid, p′(y) = ∫ p(a) k(y|a) da, by the trapezoidal rule, which converges faster than any
/// power here; the grid of each step resolves the kernels before and behind it. k is a Gaussian (euler_maruyama,
/// exponential), two (exact), or for heun N(b; F(a), 2h) db/dy with the predictor b, y = b + [D_u(b) − D_t(a)]/2 and D the
/// increments of the drift. This needs a dy/db above ¼ everywhere, which steps longer than about Γ break while Γ is small:
/// then everything is NaN, as it is where a grid would need more than 20,000 points or the total mass is lost. Accuracy: W₂
/// to about 1e-8 and ⟨a²⟩, ⟨a⁴⟩ to 1e-9, relative; ⟨|a|⟩ and the Kolmogorov–Smirnov distance to 1e-3, and everything to 1e-3
/// next to where dy/db becomes too small. d enters through M alone. Polls `stop` every step.
[[nodiscard]] PathLaw law_of_path(const GaussianMixture& mixture, double start_time, StartState start,
                                  std::span<const PathStep> steps, const PathSettings& settings, const Stop& stop = {});

/// The exact variance of a transverse coordinate after the steps: v ← gain² v + noise².
[[nodiscard]] double path_transverse_variance(double start, std::span<const PathStep> steps, const PathSettings& settings);

}  // namespace gdm
