#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/runner/job/parameters.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// The axis of a given grid or inner parameter.
[[nodiscard]] AxisRecord axis_of(const GivenParameter& given);

/// The axis of the points that a table lists.
[[nodiscard]] AxisRecord axis_of_rows(const PointTable& table);

/// Fills /points of a header that has settings, axes and `grid_index`: each grid parameter at each point, an alternative
/// beside it, and the scaled inner axes; `parameters` are all of them, as they are declared. Throws UsageError if an
/// alternative means a value out of range.
void fill_points(SweepHeader& header, std::span<const GivenParameter> parameters);

/// Row-major places on the axes of a product grid: the last axis runs fastest.
[[nodiscard]] std::vector<std::size_t> grid_place(std::size_t index, const std::vector<std::size_t>& shape);

}  // namespace gdm
