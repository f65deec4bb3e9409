#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/column.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Whether the sweep has a grid axis of this name (where the job gave an alternative, the axis bears its name).
[[nodiscard]] bool has_grid_axis(const SweepHeader& header, const std::string& name);

/// The limit of a quantity along a grid axis, over the others: the column NAME with its errors, and NAME_chi2. `quantity`
/// is the column of the scalar that is extrapolated, with its errors.
[[nodiscard]] std::vector<Column> limit_columns(const SweepHeader& header, const Extrapolation& extrapolation,
                                                const Column& quantity);

}  // namespace gdm
