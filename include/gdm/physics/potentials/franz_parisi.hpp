#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Franz–Parisi potential of denoising: the free energy of a clean sample x_0 at the squared distance q = ‖x_0 − x_0′‖² from
/// another one, x_0′, both given the same noisy state x_t (Yu and Huang, III.F, in d dimensions).
namespace gdm {

/// A function of q with its first and second derivatives.
struct PotentialValue {
    double value = 0;
    double slope = 0;
    double curvature = 0;
};

/// ln f and its derivatives by q, f the density of q = ‖y‖² for y ~ N(c, vI) in d dimensions: q/v is noncentral χ²_d with
/// ℓ = `noncentrality` = ‖c‖²/v,
///     f = (1/2v) e^{−(q/v + ℓ)/2} (q/vℓ)^{(d−2)/4} I_{d/2−1}(√(ℓq/v)).
/// d ≥ 1 (in one dimension the two images ±√q), q > 0, v > 0, ℓ ≥ 0 (ℓ > 0 for d > 2). Rounding: that of terms of size
/// d + ℓ + q/v.
[[nodiscard]] PotentialValue log_distance_density(double d, double v, double noncentrality, double q);

/// The random numbers that one pair (x_0′, x_t) is in law, the same for all t and q. Take x_0′ of class +1, which by
/// symmetry costs nothing. Then x_t along the axis is M_t + √Γ `state`, and x_0′ is its posterior mean c_+ plus √v times a
/// standard normal vector, independent of x_t: component `axis` along m̂, squared norm `across` ~ χ²_{d−1} of the rest.
struct FranzParisiDraw {
    double state = 0;
    double axis = 0;
    double across = 0;  ///< 0 in one dimension
};

/// −ln Z(x_t, x_0′, q) of Yu and Huang, eqs. 74–77 (d = 1) at one time, with the normaliser √(2πσ²) of p_0 and
/// without that of the noise, as there:
///     Z = (2πΔ)^{d/2} p_t(x_t) Σ_± w_± f_±(q),   w_± = 1/(1 + e^{∓2u}),   u = m_t·x_t/Γ = λ + √λ `state`,
/// f_± the density of ‖x_0 − x_0′‖² for x_0 ~ N(c_±, vI), v = σ²Δ/Γ: ℓ_+ = `axis`² + `across`, ℓ_− = (`axis` + D)² +
/// `across`, D = ‖c_+ − c_−‖/√v = 2M √(Δ/Γ)/σ.
/// The average over pairs of ln p_t(x_t) + ln w_+ is known, −(d/2) ln(2πeΓ) − ln 2, and takes the place of each sample's
/// value:
///     V = (d/2)[1 + ln(Γ/Δ)] + ln 2 − ⟨ln f_+ + ln(1 + e^{ρ − 2u})⟩,   ρ = ln(f_−/f_+).
class FranzParisi {
  public:
    /// t > 0.
    FranzParisi(const GaussianMixture& mixture, double t);

    /// One pair's contribution to V, V′ = dV/dq and V″; q > 0.
    [[nodiscard]] PotentialValue operator()(const FranzParisiDraw& draw, double q) const;

    [[nodiscard]] double dimension() const noexcept { return d_; }
    [[nodiscard]] double lambda() const noexcept { return lambda_; }
    /// v, the variance of a coordinate within a class given x_t.
    [[nodiscard]] double posterior_variance() const noexcept { return v_; }
    /// D, the distance of the two posterior means in units of √v.
    [[nodiscard]] double separation() const noexcept { return separation_; }
    /// (d/2)[1 + ln(Γ/Δ)] + ln 2.
    [[nodiscard]] double constant() const noexcept { return constant_; }

  private:
    double d_, lambda_, v_, separation_, constant_;
};

/// Leading order of V at large d and fixed q/d, d times
///     ½[1 + ln(Γ/Δ)] + min(g(y, 1), g(y, 1 + D²/d) + 2λ/d),   y = q/(d v),
///     g(y, l) = ½[y + l − √(1 + 4ly) − ln(2y) + ln(1 + √(1 + 4ly))],
/// the rate of ‖x_0 − x_0′‖² within the class of x_0′ or in the other one. Corrections are O(ln d).
[[nodiscard]] double franz_parisi_large_d(const GaussianMixture& mixture, double t, double q);

}  // namespace gdm
