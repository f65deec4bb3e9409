#pragma once

#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Energies E = b (1 − cos u) of points uniform on a sphere in R^d, u their angle to a given direction: −x·y in units of θ,
/// counted from the lowest possible value −b, with b = ‖x‖r/θ (Ambrogioni 43; the shift keeps small angles apart).
/// q(u) = sin^{d−2} u Γ(d/2)/(√π Γ((d−1)/2)) on [0, π], log-concave. Throws std::invalid_argument unless b > 0 and
/// 2 ≤ d ≤ 1e9.
class OverlapLevels final : public LevelLaw {
  public:
    OverlapLevels(double b, double d);

    [[nodiscard]] double lower() const override { return 0; }
    [[nodiscard]] double upper() const override;
    [[nodiscard]] double search_start() const override;
    [[nodiscard]] double width() const override;
    [[nodiscard]] double log_density(std::size_t component, double u) const override;
    [[nodiscard]] Density density(std::size_t component, double u) const override;
    [[nodiscard]] double energy(double u) const override;
    [[nodiscard]] double energy_slope(double u) const override;
    [[nodiscard]] Level draw(RandomSequence& random) const override;

  private:
    double b_, d_, log_norm_;
};

}  // namespace gdm
