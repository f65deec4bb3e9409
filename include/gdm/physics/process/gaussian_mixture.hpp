#pragma once

#include <span>

namespace gdm {

/// Two classes of equal weight, p_0 = ½ N(m, σ²I) + ½ N(−m, σ²I) in d dimensions with m = μ (1, …, 1), and everything that
/// the forward process dX = −X dt + √2 dW makes of it in closed form (Yu and Huang, eqs. 65–66 and appendices B, E).
///
/// p_t = ½ N(m_t, Γ_t I) + ½ N(−m_t, Γ_t I). Only the axis coordinate a = m̂·x couples nonlinearly; the other d − 1 are
/// Gaussian with variance Γ_t. Times may be slightly negative (the analytic continuation) as long as Γ_t > 0.
struct GaussianMixture {
    double mu = 1;      ///< mean of a class per coordinate, ≥ 0
    double sigma2 = 1;  ///< variance of a class per coordinate, > 0
    double d = 1;       ///< dimension, ≥ 1

    /// M = ‖m‖ = μ √d.
    [[nodiscard]] double axis_mean() const;
    /// M_t = M e^{−t}.
    [[nodiscard]] double axis_mean(double t) const;
    /// Γ_t = Δ_t + σ² e^{−2t} = 1 + (σ² − 1) e^{−2t}.
    [[nodiscard]] double variance(double t) const;
    /// Squared signal-to-noise ratio of the classes, λ_t = M_t²/Γ_t.
    [[nodiscard]] double lambda(double t) const;

    /// Relaxation clock ½ ln(e^{2t} + σ² − 1) = ∫ dt/Γ_t: one unit is one relaxation time of the reverse process within a
    /// class.
    [[nodiscard]] double clock(double t) const;
    /// The time at which the clock shows `value`.
    [[nodiscard]] double time_of_clock(double value) const;

    /// Axis component of the score, ∂_a ln p_t = [M_t tanh(M_t a/Γ) − a]/Γ (Yu and Huang, eq. E1, in d dimensions).
    [[nodiscard]] double axis_score(double a, double t) const;
    /// ∂_a² ln p_t = −1/Γ + (M_t²/Γ²) sech²(M_t a/Γ): the axis element of the score's Jacobian.
    [[nodiscard]] double axis_score_slope(double a, double t) const;
    /// ∇ ln p_t at x of d components, into `score`.
    void score(std::span<const double> x, double t, std::span<double> score) const;
    /// ln p_t(x), normalised.
    [[nodiscard]] double log_density(std::span<const double> x, double t) const;
    /// Potential of the reverse dynamics, U = −½‖x‖² − 2 ln p_t(x) (Yu and Huang, eq. B1, with the normaliser).
    [[nodiscard]] double potential(std::span<const double> x, double t) const;

    /// Density and distribution function of the axis coordinate under p_t.
    [[nodiscard]] double axis_density(double a, double t) const;
    [[nodiscard]] double axis_distribution(double a, double t) const;
    /// ⟨|a|⟩ = √(2Γ/π) e^{−λ/2} + M_t erf(√(λ/2)), ⟨a²⟩ = M_t² + Γ, ⟨a⁴⟩ = M_t⁴ + 6 M_t² Γ + 3 Γ².
    [[nodiscard]] double axis_abs(double t) const;
    [[nodiscard]] double axis_2(double t) const;
    [[nodiscard]] double axis_4(double t) const;

    /// P(class +1 | x_t) = ½ (1 + tanh(M_t a/Γ)).
    [[nodiscard]] double class_probability(double a, double t) const;
};

}  // namespace gdm
