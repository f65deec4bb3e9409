#include "gdm/runner/job/points.hpp"

namespace gdm {
namespace {

/// One parameter of /points in the making.
struct Filled {
    const GivenParameter* given;
    PointRecord record;
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

void fill_points(SweepHeader& header, std::span<const GivenParameter> all) {
    std::vector<Filled> grid, scaled;
    std::vector<std::size_t> shape;
    std::size_t points = 1;
    for (const auto& given : all) {
        if (given.parameter->role == Role::grid) {
            grid.push_back({&given, record_of(*given.parameter, 1)});
            if (const Alternative* other = given.alternative; other != nullptr) {
                grid.back().alternative = {other->name, other->unit, other->description, 1, {}, {}};
            }
            shape.push_back(given.values.size());
            points *= given.values.size();
        } else if (given.parameter->role == Role::inner && given.scaled()) {
            scaled.push_back({&given, record_of(*given.parameter, given.values.size())});
        }
    }
    header.points = header.grid_index.empty() ? points : header.grid_index.size();

    Point point;  // as alternatives and scales see it: settings, and the grid parameters declared before
    for (const auto& setting : header.settings) point.set(setting.name, setting.value, setting.word);
    for (std::size_t p = 0; p < header.points; ++p) {
        point.keep_first(header.settings.size());
        const auto place = grid_place(header.place_of(p), shape);
        for (std::size_t i = 0; i < grid.size(); ++i) {
            auto& [given, record, alternative] = grid[i];
            double value = given->values[place[i]];
            if (given->alternative != nullptr) {
                alternative.values.push_back(value);
                value = parameter_value(*given, value, point);
            }
            record.values.push_back(value);
            point.set(record.name, value, record.words.empty() ? "" : record.words[static_cast<std::size_t>(value)]);
        }
        for (auto& [given, record, alternative] : scaled) {
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
