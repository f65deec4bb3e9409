#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/words.hpp"

namespace gdm {

/// The nonlinearity φ of random features, odd: erf is φ(x) = erf(√π x/2), of slope 1 at 0 like the others.
enum class FeatureActivation { erf, tanh, linear };
inline constexpr Words feature_activation_words{std::array{
    Word{FeatureActivation::erf, "erf"}, Word{FeatureActivation::tanh, "tanh"}, Word{FeatureActivation::linear, "linear"}}};

/// What normal noise makes of φ, z ~ N(0, 1): Hermite coefficients in closed form for erf and linear, by the trapezoidal
/// rule for tanh (to 1e-11 for deviations up to 3).
class NoisyActivation {
  public:
    explicit NoisyActivation(FeatureActivation activation);

    /// c_k = E φ(mean + deviation z) He_k(z)/√k! for k = 0 … coefficients.size() − 1.
    void coefficients(double mean, double deviation, std::span<double> coefficients) const;
    /// E φ(mean + deviation z)² = Σ_k c_k².
    [[nodiscard]] double square(double mean, double deviation) const;

  private:
    struct Node {
        double z, weight;
    };
    FeatureActivation activation_;
    std::vector<Node> coarse_, fine_;
    [[nodiscard]] const std::vector<Node>& nodes(double deviation) const { return deviation <= 0.5 ? coarse_ : fine_; }
};

}  // namespace gdm
