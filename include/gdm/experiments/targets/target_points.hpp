#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// The discrete target from a dataset: one name for its settings, one way to make points of it.
namespace gdm {

/// A user's points, less their mean and, with standardise = norm, over their root mean squared distance from it.
struct TargetPoints {
    std::vector<double> values;  ///< row by row
    std::size_t dimension = 0;
};

/// The setting `point_law` of random points.
[[nodiscard]] Parameter point_law_setting();

/// The settings `dataset` and `standardise`.
[[nodiscard]] std::vector<Parameter> user_points_parameters();

/// What a dataset says of the target, d, N and the noise (`theta` where the job gives none). Throws UsageError if it is no
/// table of two rows or more.
[[nodiscard]] std::vector<Implied> implied_by_points(const Shapes& shapes, const std::string& theta);

/// Throws UsageError if N is more than the rows.
void check_rows(const Point& point, const Shapes& shapes);

/// Throws UsageError if the N points have more than 1e6 numbers, or span more than 1,024 dimensions, whose square a
/// covariance has.
void check_span(const Point& point);

/// TargetPoints, or nothing without a dataset. Throws UsageError if all rows are one.
[[nodiscard]] Context prepare_points(const Point& settings, const Inputs& inputs);

/// The N points of the discrete target, row by row: of random ones, or of the user's rows a random choice, which belong to
/// the replica. `data`: null without a dataset.
[[nodiscard]] std::vector<double> discrete_points(const Point& point, const TargetPoints* data, const RandomStream& random);

}  // namespace gdm
