#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gdm/sweep/header.hpp"
#include "gdm/sweep/merge.hpp"

namespace gdm {

/// The axes of the grid, in their order.
[[nodiscard]] std::vector<const AxisRecord*> grid_axes(const SweepHeader& header);

/// Adds the words of `more` that `words` lacks, in their order.
void append_new_words(std::vector<std::string>& words, const std::vector<std::string>& more);

/// Gives `joined`, whose grid axes hold those of all files, the points that any of the files has, each once, and their
/// values. `rows`: of tables, by file, which row of the joined table each row is. Throws UsageError if two files have
/// different values at the same point.
void join_points(std::span<const NamedHeader> files, std::span<const std::vector<std::size_t>> rows, SweepHeader& joined);

}  // namespace gdm
