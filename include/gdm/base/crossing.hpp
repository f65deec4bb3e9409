#pragma once

#include <span>
#include <vector>

namespace gdm {

/// Where a tabulated curve passes through a level.
struct Crossing {
    double position;    ///< NaN if there is none
    double systematic;  ///< |cubic − quadratic|, the interpolation's own estimate of its error
    double slope;       ///< of the curve at the crossing
};

/// The crossing of largest x of the curve (x_i, y_i) with `level`, by polynomial interpolation through the four points
/// nearest to the change of sign (all, if fewer); x strictly increasing; points with NaN y are left out. The error estimate
/// is the difference to the interpolation with one point fewer; with two points, a quarter of their distance.
[[nodiscard]] Crossing largest_crossing(std::span<const double> x, std::span<const double> y, double level);

/// All crossings in the same way, in ascending order.
[[nodiscard]] std::vector<Crossing> all_crossings(std::span<const double> x, std::span<const double> y, double level);

}  // namespace gdm
