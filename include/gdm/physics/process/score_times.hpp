#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"

namespace gdm {

/// How the times of an integral over t are chosen. At random, so that integrals are unbiased: uniform in t; importance:
/// uniform in a coordinate in which integrands of scores are flat; stratified: one in each of n equal intervals of that
/// coordinate. Fixed: midpoint, in the middle of n equal intervals of t; gauss, Gauss–Legendre nodes in the coordinate.
enum class TimeSampling { uniform, importance, stratified, midpoint, gauss };
inline constexpr Words time_sampling_words{
    std::array{Word{TimeSampling::uniform, "uniform"}, Word{TimeSampling::importance, "importance"},
               Word{TimeSampling::stratified, "stratified"}, Word{TimeSampling::midpoint, "midpoint"},
               Word{TimeSampling::gauss, "gauss"}}};
[[nodiscard]] constexpr bool is_fixed(TimeSampling sampling) {
    return sampling == TimeSampling::midpoint || sampling == TimeSampling::gauss;
}

/// ∫ f dt ≈ Σ weight f(t).
struct WeightedTime {
    double t = 0, weight = 0;
};

/// Times for integrals of differences of scores over [0, T] under dX = −X dt + √2 dW. With γ = e^{−2t}/Δ_t, the squared
/// signal-to-noise ratio, and Γ_t = 1 + (s − 1) e^{−2t}:
///
/// - data with a density, whose least variance is s > 0: the coordinate is ln Γ_t, of density ∝ e^{−2t}/Γ_t;
/// - n spins ±1: arsinh √(n γ), up to γ = 60, beyond which e^{−30} of the integral is left. At γ ≈ 1/n the spins together
///   begin to tell their common sign, at γ ≈ 1 each tells its own.
class ScoreTimes {
  public:
    /// Throws std::invalid_argument unless T, s and n are positive.
    static ScoreTimes continuous(double end, double least_variance);
    static ScoreTimes spins(double end, double count);

    /// `count` times; those at random are drawn anew in each call.
    [[nodiscard]] std::vector<WeightedTime> times(TimeSampling sampling, std::size_t count, RandomSequence& random) const;

    /// A function of known integral over [0, T] that is large where differences of scores are: e^{−2t}/Γ_t, and for spins
    /// (1 − q(γ)) γ(1 + γ), the integrand of a free spin.
    [[nodiscard]] double envelope(double t) const;
    [[nodiscard]] double envelope_integral() const;
    /// What a rule makes of the envelope, less its integral: how far it may be trusted.
    [[nodiscard]] double envelope_error(const std::vector<WeightedTime>& rule) const;

  private:
    ScoreTimes(double end, double least_variance, double count) : end_(end), variance_(least_variance), count_(count) {}
    [[nodiscard]] WeightedTime at(TimeSampling sampling, double u) const;

    double end_;
    double variance_;  ///< s; 0: spins
    double count_;     ///< n
};

/// Nodes and weights of the Gauss–Legendre rule of n points on [0, 1]: Newton's method on the recurrence of P_n.
[[nodiscard]] std::vector<WeightedTime> gauss_legendre(std::size_t n);

}  // namespace gdm
