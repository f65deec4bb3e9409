#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/shared/user_points.hpp"
#include "gdm/physics/networks/dense_matrix.hpp"

namespace gdm {

/// What a model of training_memorisation is trained on and tested on, times e^{−t}: points of the two classes, whose mean
/// lies along the first coordinate as the features are isotropic, or rows of a dataset.
class TrainingPoints {
  public:
    /// `context` holds the dataset (UserPoints) or nothing. All three must outlive this.
    TrainingPoints(const Point& point, const Context& context, const RandomStream& random);

    [[nodiscard]] std::size_t count() const;
    /// The training points from number `first` on, `most` of them or as many as there are.
    [[nodiscard]] DenseMatrix from(std::size_t first, std::size_t most) const;
    /// Rows outside the training points, 4096 at most, or the means of the classes (of one alone where φ is odd, as both
    /// have the same moments then).
    [[nodiscard]] DenseMatrix tested() const;
    /// The variance about what tested() gives.
    [[nodiscard]] double test_noise() const;

  private:
    const Point& point_;
    const RandomStream& random_;
    const UserPoints* data_;
    std::vector<std::uint64_t> members_, others_;
};

}  // namespace gdm
