#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// Points that a file lists: each column gives a grid parameter, or an alternative of one, each row a point.
struct PointTable {
    struct Column {
        std::string name;
        std::string where;           ///< of its name
        std::vector<double> values;  ///< numbers, rounded to 12 digits, or places in the list of words
    };
    std::string path;
    std::vector<Column> columns;
    std::vector<std::size_t> lines;  ///< of each row, from 1
    [[nodiscard]] std::size_t rows() const noexcept { return lines.size(); }
    /// "points.csv:17" of a row; the path alone beyond the last.
    [[nodiscard]] std::string where(std::size_t row) const;
    /// Throws std::out_of_range if there is no such column.
    [[nodiscard]] const Column& column(std::string_view name) const;
};

/// Reads a table: values separated by commas, one line a row; the first line names the columns. Quotes may surround a value,
/// and are doubled inside one; blank lines, and what follows a `#` outside quotes, are no part of it; a byte-order mark and
/// ends of lines of any system are allowed. Time and memory grow as the rows (and rows ln rows to find repetitions). Throws
/// UsageError, FILE:LINE:COLUMN: a name that is no grid parameter, a value that is none, or not allowed, a row given twice;
/// IoError if the file cannot be read.
[[nodiscard]] PointTable read_point_table(const Experiment& experiment, const std::filesystem::path& path);
/// The same for a text; `path` stands for the file in messages.
[[nodiscard]] PointTable read_point_table_text(const Experiment& experiment, std::string_view text, const std::string& path);

/// The entries of a job, and one for each column of the table that `points` names, which is read now unless it was. Throws
/// UsageError if the job itself gives a column too.
[[nodiscard]] JobEntries with_table(const Experiment& experiment, JobEntries entries);

}  // namespace gdm
