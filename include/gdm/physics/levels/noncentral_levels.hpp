#pragma once

#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Energies E = c χ with χ noncentral χ²_d(ℓ): squared distances from a point to Gaussian data, c = (variance of a
/// coordinate)/2Δ. Two classes of weight ½ with noncentralities ℓ_0 and ℓ_1, or one.
///
/// In u = √χ, q(u) = u^{d/2} ℓ^{−(d−2)/4} e^{−(u² + ℓ)/2} I_{d/2−1}(√ℓ u), which is log-concave for d ≥ 2; for
/// √ℓ u ≤ 8 by its power series (central χ² at ℓ = 0). For d = 1 that fails for ℓ > 1, and each class is
/// the two components φ(u ∓ √ℓ) on u ≥ 0. Errors in ln q: rounding of terms of size d.
/// Throws std::invalid_argument unless c > 0, ℓ ≥ 0, and d = 1 or 2 ≤ d ≤ 1e9.
class NoncentralLevels final : public LevelLaw {
  public:
    NoncentralLevels(double c, double d, double noncentrality);
    NoncentralLevels(double c, double d, double noncentrality_0, double noncentrality_1);

    [[nodiscard]] std::size_t components() const override { return d_ == 1 ? 2 * classes_ : classes_; }
    [[nodiscard]] std::size_t class_of(std::size_t component) const override { return component % classes_; }
    [[nodiscard]] std::size_t classes() const override { return classes_; }
    [[nodiscard]] double log_mass(std::size_t component) const override;
    [[nodiscard]] double lower() const override { return 0; }
    [[nodiscard]] double search_start() const override;
    [[nodiscard]] double width() const override { return 0.6; }
    [[nodiscard]] double log_density(std::size_t component, double u) const override;
    [[nodiscard]] Density density(std::size_t component, double u) const override;
    [[nodiscard]] double energy(double u) const override { return c_ * u * u; }
    [[nodiscard]] double energy_slope(double u) const override { return 2 * c_ * u; }
    [[nodiscard]] Level draw(RandomSequence& random) const override;

  private:
    NoncentralLevels(double c, double d, std::size_t classes, double noncentrality_0, double noncentrality_1);
    template <bool with_slope>
    [[nodiscard]] Density evaluate(std::size_t component, double u) const;

    struct Class {
        double root;           ///< √ℓ
        double log_prefactor;  ///< of the form with the Bessel function
        double central;        ///< ln q(u) − (d − 1) ln u + u²/2 at small √ℓ u
    };
    double c_, d_, order_, log_weight_;
    std::size_t classes_;
    Class class_[2] = {};
};

}  // namespace gdm
