#pragma once

#include "gdm/physics/networks/activation.hpp"

/// Theory of random convolutional networks of a single channel. With many, sites are as neurons of a wide layer:
/// mean_field.hpp.
namespace gdm {

/// Lyapunov exponent of one channel with shared weights whose field is uniform in space, h ← wφ(h) + b with w ~ N(0, σ_w²):
/// of the waves e^{ikx} the fastest is k = π/kernel, whose factor Σ_j W_j e^{ikj} is a complex normal number, λ = ½ ln σ_w²
/// − γ/2 + E ln φ′(h) (less by ½ ln 2 for a kernel of one site). E over the stationary law, by iteration of its density, to
/// 10^{-6}; NaN for σ_b² < 0.01.
[[nodiscard]] double uniform_lyapunov(Activation activation, double weight_variance, double bias_variance, double kernel);

}  // namespace gdm
