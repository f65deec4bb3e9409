#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/paths/path_kernel.hpp"

namespace gdm {

/// double_lanes: everything in double. single_lanes: states, scores and noise in single precision, sums in double; about
/// twice as fast.
enum class Precision { double_lanes, single_lanes };

/// reduced: the axis coordinate alone, which is exact for every d. full: all d coordinates.
enum class Method { reduced, full };

/// A block of trajectories by either method in either precision, with the entropies along the way.
class PathBlock {
  public:
    /// Of the axis coordinate.
    PathBlock(Precision precision, std::size_t length);
    PathBlock(const GaussianMixture& mixture, Method method, Precision precision, std::size_t length);

    [[nodiscard]] std::size_t length() const noexcept { return axis_.size(); }
    /// Changes the number of trajectories; states are lost.
    void resize(std::size_t length);
    /// Draws states of p_t (StartState::exact) or of N(0, I), and sets the entropies to 0. Uses the Philox block of step
    /// `noise.first_step` (full: d blocks from there on); give it a purpose of its own.
    void start(const GaussianMixture& mixture, double t, StartState state, const LaneNoise& noise);
    /// Starts from given axis coordinates; full: at a m̂.
    void start(std::span<const double> axis);
    /// Takes over the states of a block of the same length, method and precision.
    void copy_from(const PathBlock& other);
    /// Advances all; sums the entropies that are wanted. noise.first_step counts the steps taken before.
    void advance(std::span<const PathStep> steps, const PathSettings& settings, const LaneNoise& noise,
                 bool midpoint = false, bool unbiased = false);

    /// a = m̂·x of each trajectory.
    [[nodiscard]] std::span<const double> axis() const noexcept { return axis_; }
    /// ‖x‖² − a² of each trajectory; full alone.
    [[nodiscard]] std::vector<double> transverse_squares() const;
    [[nodiscard]] std::span<const double> midpoint_entropy() const noexcept { return midpoint_; }
    [[nodiscard]] std::span<const double> unbiased_entropy() const noexcept { return unbiased_; }

  private:
    [[nodiscard]] std::span<double> state() { return dimension_ > 0 ? coordinates_ : axis_; }
    void begin();

    Precision precision_;
    std::size_t dimension_ = 0;        ///< coordinates kept: 0 for the axis coordinate alone
    std::vector<double> axis_;         ///< follows the state
    std::vector<double> coordinates_;  ///< as in full_path.hpp
    std::vector<float> single_;        ///< the state of Precision::single_lanes, which axis_ or coordinates_ follow
    std::vector<double> midpoint_, unbiased_;
};

}  // namespace gdm
