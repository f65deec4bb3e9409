#pragma once

#include <complex>

#include "gdm/physics/networks/noisy_activation.hpp"

/// Random features trained on Gaussian data N(0, σ²) at one noise level, in the limit of large d (Bonnaire et al.,
/// arXiv:2505.17638).
namespace gdm {

/// What the features are equivalent to: a part linear in the data (a) and in the noise (b), one that is nonlinear in the
/// data (v), one that is nonlinear in the noise (s); beside their mean E φ, which is one eigenvalue of U.
struct FeatureCoefficients {
    double linear = 0;  ///< a² = (E φ′(√Γ z))²
    double noise = 0;   ///< b² = Δ a²
    double data = 0;  ///< v² = E φ(u)φ(u′) − (E φ)² − a² e^{−2t}σ², u and u′ with the same point and other noise
    double residual = 0;  ///< s² = E φ² − (E φ)² − a² e^{−2t}σ² − v² − b²
};
[[nodiscard]] FeatureCoefficients feature_coefficients(Activation activation, double sigma2, double t);

struct RandomFeatureModel {
    FeatureCoefficients coefficients;
    double psi_n = 1, psi_p = 1;  ///< n/d, p/d
    double sigma2 = 1, t = 0.01;
};

/// q(z) = lim p^{−1} Tr (U − z)^{−1} for Im z > 0, or z < 0: the solution of the saddle point that continues from large |z|
/// (step by step; steps that do not converge are halved). NaN where it is lost.
[[nodiscard]] std::complex<double> resolvent_of_features(const RandomFeatureModel& model, std::complex<double> z);

/// The share of the eigenvalues of U in [from, to]: (1/π) Im ∫ q dz over the half circle above, by 12 nodes (to about 1e-3
/// of it where no ends of bulks are near its own ends).
[[nodiscard]] double spectral_mass_of_features(const RandomFeatureModel& model, double from, double to);

/// E Tr U/p of features in d dimensions whose states have variance Γ in each of them, exactly: E φ² over preactivations of
/// variance Γ χ²_d/d, by the trapezoidal rule.
[[nodiscard]] double mean_eigenvalue_of_features(Activation activation, double variance, double d);

/// 1/(2Δa²Γ): when the linear part of the score has been learned.
[[nodiscard]] double generalisation_time(const RandomFeatureModel& model);
/// ψ_p/(2Δ[s² + v²(1 − √(ψ_p/ψ_n))²]): when the slowest modes that carry the training points are learned; for ψ_p ≫ ψ_n ≫ 1
/// ψ_n/(2Δv²). NaN without such modes (v = 0).
[[nodiscard]] double memorisation_time(const RandomFeatureModel& model);

}  // namespace gdm
