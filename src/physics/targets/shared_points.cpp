#include "gdm/physics/targets/shared_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <stdexcept>

#include "gdm/physics/targets/covariance_modes.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

constexpr double reach_in_widths = 9.5, most_nodes = 4e6;

/// Reflects rows of `n` numbers so that `direction`, of length 1, becomes the first axis.
void turn_to_first_axis(std::vector<double>& rows, std::size_t n, std::vector<double> direction) {
    direction[0] -= 1;
    const double square = std::inner_product(direction.begin(), direction.end(), direction.begin(), 0.0);
    if (square < 1e-30) return;
    for (std::size_t i = 0; i < rows.size(); i += n) {
        double product = 0;
        for (std::size_t k = 0; k < n; ++k) product += rows[i + k] * direction[k];
        for (std::size_t k = 0; k < n; ++k) rows[i + k] -= 2 * product / square * direction[k];
    }
}

/// Sums with weights e^{exponent}, of which only ratios count.
struct WeightedSums {
    double greatest = -std::numeric_limits<double>::infinity();
    double total = 0, state = 0, magnetisation = 0, variance = 0;

    void add(double exponent, double state_squared, double magnetisation_squared, double axis_variance) {
        if (exponent > greatest) {
            const double scale = std::exp(greatest - exponent);
            for (double* sum : {&total, &state, &magnetisation, &variance}) *sum *= scale;
            greatest = exponent;
        }
        const double weight = std::exp(exponent - greatest);
        total += weight;
        state += weight * state_squared;
        magnetisation += weight * magnetisation_squared;
        variance += weight * axis_variance;
    }
};

/// Where the rule begins in a coordinate, and how many nodes it has.
struct Range {
    double from;
    std::size_t nodes;
};
Range range_of(const std::vector<double>& points, std::size_t n, std::size_t coordinate, double width, double step) {
    double low = points[coordinate], high = low;
    for (std::size_t i = coordinate; i < points.size(); i += n) {
        low = std::min(low, points[i]);
        high = std::max(high, points[i]);
    }
    const double nodes = std::ceil((high - low + 2 * reach_in_widths * width) / step) + 1;
    return {low - reach_in_widths * width, nodes < most_nodes ? static_cast<std::size_t>(nodes) : 0};
}

}  // namespace

std::size_t coordinates_about_mean(std::size_t N, std::size_t d) { return std::max<std::size_t>(1, std::min(N - 1, d)); }

std::vector<double> about_their_mean(const std::vector<double>& points, std::size_t d) {
    const std::size_t N = points.size() / d, n = coordinates_about_mean(N, d);
    std::vector<double> mean(d, 0.0), centred = points;
    for (std::size_t i = 0; i < points.size(); ++i) mean[i % d] += points[i] / static_cast<double>(N);
    for (std::size_t i = 0; i < points.size(); ++i) centred[i] -= mean[i % d];
    const SpannedPoints spanned = in_their_span(centred, d);
    // The mean of the rows is 0, so that one of N is a sum of the others; rounding could leave it a direction of its own.
    const std::size_t rank = std::min(spanned.rank, n);
    std::vector<double> rows(N * n, 0.0), covariance(n * n, 0.0);
    for (std::size_t j = 0; j < N; ++j)
        for (std::size_t k = 0; k < rank; ++k) rows[j * n + k] = spanned.points[j * spanned.rank + k];
    for (std::size_t j = 0; j < N; ++j)
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t l = 0; l < n; ++l)
                covariance[k * n + l] += rows[j * n + k] * rows[j * n + l] / static_cast<double>(N);
    turn_to_first_axis(rows, n, leading_mode(covariance, n).vector);
    return rows;
}

SharedStateMoments shared_state_moments_in_plane(const TargetLaw& law, double theta, double K) {
    const std::size_t n = law.coordinates();
    if (n > 2 || law.dimension() > static_cast<double>(n))
        throw std::invalid_argument("the quadrature is that of a line and of a plane");
    const double width = std::sqrt(theta / K), none = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> points = law.points();
    double largest = 0;
    for (std::size_t i = 0; i < points.size(); i += n)
        largest = std::max(largest, squared_length(std::span(points).subspan(i, n)));
    const double step = std::min(0.8 * width, 0.39 * theta / std::sqrt(largest));
    const Range first = range_of(points, n, 0, width, step),
                second = n == 2 ? range_of(points, n, 1, width, step) : Range{0, 1};
    const double nodes = static_cast<double>(first.nodes) * static_cast<double>(second.nodes);
    if (nodes == 0 || nodes > most_nodes) return {none, none, none};
    WeightedSums sums;
    Posterior posterior;
    std::vector<double> x(n);
    for (std::size_t i = 0; i < first.nodes; ++i) {
        for (std::size_t j = 0; j < second.nodes; ++j) {
            x[0] = first.from + static_cast<double>(i) * step;
            if (n == 2) x[1] = second.from + static_cast<double>(j) * step;
            law.evaluate(x, theta, posterior);
            const double square = squared_length(x);
            sums.add(K * (posterior.log_partition - square / (2 * theta)), square, squared_length(posterior.mean),
                     posterior.covariance[0]);
        }
    }
    return {sums.state / sums.total, sums.magnetisation / sums.total, 1 / (1 - sums.variance / sums.total / theta)};
}

}  // namespace gdm
