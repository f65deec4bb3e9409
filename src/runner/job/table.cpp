#include "gdm/runner/job/table.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "csv_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/expression.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/storage/disk.hpp"

namespace gdm {
namespace {

/// A number that was written with so few digits is the double nearest to it, and rounding to 12 digits leaves it alone.
bool is_rounded(std::string_view text) {
    std::size_t digits = 0;
    for (const char one : text.substr(0, text.find_first_of("eE"))) digits += one >= '0' && one <= '9' ? 1 : 0;
    return digits <= 12;
}

/// What a column gives, and how its values are read.
struct Meaning {
    const Parameter* parameter = nullptr;
    const Alternative* alternative = nullptr;

    [[nodiscard]] double value(std::string_view text) const {
        if (parameter->kind == Kind::word) return parse_word(*parameter, text);
        const auto number = parse_number(text);
        if (!number) throw UsageError(text.empty() ? "a value is missing" : fmt::format("'{}' is no number", text));
        const double value = *number == 0 ? 0 : is_rounded(text) ? *number : round_to_12_digits(*number);
        const bool whole = alternative != nullptr || parameter->kind != Kind::integer || !std::isfinite(value) ||
                           value == std::floor(value);
        const Range& range = alternative != nullptr ? alternative->range : parameter->range;
        if (!whole || !range.contains(value)) refuse(value);
        return value;
    }

  private:
    void refuse(double value) const {
        if (alternative != nullptr) require_allowed(*alternative, {&value, 1});
        require_allowed(*parameter, {&value, 1});
    }
};

/// Reads the lines of one table.
class TableReader {
  public:
    TableReader(const Experiment& experiment, const std::string& path) : experiment_(experiment) { table_.path = path; }

    PointTable read(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the byte-order mark of some editors
        if (text.find('\0') != std::string_view::npos) throw UsageError(table_.path + ": not a text file");
        for (line_ = 1; !text.empty(); ++line_) {
            const auto end = std::min(text.find('\n'), text.size());
            read_line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        if (table_.columns.empty()) {
            throw UsageError(
                fmt::format("{}: the table is empty; its first line names the columns, {}", table_.path, names()));
        }
        if (table_.rows() == 0) {
            throw UsageError(fmt::format("{}: no rows follow the names of the columns", table_.columns.front().where));
        }
        refuse_repetition();
        return std::move(table_);
    }

  private:
    [[nodiscard]] std::string place(std::size_t column) const { return fmt::format("{}:{}:{}", table_.path, line_, column); }

    [[nodiscard]] std::string names() const {
        std::vector<std::string> all;
        for (const auto& parameter : experiment_.parameters) {
            if (parameter.role != Role::grid) continue;
            for (auto& name : keys_of(parameter)) all.push_back(std::move(name));
        }
        return fmt::format("of {}: {}", experiment_.name, join(all, ", "));
    }

    void read_line(std::string_view text) {
        CsvLine line(text);
        if (line.blank()) return;
        const bool header = table_.columns.empty();
        std::size_t number = 0;
        while (const auto cell = line.next()) {
            if (!cell->fault.empty()) throw UsageError(fmt::format("{}: {}", place(cell->column), cell->fault));
            if (header) {
                add_column(*cell);
            } else if (number < table_.columns.size()) {
                add_value(table_.columns[number], meanings_[number], *cell);
            }
            ++number;
        }
        if (header) return;
        if (number != table_.columns.size()) {
            throw UsageError(fmt::format("{}:{}: {} value{} for the {} columns {}", table_.path, line_, number,
                                         number == 1 ? "" : "s", table_.columns.size(),
                                         join(names_of(table_.columns), ", ")));
        }
        table_.lines.push_back(line_);
    }

    void add_value(PointTable::Column& column, const Meaning& meaning, const CsvLine::Cell& cell) const {
        try {
            column.values.push_back(meaning.value(cell.text));
        } catch (const UsageError& error) {
            refuse_entry(column.name, {std::string(cell.text), place(cell.column)}, error.what());
        }
    }

    void add_column(const CsvLine::Cell& cell) {
        const std::string name(cell.text), where = place(cell.column);
        if (parse_number(name)) {
            throw UsageError(
                fmt::format("{}: '{}' is a number, and the first line names the columns, {}", where, name, names()));
        }
        for (const auto& column : table_.columns) {
            if (column.name == name) throw UsageError(fmt::format("{}: a second column '{}'", where, name));
        }
        const Meaning meaning = meaning_of(name, where);
        for (std::size_t i = 0; i < meanings_.size(); ++i) {
            if (meanings_[i].parameter != meaning.parameter) continue;
            throw UsageError(fmt::format("{}: '{}' gives the same as the column '{}'; keep one of them", where, name,
                                         table_.columns[i].name));
        }
        table_.columns.push_back({name, where, {}});
        meanings_.push_back(meaning);
    }

    [[nodiscard]] Meaning meaning_of(const std::string& name, const std::string& where) const {
        std::vector<std::string> known;
        for (const auto& parameter : experiment_.parameters) {
            const auto keys = keys_of(parameter);
            const auto found = std::find(keys.begin(), keys.end(), name);
            if (parameter.role == Role::grid) known.insert(known.end(), keys.begin(), keys.end());
            if (found == keys.end()) continue;
            if (parameter.role == Role::grid) return {&parameter, find_named(parameter.alternatives, name)};
            throw UsageError(fmt::format("{}: {} is {} of {}, the same for all points: it stands in the job", where, name,
                                         parameter.role == Role::inner ? "an inner axis" : "a setting", experiment_.name));
        }
        if (const Parameter* renamed = experiment_.find_renamed(name); renamed != nullptr) {
            throw UsageError(fmt::format("{}: '{}' is now called '{}'", where, name, renamed->name));
        }
        throw UsageError(fmt::format("{}: '{}' is no grid parameter of {}; {}", where, name, experiment_.name,
                                     nearest_or_known(name, known)));
    }

    [[nodiscard]] bool same_rows(std::size_t one, std::size_t other) const {
        return std::all_of(table_.columns.begin(), table_.columns.end(),
                           [&](const auto& column) { return column.values[one] == column.values[other]; });
    }

    void refuse_repetition() const {
        struct Key {
            std::uint64_t hash;
            std::size_t row;
        };
        std::vector<Key> keys(table_.rows());
        std::vector<double> row(table_.columns.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            for (std::size_t k = 0; k < row.size(); ++k) row[k] = table_.columns[k].values[i];
            keys[i] = {XXH3_64bits(row.data(), sizeof(double) * row.size()), i};
        }
        std::sort(keys.begin(), keys.end(),
                  [](const Key& a, const Key& b) { return a.hash != b.hash ? a.hash < b.hash : a.row < b.row; });
        std::optional<std::pair<std::size_t, std::size_t>> found;  // the first repetition in the file, and what it repeats
        for (std::size_t i = 1; i < keys.size(); ++i) {
            for (std::size_t j = i; j-- > 0 && keys[j].hash == keys[i].hash;) {
                if (!same_rows(keys[j].row, keys[i].row)) continue;
                if (!found || keys[i].row < found->first) found = {keys[i].row, keys[j].row};
                break;
            }
        }
        if (!found) return;
        throw UsageError(fmt::format("{}: the same point as in line {} (values are compared to 12 digits)",
                                     table_.where(found->first), table_.lines[found->second]));
    }

    const Experiment& experiment_;
    std::vector<Meaning> meanings_;
    PointTable table_;
    std::size_t line_ = 0;
};

}  // namespace

std::string PointTable::where(std::size_t row) const {
    return row < lines.size() ? fmt::format("{}:{}", path, lines[row]) : path;
}

const PointTable::Column& PointTable::column(std::string_view name) const {
    if (const Column* found = find_named(columns, name); found != nullptr) return *found;
    throw std::out_of_range(fmt::format("the table has no column '{}'", name));
}

PointTable read_point_table_text(const Experiment& experiment, std::string_view text, const std::string& path) {
    return TableReader(experiment, path).read(text);
}

PointTable read_point_table(const Experiment& experiment, const std::filesystem::path& path) {
    require_regular_file(path, "table of points");
    std::ifstream file(path, std::ios::binary);
    std::string text(file ? std::filesystem::file_size(path) : 0, '\0');
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file && !text.empty()) errno = errno == 0 ? EIO : errno;
    if (!file) throw IoError(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    return read_point_table_text(experiment, text, path.string());
}

JobEntries with_table(const Experiment& experiment, JobEntries entries) {
    const auto points = entries.find("points");
    if (points == entries.end() || points->second.table != nullptr) return entries;
    const std::string path = points->second.value;
    parse_entry("points", points->second, [&] { require_regular_file(path, "table of points"); });
    const auto table = std::make_shared<const PointTable>(read_point_table(experiment, path));
    points->second.table = table;
    for (const auto& column : table->columns) {
        const auto [known, is_new] = entries.insert({column.name, {"a column of " + path, column.where, false, table}});
        if (is_new) continue;
        refuse_entry(column.name, known->second,
                     fmt::format("the table gives it too ({}); leave it out here or there", column.where));
    }
    return entries;
}

}  // namespace gdm
