#include "gdm/base/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "gdm/base/binning.hpp"
#include "gdm/base/not_a_number.hpp"

namespace gdm {

namespace {

/// Moments of the finite values, or none at all if more than a third is missing.
RunningMoments moments_of_finite(std::span<const double> values) {
    RunningMoments moments;
    for (const double value : values) {
        if (std::isfinite(value)) moments.add(value);
    }
    return 3 * moments.count() >= 2 * values.size() ? moments : RunningMoments{};
}

}  // namespace

void RunningMoments::add(double value) noexcept {
    ++count_;
    const double deviation = value - mean_;
    mean_ += deviation / static_cast<double>(count_);
    sum_of_squares_ += deviation * (value - mean_);
}

void RunningMoments::merge(const RunningMoments& other) noexcept {
    if (other.count_ == 0) return;
    const double here = static_cast<double>(count_);
    const double there = static_cast<double>(other.count_);
    const double deviation = other.mean_ - mean_;
    mean_ += deviation * there / (here + there);
    sum_of_squares_ += other.sum_of_squares_ + deviation * deviation * here * there / (here + there);
    count_ += other.count_;
}

double RunningMoments::mean() const noexcept { return count_ == 0 ? not_a_number : mean_; }

double RunningMoments::variance() const noexcept {
    return count_ < 2 ? not_a_number : sum_of_squares_ / static_cast<double>(count_ - 1);
}

double RunningMoments::standard_error() const noexcept { return std::sqrt(variance() / static_cast<double>(count_)); }

double log_mean_exp(std::span<const double> values) {
    if (values.empty()) return not_a_number;
    double greatest = -std::numeric_limits<double>::infinity();
    for (const double value : values) {
        if (std::isnan(value)) return value;
        greatest = std::max(greatest, value);
    }
    if (std::isinf(greatest)) return greatest;
    double sum = 0;
    for (const double value : values) sum += std::exp(value - greatest);
    return greatest + std::log(sum / static_cast<double>(values.size()));
}

double jackknife_error(std::span<const double> leave_one_out) {
    const RunningMoments moments = moments_of_finite(leave_one_out);
    const double blocks = static_cast<double>(leave_one_out.size());
    const double finite = static_cast<double>(moments.count());
    return std::sqrt((blocks - 1) * (finite - 1) / finite * moments.variance());
}

double bootstrap_error(std::size_t n, std::size_t resamples, RandomSequence& random, const ResampledStatistic& statistic) {
    std::vector<std::size_t> indices(n);
    std::vector<double> values(resamples);
    for (double& value : values) {
        for (std::size_t& index : indices) index = random.below(n);
        value = statistic(indices);
    }
    return bootstrap_error(values);
}

double bootstrap_error(std::span<const double> resampled) { return std::sqrt(moments_of_finite(resampled).variance()); }

double ks_distance(std::vector<double> sample, const std::function<double(double)>& distribution) {
    if (sample.empty()) return not_a_number;
    std::sort(sample.begin(), sample.end());
    const double n = static_cast<double>(sample.size());
    double distance = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double expected = distribution(sample[i]);
        const double below = static_cast<double>(i) / n;
        const double above = static_cast<double>(i + 1) / n;
        distance = std::max({distance, above - expected, expected - below});
    }
    return distance;
}

double ks_p_value(double distance, std::size_t n) {
    const double root = std::sqrt(static_cast<double>(n));
    const double z = root * distance + 1 / (6 * root) + (root * distance - 1) / (4 * static_cast<double>(n));
    if (!(z > 0)) return 1;
    constexpr double pi = std::numbers::pi;
    constexpr int terms = 8;
    double sum = 0;
    // Two series for one function, related by Poisson summation; each converges fast on its side.
    if (z < 1.18) {
        for (int k = 1; k <= terms; ++k) sum += std::exp(-std::pow((2 * k - 1) * pi / z, 2) / 8);
        return 1 - std::sqrt(2 * pi) / z * sum;
    }
    for (int k = 1; k <= terms; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * std::pow(k * z, 2));
    return sum;
}

double ks_expected_distance(std::size_t n) {
    const double count = static_cast<double>(n);
    const double root = std::sqrt(count);
    const double limit = std::sqrt(std::numbers::pi / 2) * std::numbers::ln2;
    return (limit - 1 / (6 * root) + 1 / (4 * count)) / (1 + 1 / (4 * count)) / root;
}

AutocorrelationTime integrated_autocorrelation_time(std::span<const double> chain) {
    const std::size_t n = chain.size();
    AutocorrelationTime result{0.5, not_a_number, 0, false};
    RunningMoments moments;
    for (const double value : chain) moments.add(value);
    const double mean = moments.mean();
    const auto covariance = [&](std::size_t lag) {
        double sum = 0;
        for (std::size_t i = 0; i + lag < n; ++i) sum += (chain[i] - mean) * (chain[i + lag] - mean);
        return sum / static_cast<double>(n - lag);
    };
    const double variance = n < 2 ? 0 : covariance(0);
    if (variance <= 0) return result;
    bool closed = false;
    while (!closed && result.window + 1 < n / 2) {
        ++result.window;
        result.tau += covariance(result.window) / variance;
        closed = static_cast<double>(result.window) >= 5 * std::max(1., result.tau);
    }
    result.converged = closed && static_cast<double>(n) >= 50 * result.tau;
    const double freedom = static_cast<double>(result.window) + 0.5 - result.tau;
    result.error = 2 * result.tau * std::sqrt(freedom / static_cast<double>(n));
    return result;
}

BinnedMean binned_mean(std::span<const double> chain) {
    Binning binning;
    for (const double value : chain) binning.add(value);
    return binning.result();
}

double effective_sample_size(std::span<const double> log_weights) {
    std::vector<double> doubled(log_weights.begin(), log_weights.end());
    for (double& value : doubled) value *= 2;
    return static_cast<double>(log_weights.size()) * std::exp(2 * log_mean_exp(log_weights) - log_mean_exp(doubled));
}

TailIndex tail_index(std::vector<double> log_values, std::size_t largest) {
    if (largest < 1 || largest >= log_values.size()) {
        throw std::invalid_argument("tail_index: the number of largest values must be at least 1 and below the sample size");
    }
    const auto threshold = log_values.begin() + static_cast<std::ptrdiff_t>(largest);
    std::nth_element(log_values.begin(), threshold, log_values.end(), std::greater<>());
    double excess = 0;
    for (auto value = log_values.begin(); value != threshold; ++value) excess += *value - *threshold;
    const double count = static_cast<double>(largest);
    const double index = count / excess;
    return {index, index / std::sqrt(count)};
}

}  // namespace gdm
