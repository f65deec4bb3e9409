#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/paths/reverse_axis.hpp"

namespace gdm {

/// reduced: the axis coordinate alone, which is exact for every d. full: all d coordinates.
enum class Method { reduced, full };

/// exact: from p_T. noise: from N(0, I), as a trained model starts.
enum class StartState { exact, noise };

/// The steps of a trajectory from T to 0, and where among them each of the given times is reached.
struct ReversePath {
    double start_time = 0;
    std::vector<ReverseStep> steps;
    std::vector<std::size_t> order;    ///< places of the given times, latest time first
    std::vector<std::size_t> reached;  ///< steps taken when the time of order[k] is reached
};

/// A path through all `times` (≥ 0, in any order, at least one) that starts at T = max(t_start, latest of them); each
/// stretch between two times is divided as append_reverse_steps does.
[[nodiscard]] ReversePath make_reverse_path(const GaussianMixture& mixture, std::span<const double> times, double t_start,
                                            Scheme scheme, double dt);

/// A block of trajectories, by either method.
class TrajectoryBlock {
  public:
    TrajectoryBlock(const GaussianMixture& mixture, Method method, std::size_t length);

    /// Changes the number of trajectories; states are lost.
    void resize(std::size_t length);
    void start(double t, StartState state, const LaneNoise& noise);
    void advance(std::span<const ReverseStep> steps, Scheme scheme, const LaneNoise& noise);
    /// Takes over the states of a block of the same length and method.
    void copy_from(const TrajectoryBlock& other);

    /// a = m̂·x of each trajectory.
    [[nodiscard]] std::span<const double> axis() const noexcept { return axis_; }
    /// All coordinates as in reverse_full.hpp; empty for the reduced method.
    [[nodiscard]] std::span<const double> state() const noexcept { return state_; }

  private:
    GaussianMixture mixture_;
    std::size_t dimension_;  ///< coordinates kept: 0 for the reduced method
    std::vector<double> axis_;
    std::vector<double> state_;
};

}  // namespace gdm
