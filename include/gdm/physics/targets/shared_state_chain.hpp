#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/targets/framed_target.hpp"

namespace gdm {

/// Langevin dynamics at fixed θ of a noisy state that K copies of the target share,
///     dx = (⟨y⟩_x − x) ds + √(2θ/K) dW,  stationary law p_θ(x)^K ∝ e^{−(K/θ) V(x)},  V = ‖x‖²/2 − θ ln Z(x, θ)
/// (Ambrogioni 32; p_θ^K is the density of K independent noisy states that meet, and the law of x beside K microstates of
/// the generative bath). K = 1 is the law of the diffusion itself; for K → ∞ the state rests where x = ⟨y⟩_x (22), so that K
/// is the size in which the transition is rounded. Euler steps of length `step`, accepted or refused so that the stationary
/// law is exact (MALA; Roberts and Tweedie 1996).
class SharedStateChain {
  public:
    /// Starts at `start`, a folded state.
    SharedStateChain(const FramedTarget& target, double theta, double K, double step, std::vector<double> start);

    /// Steps number `from` to `from + count` − 1; their random numbers are those of these numbers.
    void advance(std::uint64_t from, std::uint64_t count, const RandomStream& random, std::uint32_t sample);

    [[nodiscard]] double state_squared() const;                          ///< ‖x‖²
    [[nodiscard]] double magnetisation_squared() const;                  ///< ‖⟨y⟩_x‖²
    [[nodiscard]] double force() const { return mean_[0] - state_[0]; }  ///< (⟨y⟩_x − x) along the first axis
    [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }

    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);
    [[nodiscard]] static std::size_t state_size(std::size_t coordinates) {
        return (2 * coordinates + 1) * sizeof(double) + sizeof(std::uint64_t);
    }

  private:
    const FramedTarget* target_;
    double theta_, K_, step_;
    std::vector<double> state_, mean_, drifted_, proposal_, proposed_mean_;
    double log_partition_;
    std::uint64_t accepted_ = 0;
};

/// Exact averages of p_θ(x)^K by quadrature over one coordinate, for the hypersphere of radius 1 in `d` dimensions, d = 1
/// being two deltas; four deltas at θ are two deltas at 2θ. Relative accuracy about 1e-8 for K up to 1e8.
struct SharedStateMoments {
    double state_squared, magnetisation_squared;
    /// ∫_0^∞ ρ(s) ds of the force along an axis: 1/⟨∂²V⟩ = 1/(1 − (1 − ⟨‖⟨y⟩‖²⟩)/(θd)), as ⟨∂V(0) ∂V(s)⟩ integrates to θ/K.
    double relaxation_time;
};
[[nodiscard]] SharedStateMoments shared_state_moments(double d, double theta, double K);

/// Integrated autocorrelation time ½ + Σ ρ(s), s ≤ window, in records of a stationary chain of mean 0. A window that is
/// given leaves no bias but the tail behind it; one that follows the measured time would be longest where noise made that
/// long.
[[nodiscard]] double correlation_time_about_zero(std::span<const double> chain, std::size_t window);

}  // namespace gdm
