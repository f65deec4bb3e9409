#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "gdm/sweep/header.hpp"

namespace gdm {

/// Which rows of one file become which rows of another: where all grid parameters (words by text, NaN equal to NaN), the
/// scaled inner axes and the seed are the same, and the replica's number too. The two must have no content_difference.
class RowMap {
  public:
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
    RowMap(const SweepHeader& source, const SweepHeader& target);

    /// Points that are equal within the source are told one after the other: as many layers as the most of them.
    [[nodiscard]] std::size_t layers() const noexcept { return source_points_.size(); }
    /// The row of the source that stands for a row of the target, or `nowhere`.
    [[nodiscard]] std::size_t source_row(std::size_t layer, std::size_t target_row) const;
    /// Whether the target has a place for a row of the source.
    [[nodiscard]] bool contains(std::size_t source_row) const;

  private:
    std::size_t source_replicas_per_point_, target_replicas_per_point_;
    std::vector<std::vector<std::size_t>> source_points_;  ///< by layer and point of the target
    std::vector<bool> point_is_contained_;                 ///< by point of the source
    std::vector<std::size_t> source_replicas_;             ///< by replica of the target
    std::vector<bool> replica_is_contained_;               ///< by replica of the source
};

}  // namespace gdm
