#include "gdm/runner/job/points.hpp"

#include <numeric>

#include "gdm/base/named.hpp"

namespace gdm {
namespace {

/// One parameter of /points in the making.
struct Filled {
    const GivenParameter* given;
    PointRecord record;
    std::size_t axis = 0;          ///< of a grid parameter: along which grid axis it varies
    PointRecord alternative = {};  ///< beside it, where the job gives one
};

PointRecord record_of(const Parameter& parameter, std::size_t width) {
    return {parameter.name, parameter.unit, parameter.description, width, {}, parameter.words};
}

}  // namespace

AxisRecord axis_of(const GivenParameter& given) {
    const Parameter& parameter = *given.parameter;
    const bool other = given.alternative != nullptr;
    AxisRecord axis{given.name(),
                    other ? given.alternative->unit : parameter.unit,
                    other ? given.alternative->description : parameter.description,
                    parameter.role,
                    given.values,
                    {}};
    if (parameter.kind == Kind::word) {
        for (double& value : axis.values) {
            axis.words.push_back(parameter.words[static_cast<std::size_t>(value)]);
            value = static_cast<double>(axis.words.size() - 1);
        }
    }
    return axis;
}

AxisRecord axis_of_rows(const PointTable& table) {
    AxisRecord axis{table_axis_name, "1", "row of the table, from 0", Role::grid, std::vector<double>(table.rows()), {}};
    std::iota(axis.values.begin(), axis.values.end(), 0.);
    axis.columns = names_of(table.columns);
    return axis;
}

void fill_points(SweepHeader& header, std::span<const GivenParameter> parameters) {
    std::vector<Filled> grid, scaled;
    std::vector<std::size_t> shape;
    for (const auto& axis : header.axes) {
        if (axis.role == Role::grid) shape.push_back(axis.values.size());
    }
    std::size_t axis = header.table() == nullptr ? 0 : 1;  // the rows of a table are the first
    for (const auto& given : parameters) {
        if (given.parameter->role == Role::grid) {
            grid.push_back({&given, record_of(*given.parameter, 1), given.in_table() ? 0 : axis++});
            if (const Alternative* other = given.alternative; other != nullptr) {
                grid.back().alternative = {other->name, other->unit, other->description, 1, {}, {}};
            }
        } else if (given.parameter->role == Role::inner && given.scaled()) {
            scaled.push_back({&given, record_of(*given.parameter, given.values.size())});
        }
    }
    header.points = header.grid_index.empty() ? header.places() : header.grid_index.size();

    Point point;  // as alternatives and scales see it: settings, and the grid parameters declared before
    for (const auto& setting : header.settings) point.set(setting.name, setting.value, setting.word);
    for (std::size_t p = 0; p < header.points; ++p) {
        point.keep_first(header.settings.size());
        const auto place = grid_place(header.place_of(p), shape);
        for (auto& [given, record, number, alternative] : grid) {
            double value = given->values[place[number]];
            if (given->alternative != nullptr) {
                alternative.values.push_back(value);
                value = parameter_value(*given, place[number], point);
            }
            record.values.push_back(value);
            point.set(record.name, value, record.words.empty() ? "" : record.words[static_cast<std::size_t>(value)]);
        }
        for (auto& [given, record, number, alternative] : scaled) {
            for (const double value : given->values) {
                record.values.push_back(round_to_12_digits(given->parameter->scale(value, point)));
            }
        }
    }
    header.point_values.clear();
    for (auto& one : grid) header.point_values.push_back(std::move(one.record));
    for (auto& one : grid) {
        if (one.given->alternative != nullptr) header.point_values.push_back(std::move(one.alternative));
    }
    for (auto& one : scaled) header.point_values.push_back(std::move(one.record));
}

std::vector<std::size_t> grid_place(std::size_t index, const std::vector<std::size_t>& shape) {
    std::vector<std::size_t> place(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        place[axis] = index % shape[axis];
        index /= shape[axis];
    }
    return place;
}

}  // namespace gdm
