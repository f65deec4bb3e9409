#include "gdm/physics/networks/hierarchy_theory.hpp"

#include <cmath>
#include <limits>

namespace gdm {
namespace {

struct Shares {
    double same, any;  ///< f_1, f_2
};
double tuples_of(const HierarchyShape& shape) {
    return std::pow(static_cast<double>(shape.symbols), static_cast<double>(shape.branching));
}
Shares shares_of(const HierarchyShape& shape) {
    const auto m = static_cast<double>(shape.synonyms), v = static_cast<double>(shape.symbols);
    return {(m - 1) / (tuples_of(shape) - 1), (m * v - 1) / (tuples_of(shape) - 1)};
}

/// The zero of a function that changes sign once.
template <class Function>
double bisect(double low, double high, const Function& function) {
    const bool rises = function(high) > 0;
    for (int k = 0; k < 100; ++k) {
        const double middle = (low + high) / 2;
        ((function(middle) > 0) == rises ? high : low) = middle;
    }
    return (low + high) / 2;
}

}  // namespace

double hierarchy_mean_field(const HierarchyShape& shape, double belief) {
    const auto [same, any] = shares_of(shape);
    const double x = std::pow(belief, static_cast<double>(shape.branching));
    return (x + same * (1 - x)) / (x + any * (1 - x));
}

double hierarchy_mean_field_slope(const HierarchyShape& shape, double belief) {
    const auto [same, any] = shares_of(shape);
    const auto s = static_cast<double>(shape.branching);
    const double x = std::pow(belief, s), below = x + any * (1 - x);
    return (any - same) / (below * below) * s * std::pow(belief, s - 1);
}

double hierarchy_fixed_point(const HierarchyShape& shape) {
    const double low = 1 / static_cast<double>(shape.symbols);
    if (!(hierarchy_mean_field_slope(shape, 1) < 1) || !(hierarchy_mean_field_slope(shape, low) < 1))
        return std::numeric_limits<double>::quiet_NaN();
    const double edge = 1e-9;
    return bisect(low + edge, 1 - edge, [&](double p) { return hierarchy_mean_field(shape, p) - p; });
}

double hierarchy_mean_field_threshold(const HierarchyShape& shape, LeafNoise noise) {
    const double wanted = hierarchy_fixed_point(shape);
    if (!std::isfinite(wanted)) return wanted;
    return bisect(0, noise == LeafNoise::gaussian ? 300 : 1,
                  [&](double strength) { return mean_leaf_belief(noise, strength, shape.symbols) - wanted; });
}

}  // namespace gdm
