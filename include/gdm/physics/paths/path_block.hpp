#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/paths/path_kernel.hpp"
#include "gdm/physics/paths/reverse_trajectories.hpp"

namespace gdm {

/// double_lanes: everything in double. single_lanes: states, scores and noise in single precision, sums in double; about
/// twice as fast.
enum class Precision { double_lanes, single_lanes };

/// A block of trajectories of the axis coordinate in either precision, with the entropies along the way.
class PathBlock {
  public:
    PathBlock(Precision precision, std::size_t length);

    [[nodiscard]] std::size_t length() const noexcept { return axis_.size(); }
    /// Draws the axis coordinates of p_t (StartState::exact) or of N(0, 1), and sets the entropies to 0. Uses the Philox
    /// block of step `noise.first_step`; give it a purpose of its own.
    void start(const GaussianMixture& mixture, double t, StartState state, const LaneNoise& noise);
    /// Starts from given axis coordinates.
    void start(std::span<const double> axis);
    /// Advances all; sums the entropies that are wanted. noise.first_step counts the steps taken before.
    void advance(std::span<const PathStep> steps, const PathSettings& settings, const LaneNoise& noise, bool midpoint,
                 bool unbiased);

    [[nodiscard]] std::span<const double> axis() const noexcept { return axis_; }
    [[nodiscard]] std::span<const double> midpoint_entropy() const noexcept { return midpoint_; }
    [[nodiscard]] std::span<const double> unbiased_entropy() const noexcept { return unbiased_; }

  private:
    Precision precision_;
    std::vector<double> axis_;
    std::vector<float> single_;  ///< the states of Precision::single_lanes; axis_ follows them
    std::vector<double> midpoint_, unbiased_;
};

}  // namespace gdm
