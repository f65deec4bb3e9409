#include "joined_rows.hpp"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "gdm/base/named.hpp"

namespace gdm {
namespace {

/// What tells a row from others: the bits of its numbers, and its words.
std::string key_of(const std::vector<const PointRecord*>& columns, std::size_t point) {
    std::string key;
    for (const PointRecord* column : columns) {
        const double value = column->values[point];
        if (column->words.empty()) {
            key.append(reinterpret_cast<const char*>(&value), sizeof value);
        } else {
            key += column->words.at(static_cast<std::size_t>(value)) + '\n';
        }
    }
    return key;
}

}  // namespace

JoinedRows join_table_rows(std::span<const SweepHeader* const> tables) {
    JoinedRows joined;
    std::unordered_map<std::string, std::size_t> known;
    for (const SweepHeader* table : tables) {
        std::vector<const PointRecord*> columns;
        for (const auto& name : table->table()->columns) columns.push_back(find_named(table->point_values, name));
        auto& rows = joined.rows.emplace_back();
        const auto points = table->first_points();
        for (std::size_t row = 0; row < points.size(); ++row) {
            // A row without points has no values, and is a new one.
            const std::string key =
                points[row] < table->points ? key_of(columns, points[row]) : fmt::format("{} {}", joined.rows.size(), row);
            rows.push_back(known.emplace(key, known.size()).first->second);
        }
    }
    joined.count = known.size();
    return joined;
}

}  // namespace gdm
