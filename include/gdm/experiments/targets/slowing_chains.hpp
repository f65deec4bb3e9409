#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/chain_average.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/targets/shared_state_chain.hpp"

/// What a replica of `critical_slowing` measures.
namespace gdm {

/// Numbers of the noisy state that a chain moves: coordinates of the target, or three for a sphere. Of N random points those
/// of their span; directions out of it are independent noise of variance θ/K.
[[nodiscard]] double moved_dimension(const Point& point);

/// θ near which the state in the middle relaxes slowest: θ_c; of N random points the edge (1 + √(d/N))²/d of the spectrum of
/// their covariance (Marčenko and Pastur 1967), in which sets of them differ.
[[nodiscard]] double slowest_theta(const Point& point);

/// Steps from one record to the next at θ: a tenth of what the relaxation time is roughly.
[[nodiscard]] std::uint64_t slowing_stride(const Point& point, double theta);

/// Chains at one θ after the other, and what was measured of those that are done.
class SlowingChains {
  public:
    SlowingChains(const Point& point, const RandomStream& random);

    [[nodiscard]] bool done() const { return place_ == thetas_.size(); }
    [[nodiscard]] double progress() const;
    /// To the next record.
    void advance();

    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> saved);
    [[nodiscard]] static std::size_t state_size(const Point& point);

    void write(const Values& values) const;

  private:
    [[nodiscard]] SharedStateChain chain_at(std::size_t place) const;
    void end_chain(double steps);
    void write_exact(const Values& values) const;

    const Point& point_;
    const RandomStream& random_;
    std::unique_ptr<TargetLaw> law_;
    FramedTarget target_;
    std::span<const double> thetas_;
    std::uint64_t samples_, left_out_, place_ = 0, record_ = 0;  ///< of θ, and of its chain
    std::vector<ChainAverage> state_, magnetisation_;
    std::vector<double> relaxation_time_, time_by_force_, acceptance_, force_;
    SharedStateChain chain_;
};

}  // namespace gdm
