#include "gdm/experiments/memory/half_retrieved.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "gdm/base/not_a_number.hpp"

namespace gdm {
namespace {

/// The curve and its derivative at t = (place − x)/w.
using Curve = std::array<double, 2> (*)(double t);
std::array<double, 2> logistic(double t) {
    const double p = 1 / (1 + std::exp(-t));
    return {p, p * (1 - p)};
}
std::array<double, 2> normal(double t) {
    return {std::erfc(-t / std::numbers::sqrt2) / 2, std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi)};
}

double log_likelihood(Curve curve, double a, double b, std::span<const double> x, std::span<const double> share) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        const double p = std::clamp(curve(a - b * x[k])[0], 1e-300, 1 - 1e-16);
        sum += share[k] * std::log(p) + (1 - share[k]) * std::log1p(-p);
    }
    return sum;
}

/// a and b of t = a − b x by Fisher's scoring, with steps halved until the likelihood rises.
std::array<double, 2> fit(Curve curve, double a, double b, std::span<const double> x, std::span<const double> share) {
    double best = log_likelihood(curve, a, b, x, share);
    for (int round = 0; round < 200; ++round) {
        double aa = 0, ab = 0, bb = 0, ga = 0, gb = 0;
        for (std::size_t k = 0; k < x.size(); ++k) {
            const auto [p, slope] = curve(a - b * x[k]);
            const double variance = std::max(p * (1 - p), 1e-12), weight = slope * slope / variance;
            const double score = slope * (share[k] - p) / variance;
            aa += weight;
            ab -= weight * x[k];
            bb += weight * x[k] * x[k];
            ga += score;
            gb -= score * x[k];
        }
        const double determinant = aa * bb - ab * ab;
        if (!(determinant > 1e-12 * aa * bb)) break;
        double da = (bb * ga - ab * gb) / determinant, db = (aa * gb - ab * ga) / determinant;
        double value = log_likelihood(curve, a + da, b + db, x, share);
        for (int half = 0; half < 40 && !(value >= best); ++half) {
            da /= 2;
            db /= 2;
            value = log_likelihood(curve, a + da, b + db, x, share);
        }
        if (!(value >= best)) break;
        a += da;
        b += db;
        const bool done = value - best < 1e-15 * std::abs(best);
        best = value;
        if (done) break;
    }
    return {a, b};
}

}  // namespace

HalfPoint half_point(std::span<const double> x, std::span<const double> share) {
    double last_above = -std::numeric_limits<double>::infinity(), first_below = -last_above;
    bool between = false;
    for (std::size_t k = 0; k < x.size(); ++k) {
        if (!(share[k] >= 0 && share[k] <= 1)) return {not_a_number, not_a_number, not_a_number};
        if (share[k] > 0.5) last_above = std::max(last_above, x[k]);
        if (share[k] < 0.5) first_below = std::min(first_below, x[k]);
        between = between || (share[k] > 0 && share[k] < 1);
    }
    if (!std::isfinite(last_above) || !std::isfinite(first_below)) return {not_a_number, not_a_number, not_a_number};
    const double middle = (last_above + first_below) / 2, gap = std::abs(first_below - last_above);
    if (!between)
        return last_above < first_below ? HalfPoint{middle, 0, gap / 2}
                                        : HalfPoint{not_a_number, not_a_number, not_a_number};
    const double slope = 4 / std::max(gap, 1e-9 * std::abs(middle));
    const auto [a, b] = fit(logistic, slope * middle, slope, x, share);
    const auto [c, d] = fit(normal, slope * middle / 1.7, slope / 1.7, x, share);
    if (!(b > 0)) return {not_a_number, not_a_number, not_a_number};
    const double other = d > 0 ? c / d : middle;
    return {a / b, 1 / b, std::abs(a / b - other)};
}

}  // namespace gdm
