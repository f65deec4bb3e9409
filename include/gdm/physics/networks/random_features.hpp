#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/networks/dense_matrix.hpp"
#include "gdm/physics/networks/noisy_activation.hpp"

/// A score model of random features, s_A(x) = A φ(Wx/√d)/√p with W fixed, trained by gradient flow on n points at one noise
/// level, and its losses at any training time from one eigenvalue problem (Bonnaire et al., arXiv:2505.17638; George et al.,
/// arXiv:2502.00336, in the limit of infinitely many noises for each point).
namespace gdm {

/// U = ⟨E φφᵀ⟩ and the slopes g of V = ⟨E φξᵀ⟩ = √v diag(g) W/√d, averaged over points ⟨·⟩ and noise E: φ = φ(Wx/√d) at
/// x = point + √v ξ.
struct FeatureMoments {
    DenseMatrix correlations;    ///< U, p × p
    std::vector<double> slopes;  ///< g_i = ⟨E φ′⟩, p
};

/// Their sums over points, block by block, so that they can be saved between blocks: exactly in the noise, by the Hermite
/// series in the correlations of features up to 1e-10 (relu, whose series ends in a power law: 1e-8 for correlations below
/// 0.9). `activation` and `weights`, p × d, must outlive them.
class FeatureMomentSums {
  public:
    static constexpr std::size_t block = 256;  ///< points whose coefficients are in memory together

    FeatureMomentSums(const NoisyActivation& activation, const DenseMatrix& weights, double noise_variance,
                      const Stop& stop);
    /// At most `block` points, a row each.
    void add(const DenseMatrix& points, const Stop& stop);
    [[nodiscard]] std::uint64_t points() const noexcept { return points_; }
    [[nodiscard]] FeatureMoments averages() const;

    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);
    [[nodiscard]] static std::size_t state_size(std::size_t features) {
        return sizeof(std::uint64_t) * 2 + sizeof(double) * (features * (features + 1) / 2 + features);
    }

  private:
    const NoisyActivation* activation_;
    const DenseMatrix* weights_;
    DenseMatrix noise_correlation_;  ///< of two features, below the diagonal
    double largest_ = 0;             ///< of these, in modulus
    std::vector<double> deviations_;
    std::uint64_t points_ = 0, terms_ = 0;
    FeatureMoments sums_;  ///< U below the diagonal and on it
};

/// Those of all `points`, n × d.
[[nodiscard]] FeatureMoments feature_moments(const NoisyActivation& activation, const DenseMatrix& weights,
                                             const DenseMatrix& points, double noise_variance, const Stop& stop);

/// Losses of A(τ) from A(0) = 0, dA/dτ = −d² ∇L, per dimension.
struct TrainingLosses {
    std::vector<double> train, test;
};

class RandomFeatureTraining {
  public:
    /// `train` and `test`: moments of the training points at noise variance Δ, and of what the model is tested on, whose V
    /// is √test_variance diag(g) W/√d.
    RandomFeatureTraining(const DenseMatrix& weights, const FeatureMoments& train, const FeatureMoments& test,
                          double noise_variance, double test_variance, const Stop& stop);

    /// (1/d) E‖√Δ s_A + ξ‖² over the training points and over the others, at each τ ≥ 0:
    /// train = 1 − Σ_k |c_k|² (1 − e^{−2x_k})/(d λ_k), x_k = 2Δλ_k τ d/p, f_k = (1 − e^{−x_k})/λ_k,
    /// test = 1 + [Σ_kl f_k f_l (c_k·c_l)(Qᵀ Ũ Q)_kl − 2 Σ_k f_k c_k·c̃_k]/d.
    [[nodiscard]] TrainingLosses losses(std::span<const double> times, const Stop& stop) const;
    /// Eigenvalues of U, ascending.
    [[nodiscard]] const std::vector<double>& spectrum() const noexcept { return spectrum_; }

  private:
    std::size_t dimension_;
    double rate_;  ///< 2Δ d/p
    std::vector<double> spectrum_;
    std::vector<double> trained_;  ///< |c_k|²
    std::vector<double> tested_;   ///< c_k·c̃_k
    DenseMatrix form_;             ///< (c_k·c_l)(Qᵀ Ũ Q)_kl
};

}  // namespace gdm
