#include "gdm/base/crossing.hpp"
#include "gdm/base/not_a_number.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace gdm {

namespace {

struct Point2 {
    double x;
    double y;
};

/// Newton's interpolation polynomial through `points`, and its derivative.
class Interpolation {
  public:
    explicit Interpolation(std::span<const Point2> points) : points_(points) {
        for (const Point2& point : points) coefficients_.push_back(point.y);
        for (std::size_t order = 1; order < points.size(); ++order)
            for (std::size_t i = points.size() - 1; i >= order; --i)
                coefficients_[i] = (coefficients_[i] - coefficients_[i - 1]) / (points[i].x - points[i - order].x);
    }
    [[nodiscard]] Point2 value_and_slope(double x) const {
        double value = 0;
        double slope = 0;
        for (std::size_t i = coefficients_.size(); i-- > 0;) {
            slope = slope * (x - points_[i].x) + value;
            value = value * (x - points_[i].x) + coefficients_[i];
        }
        return {value, slope};
    }
    /// The root between a and b, where the values differ in sign, by bisection.
    [[nodiscard]] double root(Point2 a, Point2 b) const {
        double low = a.x;
        double high = b.x;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            ((value_and_slope(middle).x > 0) == (a.y > 0) ? low : high) = middle;
        }
        return 0.5 * (low + high);
    }

  private:
    std::span<const Point2> points_;
    std::vector<double> coefficients_;
};

/// The `count` neighbouring points around the pair (left, left + 1), the outer ones chosen by distance to `middle`.
std::span<const Point2> neighbours(const std::vector<Point2>& points, std::size_t left, std::size_t count, double middle) {
    std::size_t first = left;
    std::size_t last = left + 1;
    while (last - first + 1 < std::min(count, points.size())) {
        const bool lower =
            last + 1 >= points.size() || (first > 0 && middle - points[first - 1].x < points[last + 1].x - middle);
        lower ? --first : ++last;
    }
    return std::span(points).subspan(first, last - first + 1);
}

bool changes_sign(const Point2& a, const Point2& b) { return (a.y > 0) != (b.y > 0); }

/// The points with a value, their y relative to `level`.
std::vector<Point2> relative_points(std::span<const double> x, std::span<const double> y, double level) {
    std::vector<Point2> points;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (std::isfinite(y[i])) points.push_back({x[i], y[i] - level});
    return points;
}

/// Between points i − 1 and i, where the sign changes.
Crossing crossing_before(const std::vector<Point2>& points, std::size_t i) {
    const Point2 a = points[i - 1];
    const Point2 b = points[i];
    const double straight = a.x + (b.x - a.x) * a.y / (a.y - b.y);
    if (points.size() == 2) return {straight, 0.25 * (b.x - a.x), (b.y - a.y) / (b.x - a.x)};
    const std::size_t best = std::min<std::size_t>(4, points.size());
    const Interpolation fine(neighbours(points, i - 1, best, straight));
    const Interpolation coarse(neighbours(points, i - 1, best - 1, straight));
    const double root = fine.root(a, b);
    return {root, std::abs(root - coarse.root(a, b)), fine.value_and_slope(root).y};
}

}  // namespace

Crossing largest_crossing(std::span<const double> x, std::span<const double> y, double level) {
    const std::vector<Point2> points = relative_points(x, y, level);
    for (std::size_t i = points.size(); i-- > 1;)
        if (changes_sign(points[i - 1], points[i])) return crossing_before(points, i);
    return {not_a_number, not_a_number, not_a_number};
}

std::vector<Crossing> all_crossings(std::span<const double> x, std::span<const double> y, double level) {
    const std::vector<Point2> points = relative_points(x, y, level);
    std::vector<Crossing> crossings;
    for (std::size_t i = 1; i < points.size(); ++i)
        if (changes_sign(points[i - 1], points[i])) crossings.push_back(crossing_before(points, i));
    return crossings;
}

}  // namespace gdm
