#include "gdm/physics/paths/response_measurement.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "gdm/base/not_a_number.hpp"

namespace gdm {

namespace {

void run_pairs(const ResponseMeasurement& measurement, const ResponseWindow& window, double start, double epsilon,
               const LaneNoise& noise, PairAverages& out) {
    if (measurement.method == Method::full) {
        run_full_pairs(window, static_cast<std::size_t>(measurement.mixture.d), start, epsilon, noise, out);
    } else {
        run_axis_pairs(window, start, epsilon, noise, out);
    }
}

/// Growth at x = 0 with steps of length h; `draw` separates the noise of several measurements.
double inner_growth(const ResponseMeasurement& measurement, double t, double h, const RandomStream& random,
                    std::uint32_t draw) {
    const ResponseWindow window(measurement.mixture, t, h, measurement.steps);
    PairAverages pairs(measurement.pairs);
    const LaneNoise noise{NoiseKey(random, Purpose::response_noise), draw, 0, 0};
    run_pairs(measurement, window, 0, measurement.separation * std::sqrt(2 * h), noise, pairs);
    return growth_at_rest(pairs.growth, pairs.square);
}

/// Growth of one wide pair around `distance`.
double outer_growth(const ResponseMeasurement& measurement, double t, double h, double distance, const RandomStream& random,
                    std::uint32_t draw) {
    const ResponseWindow window(measurement.mixture, t, h, measurement.steps);
    PairAverages pair(1);
    const LaneNoise noise{NoiseKey(random, Purpose::response_noise), draw, 0, 0};
    run_pairs(measurement, window, distance, 0.01 * distance, noise, pair);
    return pair.growth[0];
}

/// Where the class is certain: tanh(M_t x/Γ) = 1 to rounding. Classes too close for that have no weight: M_t²/Γ < 10⁻¹⁵.
double outer_distance(const ResponseMeasurement& measurement, double t, const RandomStream& random) {
    const double gamma = measurement.mixture.variance(t);
    const double mean = measurement.mixture.axis_mean(t);
    const double extent = mean + std::sqrt(gamma);
    const double least = std::max(measurement.distance * extent, std::min(20 * gamma / mean, 1e9 * extent));
    // At random between this and twice that, so that the rounding of replicas differs and averages out. No pair has this
    // sample number.
    constexpr std::uint32_t sample = 0xffffffff;
    return least * (1 + RandomSequence(random, Purpose::response_noise, sample).uniform());
}

}  // namespace

double ResponseMeasurement::time_unit(double t) const {
    const double gamma = mixture.variance(t);
    const double mean = mixture.axis_mean(t);
    return gamma * gamma / (gamma + mean * mean);
}

MeasuredResponse measure_symmetric_response(const ResponseMeasurement& measurement, double t, const RandomStream& random) {
    const double h = measurement.step * measurement.time_unit(t);
    const double whole = inner_growth(measurement, t, h, random, 0);
    const double half = inner_growth(measurement, t, h / 2, random, 1);
    const double quarter = inner_growth(measurement, t, h / 4, random, 2);
    return {(4 * quarter - half) / 3, (32 * quarter - 12 * half + whole) / 21};
}

MeasuredResponse measure_outer_response(const ResponseMeasurement& measurement, double t, const RandomStream& random) {
    const double h = measurement.step * measurement.time_unit(t);
    const double distance = outer_distance(measurement, t, random);
    const double whole = outer_growth(measurement, t, h, distance, random, 3);
    const double half = outer_growth(measurement, t, h / 2, distance, random, 4);
    return {half, (64 * half - whole) / 63};
}

MeasuredResponse measure_response_zero(const ResponseMeasurement& measurement, ResponseFunction response,
                                       std::span<const double> times, std::span<const MeasuredResponse> values,
                                       const RandomStream& random) {
    const auto at = [&](double t) { return response(measurement, t, random).higher; };
    std::vector<std::pair<double, double>> curve;
    for (std::size_t k = 0; k < times.size(); ++k) curve.emplace_back(times[k], values[k].higher);
    const auto [first, last] = std::minmax_element(times.begin(), times.end());
    const double below = *first - 0.02 * measurement.time_unit(*first);
    const double above = *last + 0.02 * measurement.time_unit(*last);
    curve.emplace_back(below, at(below));
    curve.emplace_back(above, at(above));
    std::sort(curve.begin(), curve.end());
    // Γ² > 0 does not move a zero, but takes out the steep growth of every response near t = 0 when σ² is small.
    const auto scaled = [&](double t, double value) { return value * std::pow(measurement.mixture.variance(t), 2); };
    for (std::size_t k = curve.size(); k-- > 1;) {
        const auto [low, low_value] = curve[k - 1];
        const auto [high, high_value] = curve[k];
        if ((low_value > 0) == (high_value > 0)) continue;
        std::uintmax_t iterations = 60;
        const auto bracket = boost::math::tools::toms748_solve(
            [&](double t) { return scaled(t, at(t)); }, low, high, scaled(low, low_value), scaled(high, high_value),
            [](double a, double b) { return std::abs(a - b) < 1e-14; }, iterations);
        const double zero = 0.5 * (bracket.first + bracket.second);
        const double step = measurement.step * measurement.time_unit(zero);
        const double slope = (at(zero + step) - at(zero - step)) / (2 * step);
        return {zero - response(measurement, zero, random).lower / slope, zero};
    }
    return {not_a_number, not_a_number};
}

}  // namespace gdm
