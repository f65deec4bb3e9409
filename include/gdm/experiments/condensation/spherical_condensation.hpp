#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// N = e^{αd} data points uniform on a sphere of radius r in R^d, seen from a state x that knows none of them, under
/// Brownian noise of variance θ: weights w ∝ e^{x·y/θ} (Ambrogioni 43–47). With the overlap c = x·y/(‖x‖r), density ∝ (1 −
/// c²)^{(d−3)/2}, and b = ‖x‖r/(θd), the weights condense in the limit of large d at b_c = c/(1 − c²), c² = 1 − e^{−2α};
/// E[Y] → max(0, 1 − b_c/b). Ambrogioni's random energy model replaces the density by a Gaussian, b_c = √(2α), which is the
/// limit α → 0 (47, with r = ν√(Md/2)).
///
/// Units: lengths in units of r, θ in r². The state has a fixed norm, or (`state` = typical) the root mean square norm of
/// noisy data, ‖x‖² = r² + θd.
[[nodiscard]] Experiment spherical_condensation();

/// b_c = √(1 − e^{−2α}) e^{2α}, α > 0.
[[nodiscard]] double spherical_critical_field(double alpha);

/// The θ of a field b: ‖x‖r/(bd) at fixed norm, the root of √(1 + τ)/τ = b with τ = θd/r² for typical states. r = 1.
[[nodiscard]] double spherical_theta(double field, double d, double x_norm, bool typical);

/// The field b of a θ, the inverse of spherical_theta.
[[nodiscard]] double spherical_field(double theta, double d, double x_norm, bool typical);

}  // namespace gdm
