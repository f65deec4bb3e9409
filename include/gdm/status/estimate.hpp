#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gdm {

/// Fills the NaN values of the points of a grid from the others, in waves: each gets the mean of its neighbours along the
/// axes that have a value already, also across places of the grid that hold no point. `place` is the place of each point in
/// the full grid of lengths `shape`, the last axis fastest. If no value is known, nothing changes. Work and memory: of the
/// full grid; above 10^8 places each NaN becomes the mean of all known values instead.
void fill_from_neighbours(std::span<double> values, std::span<const std::size_t> place,
                          const std::vector<std::size_t>& shape);

}  // namespace gdm
