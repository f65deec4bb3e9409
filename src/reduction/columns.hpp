#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/column.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// All that a reduction fills: one column a quantity, in the order of the declarations.
struct Columns {
    Column replicas_done;
    std::vector<Column> observables;  ///< the combined ones
    std::vector<Column> derived, along, theory;

    /// The measured quantity of this name, or null.
    [[nodiscard]] const Column* find(const std::string& name) const;
};

/// Empty columns over the grid of a sweep; without an experiment of observables alone.
[[nodiscard]] Columns declare_columns(const SweepHeader& header, const Experiment* experiment);

/// Moves the columns into the file: its dimensions, the coordinates of points, the reasons of missing errors, the variables.
void assemble(const SweepHeader& header, Columns&& columns, ReducedFile& file);

}  // namespace gdm
