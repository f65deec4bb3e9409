#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/reduction/error_missing.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// A quantity over the whole grid in the making: its variable, and those of its errors where it has them.
struct Column {
    ReducedVariable value;
    ReducedVariable error = {};       ///< NAME_stderr
    ReducedVariable systematic = {};  ///< NAME_systematic
    std::size_t width = 1;            ///< numbers a point
    MissingErrors missing = {};       ///< of its numbers that have a value

    [[nodiscard]] bool has_error() const noexcept { return !error.name.empty(); }
    /// Counts a number without an error, if `why` says so.
    void count_missing(const std::string& why) {
        if (!why.empty()) ++missing[why];
    }
    /// Adds to the attribute `warning` of the quantity.
    void warn(const std::string& text);
    [[nodiscard]] bool spans(const std::string& axis) const;
};

/// A column of NaN over all grid axes of the sweep, those of length 1 too, and then `axes`; grid axes `without` are left
/// out.
[[nodiscard]] Column make_column(const SweepHeader& header, const std::string& name, const std::string& unit,
                                 const std::string& description, const std::vector<std::string>& axes,
                                 const std::vector<std::string>& without = {});

/// Adds the variable of the error, found by `method`, which the file tells.
void add_error(Column& column, const std::string& method);
/// Adds the variable of the systematic part, after add_error.
void add_systematic(Column& column);

/// Puts the numbers of one point in their place of the grid.
void put(std::span<const double> values, std::size_t place, ReducedVariable& variable);

/// Moves the column's variables into the file, the reasons of missing errors with them. A systematic part that is nowhere
/// given is left out.
void append(Column&& column, ReducedFile& file);

}  // namespace gdm
