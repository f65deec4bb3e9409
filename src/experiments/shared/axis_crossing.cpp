#include "gdm/experiments/shared/axis_crossing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace gdm {

AxisCurve curve_over_axis(const Point& point, const std::string& axis, std::span<const double> values) {
    const auto places = point.axis(axis);
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return places[a] < places[b]; });
    AxisCurve curve;
    for (const std::size_t k : order) {
        curve.x.push_back(places[k]);
        curve.y.push_back(values[k]);
    }
    return curve;
}

Crossing crossing_over_axis(const Point& point, const std::string& axis, std::span<const double> values, double level) {
    const AxisCurve curve = curve_over_axis(point, axis, values);
    return largest_crossing(curve.x, curve.y, level);
}

Derived crossing_of(const std::string& name, const std::string& description, const std::string& curve,
                    const std::string& axis, double level) {
    return {
        .name = name,
        .description = description,
        .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            const Crossing crossing = crossing_over_axis(point, axis, combined[curve], level);
            value[0] = crossing.position;
            systematic[0] = std::isfinite(crossing.systematic) ? crossing.systematic : 0;
        }};
}

}  // namespace gdm
