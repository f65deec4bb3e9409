#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "gdm/experiment/derived.hpp"
#include "gdm/experiment/point.hpp"

namespace gdm {

/// What is made of a quantity y over the values x of an axis. Fits weigh points by 1/stderr²; those without a finite value
/// and a positive finite error are left out of them.
namespace along {

/// What is to be found, or given where from = to.
struct Range {
    double from = 0, to = 0;
    [[nodiscard]] bool given() const noexcept { return from == to; }
};

/// The abscissa of a point whose axis has this value; empty: the value itself.
using Abscissa = std::function<double(const Point& point, double value)>;

/// The limit at abscissa 0 (1/d for d → ∞): y = Σ_{k ≤ order} a_k x^{kω}, of which a_0 is the result. With a free exponent ω
/// also NAME_exponent. Needs order + 2 points, four with a free exponent.
struct Limit {
    Abscissa abscissa;
    int order = 1;
    Range exponent = {1, 1};  ///< ω; free: abscissas are not negative
};

/// ∫ y dx over the abscissa from `from` to `to` by local interpolation of order 3 (6 points to judge it), plus `offset` of a
/// point of the line: the entropy S(β) = ln 2 + βE − ∫E dβ, say, needs them. Limits beyond the points give NaN.
struct Integral {
    Abscissa abscissa = {};
    double from = -std::numeric_limits<double>::infinity();  ///< infinite: from the first point
    double to = std::numeric_limits<double>::infinity();
    std::function<double(const Point& point, double value)> weight = {};  ///< multiplies y; empty: 1
    std::function<double(const Point& point)> offset = {};                ///< added to the integral; empty: 0
};

/// Where y passes a level: the zero of a polynomial fitted to the `points` nearest to the change of sign. Of several changes
/// the one counts that parts the two signs best, in units of the errors.
struct Root {
    double level = 0;
    std::size_t points = 4;
    int order = 2;
};

/// Where the curves of neighbouring sizes cross (Binder 1981): for each pair NAME_pairs, standing at the smaller size, by a
/// Root of their difference. NAME is the crossing of infinite sizes: with drift ω > 0 the line through NAME_pairs in
/// size^{−ω} at 0; without, that of the largest pair.
struct Crossing {
    std::string size_axis;  ///< a grid axis of numbers
    double drift = 0;
    std::size_t points = 4;
    int order = 2;
};

/// The position NAME and the height NAME_value of the largest (smallest) y, from a parabola fitted to the `points` nearest
/// to it; none where it lies at an end.
struct Extremum {
    bool minimum = false;
    std::size_t points = 5;
};

/// Curves of all sizes on one: y = size^κ f((x − x_c) size^{1/ν}), f a polynomial. The result NAME is ν, with NAME_critical
/// (x_c), NAME_scaling (κ) and NAME_exponent (κν) where they are free; x_c lies among the x. NaN at the edge of a range.
struct Collapse {
    std::string size_axis;  ///< a grid axis of numbers
    Range nu = {0.3, 3};
    Range critical = {};
    Range scaling = {};
    int order = 5;                                           ///< of f
    double width = std::numeric_limits<double>::infinity();  ///< only points with |x − x_c| size^{1/ν} below it
};

using Kind = std::variant<Limit, Integral, Root, Crossing, Extremum, Collapse>;

/// "limit", "integral", …
[[nodiscard]] const char* name_of(const Kind& kind);
/// The size axis of crossings and collapses; otherwise empty.
[[nodiscard]] const std::string& size_axis_of(const Kind& kind);
/// A number beside the result NAME, with its own error: NAME and `suffix`.
struct Part {
    std::string suffix;
    std::string description;
};
/// What stands beside the result of this kind.
[[nodiscard]] std::vector<Part> parts_of(const Kind& kind);
/// What is wrong with its options; empty if nothing is.
[[nodiscard]] std::string contradiction(const Kind& kind);
/// Whether it is a fit, with χ² and degrees of freedom.
[[nodiscard]] bool is_fit(const Kind& kind);

}  // namespace along

/// A function of a quantity along an axis (and a size axis), for each point of the others: the variable `name` of the
/// reduced file over the grid axes that remain, with its error by resampling. Where points draw their random numbers
/// independently (all axes keyed) the variances of resampling point by point are added; where points share them the same
/// replica is left out at all of them, and so it is along an inner axis.
struct Along {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::string quantity;  ///< a scalar observable or derived quantity, or one that spans just `axis`
    std::string axis;      ///< a grid parameter, or an alternative of one; or an inner axis
    along::Kind kind;
    /// jackknife: the points that a fit takes are chosen once; bootstrap: anew for each resample.
    ErrorMethod error = ErrorMethod::jackknife;
    std::function<double(const Point& point)> theory = {};  ///< NAME_theory, at any point of the line; empty: none
    std::string needs_axis = {};                            ///< only in files with this grid axis: the limit at fixed alpha
};

}  // namespace gdm
