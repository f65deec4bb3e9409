#include "gdm/reduction/column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"

namespace gdm {

bool Column::spans(const std::string& axis) const {
    return std::find(value.dimensions.begin(), value.dimensions.end(), axis) != value.dimensions.end();
}

void Column::warn(const std::string& text) {
    for (auto& [name, note] : value.notes) {
        if (name != "warning") continue;
        note += "\n" + text;
        return;
    }
    value.notes.emplace_back("warning", text);
}

Column make_column(const SweepHeader& header, const std::string& name, const std::string& unit,
                   const std::string& description, const std::vector<std::string>& axes,
                   const std::vector<std::string>& without) {
    Column column{{.name = name, .unit = unit, .description = description}};
    std::size_t points = header.places();
    for (const auto& axis : header.axes) {
        if (axis.role != Role::grid) continue;
        if (std::find(without.begin(), without.end(), axis.name) != without.end()) {
            points /= axis.values.size();
        } else {
            column.value.dimensions.push_back(axis.name);
        }
    }
    for (const auto& axis : axes) {
        const AxisRecord* found = header.find_axis(axis);
        if (found == nullptr)
            throw IoError(fmt::format("'{}' spans the axis '{}', which the file does not have", name, axis));
        column.value.dimensions.push_back(axis);
        column.width *= found->values.size();
    }
    column.value.values.assign(points * column.width, std::numeric_limits<double>::quiet_NaN());
    return column;
}

void add_error(Column& column, const std::string& method) {
    column.error = column.value;
    column.error.name += "_stderr";
    column.error.description = fmt::format("standard error of {}", column.value.name);
    column.error.notes = {{"method", method}};
}

void add_systematic(Column& column) {
    column.systematic = column.value;
    column.systematic.name += "_systematic";
    column.systematic.description =
        fmt::format("part of the error of {} that more replicas do not reduce", column.value.name);
    column.systematic.notes.clear();
}

void put(std::span<const double> values, std::size_t place, ReducedVariable& variable) {
    std::copy(values.begin(), values.end(), variable.values.begin() + static_cast<std::ptrdiff_t>(place * values.size()));
}

void append(Column&& column, ReducedFile& file) {
    const auto& systematic = column.systematic.values;
    const bool given = std::any_of(systematic.begin(), systematic.end(), [](double part) { return part > 0; });
    if (given) column.error.notes.emplace_back("includes", column.systematic.name + ", in quadrature");
    if (column.has_error()) {
        // CF's link from a quantity to its errors, and to the number of replicas behind it.
        std::string names = given ? column.error.name + " " + column.systematic.name : column.error.name;
        const ReducedVariable* counts = file.find("replicas_done");
        if (counts != nullptr && std::all_of(counts->dimensions.begin(), counts->dimensions.end(),
                                             [&](const auto& axis) { return column.spans(axis); })) {
            names += " " + counts->name;
        }
        column.value.notes.emplace_back("ancillary_variables", names);
        const auto& values = column.value.values;
        const auto numbers = std::count_if(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
        const std::string why = to_text(column.missing, static_cast<std::size_t>(numbers));
        if (!why.empty()) column.error.notes.emplace_back("error_missing", why);
    }
    file.variables.push_back(std::move(column.value));
    if (column.has_error()) file.variables.push_back(std::move(column.error));
    if (given) file.variables.push_back(std::move(column.systematic));
}

}  // namespace gdm
