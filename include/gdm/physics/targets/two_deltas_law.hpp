#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// Two points at ±1: the fully connected Ising model at temperature θ, at finite K and in mean
/// field.
namespace gdm {

/// Equilibrium averages of ȳ.
struct TwoDeltasMoments {
    double first = 0;     ///< ⟨ȳ⟩
    double absolute = 0;  ///< ⟨|ȳ|⟩
    double squared = 0;   ///< ⟨ȳ²⟩
    double fourth = 0;    ///< ⟨ȳ⁴⟩
};

/// The equilibrium law of ȳ at finite K, exactly: the number n of microstates at +1 has the weight
/// C(K, n) e^{(K/θ)(ȳ²/2 + hȳ)}, ȳ = 2n/K − 1 (Ambrogioni 33 with w = 1/K, aligned states favoured).
class TwoDeltasLaw {
  public:
    TwoDeltasLaw(double theta, double h, std::int64_t K);

    [[nodiscard]] TwoDeltasMoments moments() const;
    /// |ȳ| with the exact law, from u uniform on (0, 1).
    [[nodiscard]] double draw_absolute(double u) const;
    /// The values that |ȳ| can take, ascending, and the probability of the i-th.
    [[nodiscard]] const std::vector<double>& values() const noexcept { return absolute_; }
    [[nodiscard]] double probability(std::size_t i) const { return cumulative_[i] - (i > 0 ? cumulative_[i - 1] : 0); }
    /// ln Z of the pairs alone, Z = Σ C(K, n) e^{[(M² − K)/2K + hM]/θ}, M = 2n − K.
    [[nodiscard]] double log_partition() const noexcept { return log_partition_; }
    /// ⟨ȳ⟩ at given |ȳ|: both signs differ in weight by e^{2Kh|ȳ|/θ}, so |ȳ| tanh(Kh|ȳ|/θ).
    [[nodiscard]] double first_given(double absolute) const;

  private:
    double field_;  ///< K h/θ
    double log_partition_;
    std::vector<double> absolute_;  ///< values of |ȳ|
    std::vector<double> cumulative_;
};

/// The greatest root of m = tanh((m + h)/θ) (Ambrogioni 22, 27), θ > 0, h ≥ 0: the magnetisation of the state along h.
[[nodiscard]] double two_deltas_mean_field(double theta, double h);

/// χ = ∂m/∂h = (1 − m²)/(θ − 1 + m²) at that root (Ambrogioni 24); infinite at θ = 1, h = 0.
[[nodiscard]] double two_deltas_susceptibility(double theta, double h);

}  // namespace gdm
