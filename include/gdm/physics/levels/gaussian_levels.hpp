#pragma once

#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Energies E ~ N(0, s²): the random energy model (Derrida 1981), s² = M/2 with n = 2^M levels (Mézard, Parisi and Virasoro
/// 1987; Ambrogioni 46). Throws std::invalid_argument unless s > 0.
class GaussianLevels final : public LevelLaw {
  public:
    explicit GaussianLevels(double standard_deviation);

    [[nodiscard]] double search_start() const override { return -1.5; }
    [[nodiscard]] double width() const override { return 1; }
    [[nodiscard]] double log_density(std::size_t component, double u) const override;
    [[nodiscard]] Density density(std::size_t component, double u) const override;
    [[nodiscard]] double energy(double u) const override { return scale_ * u; }
    [[nodiscard]] double energy_slope(double) const override { return scale_; }
    [[nodiscard]] Level draw(RandomSequence& random) const override;

  private:
    double scale_;
};

}  // namespace gdm
