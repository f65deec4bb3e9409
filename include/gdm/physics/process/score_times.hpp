#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"

namespace gdm {

/// How the times of an integral over t are chosen. uniform, importance: at random, the latter dense where integrands of
/// scores are large; midpoint: in the middle of equal intervals; gauss: Gauss–Legendre nodes in a coordinate in which the
/// integrands are smooth.
enum class TimeSampling { uniform, importance, midpoint, gauss };
inline constexpr Words time_sampling_words{
    std::array{Word{TimeSampling::uniform, "uniform"}, Word{TimeSampling::importance, "importance"},
               Word{TimeSampling::midpoint, "midpoint"}, Word{TimeSampling::gauss, "gauss"}}};

/// ∫ f dt ≈ Σ weight f(t).
struct WeightedTime {
    double t = 0, weight = 0;
};

/// Times for integrals of differences of scores over [0, T] under dX = −X dt + √2 dW. With γ = e^{−2t}/Δ_t, the squared
/// signal-to-noise ratio, and Γ_t = 1 + (s − 1) e^{−2t}:
///
/// - continuous data whose least variance is s > 0: importance and gauss are uniform in ln Γ_t, a density ∝ e^{−2t}/Γ_t;
/// - spins ±1: importance is uniform in e^{−γ/2}, which is an upper bound of 1 − q(γ), the error that a single spin is
///   known with; gauss in √γ up to 10, beyond which e^{−50} of it is left.
class ScoreTimes {
  public:
    /// Throws std::invalid_argument unless T and s are positive.
    static ScoreTimes continuous(double end, double least_variance);
    static ScoreTimes spins(double end);

    /// `count` times; those at random are drawn anew in each call.
    [[nodiscard]] std::vector<WeightedTime> times(TimeSampling sampling, std::size_t count, RandomSequence& random) const;

    /// A function of known integral over [0, T] that is large where differences of scores are: e^{−2t}/Γ_t, and for spins
    /// (1 − q(γ)) γ(1 + γ), the integrand of a free spin.
    [[nodiscard]] double envelope(double t) const;
    [[nodiscard]] double envelope_integral() const;
    /// What a rule makes of the envelope, less its integral: how far it may be trusted.
    [[nodiscard]] double envelope_error(const std::vector<WeightedTime>& rule) const;

  private:
    ScoreTimes(double end, double least_variance) : end_(end), variance_(least_variance) {}
    [[nodiscard]] WeightedTime at(TimeSampling sampling, double u) const;

    double end_;
    double variance_;  ///< s; 0: spins
};

/// Nodes and weights of the Gauss–Legendre rule of n points on [0, 1]: Newton's method on the recurrence of P_n.
[[nodiscard]] std::vector<WeightedTime> gauss_legendre(std::size_t n);

}  // namespace gdm
