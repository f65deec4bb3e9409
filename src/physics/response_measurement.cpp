#include "gdm/physics/response_measurement.hpp"

#include <cmath>

namespace gdm {

namespace {

double step_length(const ResponseMeasurement& measurement, double t) {
    const double gamma = measurement.mixture.variance(t);
    const double mean = measurement.mixture.axis_mean(t);
    return measurement.step * gamma * gamma / (gamma + mean * mean);
}

void run_pairs(const ResponseMeasurement& measurement, const ResponseWindow& window, double start, double epsilon,
               const LaneNoise& noise, PairAverages& out) {
    if (measurement.method == Method::full) {
        run_full_pairs(window, static_cast<std::size_t>(measurement.mixture.d), start, epsilon, noise, out);
    } else {
        run_axis_pairs(window, start, epsilon, noise, out);
    }
}

}  // namespace

MeasuredResponse measure_symmetric_response(const ResponseMeasurement& measurement, double t, const RandomStream& random,
                                            std::uint32_t draw) {
    const double h = step_length(measurement, t);
    const ResponseWindow window(measurement.mixture, t, h, measurement.steps);
    PairAverages pairs(measurement.pairs);
    const LaneNoise noise{NoiseKey(random, Purpose::response_noise), draw, 0, 0};
    run_pairs(measurement, window, 0, measurement.separation * std::sqrt(2 * h), noise, pairs);
    const ResponseFit fit = extrapolate_response(pairs.growth, pairs.square, pairs.fourth);
    const ResponseFit flat = extrapolate_response(pairs.flat_growth, pairs.flat_square, pairs.flat_fourth);
    return {fit.order1, fit.order2, flat.order2};
}

MeasuredResponse measure_outer_response(const ResponseMeasurement& measurement, double t, const RandomStream& random,
                                        std::uint32_t draw) {
    const ResponseWindow window(measurement.mixture, t, step_length(measurement, t), measurement.steps);
    const double distance =
        measurement.distance * (measurement.mixture.axis_mean(t) + std::sqrt(measurement.mixture.variance(t)));
    const LaneNoise noise{NoiseKey(random, Purpose::response_noise), draw, 0, 0};
    PairAverages near(1), far(1);
    // A wide pair: the drift is linear out there, and rounding matters less.
    run_pairs(measurement, window, distance, 0.01 * distance, noise, near);
    run_pairs(measurement, window, 2 * distance, 0.02 * distance, noise, far);
    return {near.growth[0], far.growth[0], far.flat_growth[0]};
}

}  // namespace gdm
