#include "gdm/physics/process/entropy_rates.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {

namespace {

double squared(double x) { return x * x; }

/// Γ − 1 without the rounding of Γ.
double excess_variance(const GaussianMixture& mixture, double t) { return (mixture.sigma2 - 1) * std::exp(-2 * t); }

}  // namespace

double entropy(const GaussianMixture& mixture, double t) {
    return 0.5 * mixture.d * std::log(2 * std::numbers::pi * std::numbers::e * mixture.variance(t)) +
           class_information(mixture.lambda(t));
}

double fisher_information(const GaussianMixture& mixture, double t) {
    const double gamma = mixture.variance(t);
    const double signal = squared(mixture.axis_mean(t) / gamma);
    return mixture.d / gamma - signal * overlap_one_minus_q(mixture.lambda(t));
}

double entropy_production_rate(const GaussianMixture& mixture, double t) {
    const double gamma = mixture.variance(t), excess = excess_variance(mixture, t);
    const double signal = squared(mixture.axis_mean(t) / gamma);
    return mixture.d * excess * excess / gamma + signal * (excess * (1 + gamma) + overlap_q(mixture.lambda(t)));
}

double entropy_flux(const GaussianMixture& mixture, double t) {
    return squared(mixture.axis_mean(t)) + mixture.d * excess_variance(mixture, t);
}

double reverse_entropy_flux(const GaussianMixture& mixture, double t) {
    return entropy_production_rate(mixture, t) + entropy_rate(mixture, t);
}

double entropy_rate(const GaussianMixture& mixture, double t) {
    const double gamma = mixture.variance(t);
    const double signal = squared(mixture.axis_mean(t) / gamma);
    return -mixture.d * excess_variance(mixture, t) / gamma - signal * overlap_one_minus_q(mixture.lambda(t));
}

double entropy_production(const GaussianMixture& mixture, double from, double to) {
    const auto [early, late] = std::minmax(from, to);
    const double flux = 0.5 * (entropy_flux(mixture, early) - entropy_flux(mixture, late));
    return entropy(mixture, late) - entropy(mixture, early) + flux;
}

}  // namespace gdm
