#pragma once

#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/paths/path_steps.hpp"

namespace gdm {

/// One trajectory in all d coordinates, by plain loops: the independent check of the reduced dynamics. About 20 ns a
/// coordinate and step. The classes lie at ±M m̂, m̂ = (1, …, 1)/√d. SDE integrators only.
class FullPath {
  public:
    /// Starts at the given state of d coordinates.
    explicit FullPath(std::vector<double> state);
    /// Takes the steps, adding up the environment entropy by the midpoint rule and, if wanted, by the unbiased one.
    void advance(std::span<const PathStep> steps, const PathSettings& settings, bool unbiased, RandomSequence& random);

    [[nodiscard]] double axis() const;               ///< m̂·x
    [[nodiscard]] double transverse_square() const;  ///< ‖x‖² − (m̂·x)², from the components
    [[nodiscard]] double midpoint_entropy() const noexcept { return midpoint_; }
    [[nodiscard]] double unbiased_entropy() const noexcept { return unbiased_; }

  private:
    void increment(std::span<const double> at, const DriftWeights& weights, std::span<double> result) const;

    double unit_;  ///< 1/√d
    std::vector<double> state_;
    double midpoint_ = 0, unbiased_ = 0;
};

}  // namespace gdm
