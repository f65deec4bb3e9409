#include "gdm/physics/process/gaussian_mixture.hpp"

#include <cmath>
#include <numbers>

#include "gdm/base/densities.hpp"
#include "gdm/base/log_sum.hpp"

namespace gdm {

double GaussianMixture::axis_mean() const { return mu * std::sqrt(d); }

double GaussianMixture::axis_mean(double t) const { return axis_mean() * std::exp(-t); }

double GaussianMixture::variance(double t) const {
    // Not 1 + (σ² − 1) e^{−2t}: that loses digits at small σ² and t.
    return sigma2 * std::exp(-2 * t) - std::expm1(-2 * t);
}

double GaussianMixture::lambda(double t) const {
    const double mean = axis_mean(t);
    return mean * mean / variance(t);
}

double GaussianMixture::clock(double t) const { return 0.5 * std::log(std::expm1(2 * t) + sigma2); }

double GaussianMixture::time_of_clock(double value) const {
    const double square = std::exp(2 * value);  // e^{2t} + σ² − 1
    return 0.5 * std::log1p(square - sigma2);
}

double GaussianMixture::axis_score(double a, double t) const {
    const double mean = axis_mean(t);
    const double gamma = variance(t);
    return (mean * std::tanh(mean * a / gamma) - a) / gamma;
}

double GaussianMixture::axis_score_slope(double a, double t) const {
    const double mean = axis_mean(t);
    const double gamma = variance(t);
    const double ratio = mean / gamma;
    const double tanh_value = std::tanh(ratio * a);
    return -1 / gamma + ratio * ratio * (1 - tanh_value * tanh_value);
}

void GaussianMixture::score(std::span<const double> x, double t, std::span<double> score) const {
    const double gamma = variance(t);
    const double mean = mu * std::exp(-t);
    double projection = 0;
    for (const double value : x) projection += mean * value;
    const double pull = mean * std::tanh(projection / gamma);
    for (std::size_t i = 0; i < x.size(); ++i) score[i] = (pull - x[i]) / gamma;
}

double GaussianMixture::log_density(std::span<const double> x, double t) const {
    const double gamma = variance(t);
    const double mean = mu * std::exp(-t);
    double projection = 0;
    double square = 0;
    for (const double value : x) {
        projection += mean * value;
        square += value * value;
    }
    const double dimension = static_cast<double>(x.size());
    return -0.5 * dimension * std::log(2 * std::numbers::pi * gamma) - 0.5 * (square + dimension * mean * mean) / gamma +
           log_cosh(projection / gamma);
}

double GaussianMixture::potential(std::span<const double> x, double t) const {
    double square = 0;
    for (const double value : x) square += value * value;
    return -0.5 * square - 2 * log_density(x, t);
}

double GaussianMixture::axis_density(double a, double t) const {
    const double gamma = variance(t);
    const double mean = axis_mean(t);
    return std::exp(-0.5 * (a * a + mean * mean) / gamma + log_cosh(mean * a / gamma)) /
           std::sqrt(2 * std::numbers::pi * gamma);
}

double GaussianMixture::axis_distribution(double a, double t) const {
    const double deviation = std::sqrt(variance(t));
    const double mean = axis_mean(t);
    return 0.5 * (normal_distribution((a - mean) / deviation) + normal_distribution((a + mean) / deviation));
}

double GaussianMixture::axis_abs(double t) const {
    const double half_lambda = 0.5 * lambda(t);
    return std::sqrt(2 * variance(t) / std::numbers::pi) * std::exp(-half_lambda) +
           axis_mean(t) * std::erf(std::sqrt(half_lambda));
}

double GaussianMixture::axis_2(double t) const { return axis_mean(t) * axis_mean(t) + variance(t); }

double GaussianMixture::axis_4(double t) const {
    const double gamma = variance(t);
    const double mean2 = axis_mean(t) * axis_mean(t);
    return mean2 * mean2 + 6 * mean2 * gamma + 3 * gamma * gamma;
}

double GaussianMixture::class_probability(double a, double t) const {
    return 0.5 * (1 + std::tanh(axis_mean(t) * a / variance(t)));
}

}  // namespace gdm
