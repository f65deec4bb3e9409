#pragma once

#include "gdm/physics/networks/convolution_kernel.hpp"

/// Theory of random convolutional networks: many channels, where sites are as neurons of a wide layer, and a single one.
namespace gdm {

/// Infinitely many channels, signals that are alike at all sites: q ← σ_w² E φ(√q z)² + σ_b², z ~ N(0, 1), by the
/// trapezoidal rule, to 10^{-12} for q ≤ 30.
class ChannelMaps {
  public:
    ChannelMaps(SignalActivation activation, double weight_variance, double bias_variance)
        : activation_(activation), weight_variance_(weight_variance), bias_variance_(bias_variance) {}
    /// The next mean square of preactivations; for one layer it is exact with any number of channels.
    [[nodiscard]] double length(double q) const;
    /// Its stable fixed point, from above.
    [[nodiscard]] double fixed_length() const;
    /// χ = σ_w² E φ′(√q z)²: by what a small squared difference is multiplied; ½ ln χ is the Lyapunov exponent.
    [[nodiscard]] double multiplier(double q) const;

  private:
    SignalActivation activation_;
    double weight_variance_, bias_variance_;
};

/// Lyapunov exponent of one channel with shared weights whose field is uniform in space, h ← wφ(h) + b with w ~ N(0, σ_w²):
/// of the waves e^{ikx} the fastest is k = π/kernel, whose factor Σ_j W_j e^{ikj} is a complex normal number, λ = ½ ln σ_w²
/// − γ/2 + E ln φ′(h) (less by ½ ln 2 for a kernel of one site). E over the stationary law, by iteration of its density, to
/// 10^{-6}; NaN for σ_b² < 0.01.
[[nodiscard]] double uniform_lyapunov(SignalActivation activation, double weight_variance, double bias_variance,
                                      double kernel);

}  // namespace gdm
