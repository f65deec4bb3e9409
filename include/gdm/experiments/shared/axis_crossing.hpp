#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/base/crossing.hpp"
#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// A curve over an inner axis, in ascending order of the axis, whatever the order of the job's values.
struct AxisCurve {
    std::vector<double> x, y;
};
[[nodiscard]] AxisCurve curve_over_axis(const Point& point, const std::string& axis, std::span<const double> values);

/// The largest crossing of a curve over an inner axis with `level`, whatever the order of the axis' values; see
/// largest_crossing.
[[nodiscard]] Crossing crossing_over_axis(const Point& point, const std::string& axis, std::span<const double> values,
                                          double level);

/// The derived quantity where the observable `curve`, over `axis`, crosses `level`. Its systematic error is that of the
/// interpolation.
[[nodiscard]] Derived crossing_of(const std::string& name, const std::string& description, const std::string& curve,
                                  const std::string& axis, double level);

}  // namespace gdm
