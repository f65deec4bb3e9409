#pragma once

#include <cstdint>

/// Closed forms of the experiment two_deltas: the fully connected Ising model at temperature θ, at finite K and in mean
/// field.
namespace gdm {

/// Equilibrium averages of ȳ at finite K, exactly: sums over the number n of microstates at +1 with the weights
/// C(K, n) e^{(K/θ)(ȳ²/2 + hȳ)}, ȳ = 2n/K − 1 (Ambrogioni 33 with w = 1/K, aligned states favoured).
struct TwoDeltasMoments {
    double absolute = 0;  ///< ⟨|ȳ|⟩
    double squared = 0;   ///< ⟨ȳ²⟩
    double fourth = 0;    ///< ⟨ȳ⁴⟩
};
[[nodiscard]] TwoDeltasMoments two_deltas_moments(double theta, double h, std::int64_t K);

/// The greatest root of m = tanh((m + h)/θ) (Ambrogioni 22, 27), θ > 0, h ≥ 0: the magnetisation of the state along h.
[[nodiscard]] double two_deltas_mean_field(double theta, double h);

/// χ = ∂m/∂h = (1 − m²)/(θ − 1 + m²) at that root (Ambrogioni 24); infinite at θ = 1, h = 0.
[[nodiscard]] double two_deltas_susceptibility(double theta, double h);

}  // namespace gdm
