#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/sweep/header.hpp"

namespace gdm {

/// The product of a sweep's grid axes cut into planes: places that differ along some axes alone. Planes are numbered in the
/// order of the axes that remain, the last fastest.
class GridPlanes {
  public:
    /// `axes`: grid axes of the sweep; without any, each place is a plane.
    GridPlanes(const SweepHeader& header, const std::vector<std::string>& axes);

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// Places in a plane.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Along one of the axes.
    [[nodiscard]] std::size_t length(std::size_t axis) const { return lengths_[axis]; }
    /// The place in the grid of number `index` of a plane; the last of the axes given is the fastest.
    [[nodiscard]] std::size_t place(std::size_t plane, std::size_t index) const;
    /// The plane in which a place of the grid lies.
    [[nodiscard]] std::size_t plane_of(std::size_t place) const;

  private:
    struct Axis {
        std::size_t length, stride;
    };
    std::vector<Axis> kept_, cut_;
    std::vector<std::size_t> lengths_;
    std::size_t count_ = 1, size_ = 1;
};

/// Whether the sweep has a grid axis of this name (where the job gave an alternative, the axis bears its name).
[[nodiscard]] bool has_grid_axis(const SweepHeader& header, const std::string& name);
/// Whether the sweep has the axes of a function along an axis.
[[nodiscard]] bool has_axes(const SweepHeader& header, const Along& along);

}  // namespace gdm
