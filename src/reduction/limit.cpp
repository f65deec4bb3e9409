#include "gdm/reduction/limit.hpp"

#include <fmt/format.h>

#include <limits>

#include "gdm/reduction/extrapolate.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {

bool has_grid_axis(const SweepHeader& header, const std::string& name) {
    const AxisRecord* axis = header.find_axis(name);
    return axis != nullptr && axis->role == Role::grid;
}

std::vector<Column> limit_columns(const SweepHeader& header, const Extrapolation& extrapolation, const Column& quantity) {
    const auto& name = extrapolation.name;
    Column limit = make_column(header, name, extrapolation.unit, extrapolation.description, {}, extrapolation.axis);
    limit.value.notes.emplace_back("extrapolates", quantity.value.name);
    limit.value.notes.emplace_back("along", extrapolation.axis);
    add_error(limit, fmt::format("weighted least squares, polynomial of order {}", extrapolation.order));
    add_systematic(limit);
    limit.systematic.description = fmt::format("change of {} without the point farthest from the limit", name);
    Column chi2 = make_column(header, name + "_chi2", "1", fmt::format("chi^2 per degree of freedom of the fit of {}", name),
                              {}, extrapolation.axis);

    // The last grid axis is the fastest: points along the axis are `stride` apart.
    std::size_t stride = 1, length = 1;
    bool passed = false;
    for (const auto& axis : header.axes) {
        if (axis.role != Role::grid) continue;
        if (passed) stride *= axis.values.size();
        if (axis.name == extrapolation.axis) {
            length = axis.values.size();
            passed = true;
        }
    }
    const Points points(header);
    std::vector<double> x(length), y(length), error(length);
    for (std::size_t place = 0; place < limit.value.values.size(); ++place) {
        const std::size_t first = place / stride * stride * length + place % stride;
        for (std::size_t i = 0; i < length; ++i) {
            const std::size_t at = first + i * stride;
            const auto point = header.point_at(at);
            x[i] = point ? extrapolation.abscissa(points[*point]) : std::numeric_limits<double>::quiet_NaN();
            y[i] = quantity.value.values[at];
            error[i] = quantity.error.values[at];
        }
        const Extrapolated result = extrapolate(x, y, error, extrapolation.order);
        limit.value.values[place] = result.value;
        limit.error.values[place] = result.error;
        limit.systematic.values[place] = result.systematic;
        chi2.value.values[place] = result.chi2;
    }
    std::vector<Column> columns;
    columns.push_back(std::move(limit));
    columns.push_back(std::move(chi2));
    return columns;
}

}  // namespace gdm
