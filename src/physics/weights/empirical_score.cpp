#include "gdm/physics/weights/empirical_score.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

double sign_of(RandomSequence& sequence) { return (sequence.bits() >> 63) == 0 ? 1.0 : -1.0; }

}  // namespace

AxisDataset sample_axis_dataset(const GaussianMixture& mixture, std::size_t n, const RandomStream& random,
                                const Stop& stop) {
    const double sigma = std::sqrt(mixture.sigma2);
    AxisDataset data{std::vector<double>(n), std::vector<double>(n)};
    for (std::size_t j = 0; j < n; ++j) {
        if (j % 4096 == 0) stop.check();
        RandomSequence sequence(random, Purpose::dataset, static_cast<std::uint32_t>(j));
        const double c = sign_of(sequence);
        data.axis[j] = c * mixture.axis_mean() + sigma * sequence.normal();
        const double across = mixture.d > 1 ? mixture.sigma2 * sequence.chi_squared(mixture.d - 1) : 0.0;
        data.square_norm[j] = data.axis[j] * data.axis[j] + across;
    }
    return data;
}

AxisDataset sample_full_dataset(const GaussianMixture& mixture, std::size_t n, const RandomStream& random,
                                const Stop& stop) {
    const double sigma = std::sqrt(mixture.sigma2);
    const auto dimension = static_cast<std::size_t>(mixture.d);
    AxisDataset data{std::vector<double>(n), std::vector<double>(n)};
    for (std::size_t j = 0; j < n; ++j) {
        if (j % 4096 == 0) stop.check();
        RandomSequence sequence(random, Purpose::dataset, static_cast<std::uint32_t>(j));
        const double c = sign_of(sequence);
        double sum = 0;
        double square = 0;
        for (std::size_t k = 0; k < dimension; ++k) {
            const double y = c * mixture.mu + sigma * sequence.normal();
            sum += y;
            square += y * y;
        }
        data.axis[j] = sum / std::sqrt(mixture.d);
        data.square_norm[j] = square;
    }
    return data;
}

WeightedAxis weighted_axis(const AxisDataset& data, std::span<double> log_weights) {
    const auto weights = log_weights.first(data.axis.size());
    const double greatest = *std::max_element(weights.begin(), weights.end());
    double total = 0, mean = 0;
    for (std::size_t j = 0; j < weights.size(); ++j) {
        weights[j] = std::exp(weights[j] - greatest);
        total += weights[j];
        mean += weights[j] * data.axis[j];
    }
    mean /= total;
    double variance = 0;
    for (std::size_t j = 0; j < weights.size(); ++j) variance += weights[j] * (data.axis[j] - mean) * (data.axis[j] - mean);
    return {greatest, total, mean, variance / total};
}

double empirical_response(const AxisDataset& data, double t, std::span<double> scratch) {
    const double inverse_theta = 1 / brownian_from_time(t);  // e^{−2t}/Δ
    // Relative to the largest one, which belongs to the shortest vector: near t = 0 the weights themselves lose digits.
    const double shortest = *std::min_element(data.square_norm.begin(), data.square_norm.end());
    for (std::size_t j = 0; j < data.axis.size(); ++j) scratch[j] = -0.5 * inverse_theta * (data.square_norm[j] - shortest);
    const double variance = weighted_axis(data, scratch).variance;
    const double inverse_delta = 1 + inverse_theta;
    return 1 - 2 * inverse_delta + 2 * inverse_theta * inverse_delta * variance;
}

double empirical_t_s(const AxisDataset& data, std::span<const double> times, std::span<double> scratch, const Stop& stop) {
    const auto response = [&](double t) {
        stop.check();
        return empirical_response(data, t, scratch);
    };
    if (times.empty()) return nan_time;
    const auto zero_between = [&](double low, double low_value, double high, double high_value) {
        std::uintmax_t iterations = 60;
        const auto close = [](double a, double b) { return std::abs(a - b) < 1e-10; };
        const auto bracket =
            boost::math::tools::toms748_solve(response, low, high, low_value, high_value, close, iterations);
        return 0.5 * (bracket.first + bracket.second);
    };
    double upper = times.back();
    double upper_value = response(upper);
    while (upper_value >= 0) {  // the response tends to −1, so a zero lies further up
        const double next_value = response(upper + 1);
        if (next_value < 0) return zero_between(upper, upper_value, upper + 1, next_value);
        upper += 1;
        upper_value = next_value;
    }
    for (std::size_t k = times.size() - 1; k-- > 0;) {
        const double lower = times[k];
        if (lower <= 0) break;  // at t = 0 every data set is unbroken: only the nearest point has weight
        const double lower_value = response(lower);
        if (lower_value >= 0) return zero_between(lower, lower_value, upper, upper_value);
        upper = lower;
        upper_value = lower_value;
    }
    return nan_time;
}

}  // namespace gdm
