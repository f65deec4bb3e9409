#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/normal_average.hpp"
#include "gdm/physics/networks/activation.hpp"

namespace gdm {

/// What normal noise makes of φ, z ~ N(0, 1): Hermite coefficients in closed form, of tanh by the trapezoidal rule (to 1e-11
/// for deviations up to 3).
class NoisyActivation {
  public:
    explicit NoisyActivation(Activation activation);

    /// c_k = E φ(mean + deviation z) He_k(z)/√k! for k = 0 … coefficients.size() − 1.
    void coefficients(double mean, double deviation, std::span<double> coefficients) const;
    /// E φ(mean + deviation z)² = Σ_k c_k².
    [[nodiscard]] double square(double mean, double deviation) const;

  private:
    Activation activation_;
    std::vector<NormalNode> coarse_, fine_;
    [[nodiscard]] const std::vector<NormalNode>& nodes(double deviation) const { return deviation <= 0.5 ? coarse_ : fine_; }
};

}  // namespace gdm
