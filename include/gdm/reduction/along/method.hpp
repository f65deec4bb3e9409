#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/along.hpp"

/// The functions along an axis as numerics: they know points with values and errors, no files and no replicas.
namespace gdm::along {

/// The points of a line, or of a plane with sizes; one entry a point.
struct Nodes {
    std::vector<double> x = {};     ///< abscissa
    std::vector<double> size = {};  ///< value of the size axis; empty on a line
    std::vector<double> value = {}, error = {};
    std::vector<double> weight = {};  ///< of an integral; empty: 1
    double offset = 0;                ///< of an integral
    std::size_t sizes = 0;            ///< length of the size axis
    std::vector<std::size_t> size_place = {};
};

/// The numbers of a result: NAME, its parts, and for a crossing the pairs by place of the size axis.
struct Outcome {
    std::vector<double> value = {};
    /// The same by rules that differ in what more replicas do not improve (an order, a point, a size less): the difference
    /// beyond its noise is the systematic part of the error.
    std::vector<std::vector<double>> others = {};
    double chi2 = std::numeric_limits<double>::quiet_NaN(), freedom = std::numeric_limits<double>::quiet_NaN();
};

/// A function whose choices (which points, where it starts) were made from some values and errors.
struct Method {
    /// From other values at the same nodes; empty if there is nothing to be had.
    std::function<Outcome(std::span<const double> value)> evaluate = {};
    std::vector<std::size_t> used = {};  ///< the nodes that it depends on
    std::string failure = {};            ///< why there is none
};

[[nodiscard]] Method make_method(const Kind& kind, const Nodes& nodes);

/// How many numbers an Outcome holds.
[[nodiscard]] std::size_t numbers_of(const Kind& kind, std::size_t sizes);

// One function for each kind.
[[nodiscard]] Method prepare(const Limit& limit, const Nodes& nodes);
[[nodiscard]] Method prepare(const Integral& integral, const Nodes& nodes);
[[nodiscard]] Method prepare(const Root& root, const Nodes& nodes);
[[nodiscard]] Method prepare(const Crossing& crossing, const Nodes& nodes);
[[nodiscard]] Method prepare(const Extremum& extremum, const Nodes& nodes);
[[nodiscard]] Method prepare(const Collapse& collapse, const Nodes& nodes);

/// The nodes with a finite x and value and a positive finite error, by ascending x.
[[nodiscard]] std::vector<std::size_t> usable(const Nodes& nodes);
/// Some of the numbers, by place.
[[nodiscard]] std::vector<double> pick(std::span<const double> all, std::span<const std::size_t> places);

/// Where the curves of two sizes cross, by place of their sizes; of a root: where the one curve passes its level.
struct Passage {
    std::size_t small, large;
    double position, error;  ///< from the errors of the nodes
};
[[nodiscard]] std::vector<Passage> passages(const Kind& kind, const Nodes& nodes);

/// The weights w_i with which Σ w_i y_i is the integral from `from` to `to` of the local interpolation of y through the
/// `order` + 1 nearest of the ascending x. Exact for polynomials of this order. Empty if the limits lie beyond the x.
[[nodiscard]] std::vector<double> quadrature_weights(std::span<const double> x, double from, double to, int order);

/// Of a sequence with errors, the last place before the change of sign that parts the two signs best: where
/// |Σ_{j ≤ k} y_j/σ_j − Σ_{j > k} y_j/σ_j| is largest and the two sums differ in sign. Nothing without such a place.
[[nodiscard]] std::optional<std::size_t> sign_change(std::span<const double> y, std::span<const double> error);

}  // namespace gdm::along
