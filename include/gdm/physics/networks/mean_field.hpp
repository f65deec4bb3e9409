#pragma once

#include <cmath>
#include <vector>

#include "gdm/base/normal_average.hpp"
#include "gdm/physics/networks/activation.hpp"

/// Signals in deep networks of infinite width with weights W ~ N(0, σ_w²/N) and biases b ~ N(0, σ_b²), fresh in each layer:
/// h′ = W φ(h) + b has the squared length q = |h|²/N and, for two inputs, the correlation c = h_1·h_2/(N q). z ~ N(0, 1).
/// Poole et al., NeurIPS 2016; Schoenholz et al., ICLR 2017. Averages over tanh by the trapezoidal rule, to 1e-10 for
/// q ≤ 20; the others in closed form.
namespace gdm {

/// The law of a layer.
struct RandomLayer {
    Activation activation = Activation::tanh;
    double weight_variance = 1;  ///< σ_w² ≥ 0
    double bias_variance = 0;    ///< σ_b² ≥ 0
};

/// E φ(√q z)².
[[nodiscard]] double activation_square(Activation activation, double q);
/// E φ′(√q z)².
[[nodiscard]] double slope_square(Activation activation, double q);
/// E φ″(√q z)²; infinite for relu.
[[nodiscard]] double curvature_square(Activation activation, double q);

/// q′ = σ_w² E φ(√q z)² + σ_b².
[[nodiscard]] double next_length(const RandomLayer& layer, double q);
/// The stable fixed point q* of next_length, from above; infinite where lengths diverge, NaN where every q is one.
[[nodiscard]] double fixed_length(const RandomLayer& layer);
/// χ = σ_w² E φ′(√q z)², by which small differences and gradients grow, squared, in a layer.
[[nodiscard]] double growth_factor(const RandomLayer& layer, double q);
/// χ_q = dq′/dq = σ_w² E[φ′² + φφ″]; small deviations of q decay over ξ_q = −1/ln χ_q layers at q*.
[[nodiscard]] double length_factor(const RandomLayer& layer, double q);
/// f″(1) = σ_w² q E φ″² of c′ = f(c) at q*: ρ′ = χρ − ½f″ρ² + … for ρ = 1 − c.
[[nodiscard]] double correlation_curvature(const RandomLayer& layer, double q);

/// E φ(√q z_1)² − E φ(√q z_1)φ(√q z_2) of z with correlation 1 − ρ, to a relative error of 1e-9 for any ρ in [0, 2].
[[nodiscard]] double activation_gap(Activation activation, double q, double rho);
/// ρ′ of two inputs of length q, to the same relative error.
[[nodiscard]] double next_rho(const RandomLayer& layer, double q, double rho);
/// The stable fixed point ρ* at q*: 0 in the ordered phase and on its edge, positive where signals are chaotic.
[[nodiscard]] double fixed_rho(const RandomLayer& layer);
/// The slope f′(c) = σ_w² E φ′φ′ of the correlation at length q.
[[nodiscard]] double correlation_slope(const RandomLayer& layer, double q, double rho);
/// ξ_c = −1/ln f′(c*), the number of layers over which ρ reaches ρ*; infinite on the critical line.
[[nodiscard]] double correlation_depth(const RandomLayer& layer);

/// A point of the critical line χ = 1.
struct CriticalPoint {
    double weight_variance, bias_variance, length;
};
/// The point whose fixed point is q ≥ 0: σ_w² = 1/E φ′², σ_b² = q − σ_w² E φ². For tanh and erf.
[[nodiscard]] CriticalPoint critical_point_of_length(Activation activation, double q);
/// The point with this σ_b² ≥ 0. For relu (2, 0) alone; NaN elsewhere.
[[nodiscard]] CriticalPoint critical_point(Activation activation, double bias_variance);

}  // namespace gdm
