#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"

/// Points of a discrete target.
namespace gdm {

/// Of which law random points are drawn: uniform on the sphere of radius 1, or N(0, I/d), whose squared norms are 1 on
/// average.
enum class PointLaw { sphere, gaussian };
inline constexpr Words point_law_words{std::array{Word{PointLaw::sphere, "sphere"}, Word{PointLaw::gaussian, "gaussian"}}};

/// N points in d dimensions, row by row; the first n of them do not depend on N (Purpose::dataset, the point's number as
/// sample).
[[nodiscard]] std::vector<double> random_points(std::size_t N, std::size_t d, PointLaw law, const RandomStream& random);

/// The same points in an orthonormal basis of the space that they span, of rank at most min(N, d): distances and inner
/// products stay, and no fixed point or posterior mean leaves that space. Directions with less than 1e-12 of the largest
/// squared norm are left out.
struct SpannedPoints {
    std::vector<double> points;  ///< row by row
    std::size_t rank = 0;        ///< numbers in a row
};
[[nodiscard]] SpannedPoints in_their_span(const std::vector<double>& points, std::size_t d);

}  // namespace gdm
