#include "gdm/physics/networks/noisy_activation.hpp"

#include <algorithm>
#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>
#include <numbers>

namespace gdm {

namespace {

constexpr double kappa = std::numbers::pi / 2;  // erf(√(κ/2) x)
/// Of the trapezoidal rules; their error is e^{−π²/(step · deviation)}, from the poles of tanh.
constexpr double coarse_step = 0.5, fine_step = 0.125;

/// erf(α/√2) averaged; its k-th derivative in α is 2 (−1)^{k−1} He_{k−1}(α) ϕ(α).
void erf_coefficients(double mean, double deviation, std::span<double> c) {
    const double scale = std::sqrt(kappa / (1 + kappa * deviation * deviation)), alpha = scale * mean;
    const double eta = scale * deviation;
    c[0] = std::erf(alpha / std::numbers::sqrt2);
    // h_k = (−η)^k He_k(α)/√k!, c_k = 2 ϕ(α) η h_{k−1}/√k.
    const double peak = 2 * eta * std::exp(-0.5 * alpha * alpha) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    double h = 1, last = 0;
    for (std::size_t k = 1; k < c.size(); ++k) {
        const auto order = static_cast<double>(k);
        c[k] = peak * h / std::sqrt(order);
        const double next = -eta * (alpha * h + eta * std::sqrt(order - 1) * last) / std::sqrt(order);
        last = h;
        h = next;
    }
}

/// φ″ is a δ function: c_k = deviation (−1)^k He_{k−2}(α) ϕ(α)/√k!, k ≥ 2.
void relu_coefficients(double mean, double deviation, std::span<double> c) {
    if (deviation == 0) {
        c[0] = std::max(mean, 0.0);
        return;
    }
    const double alpha = mean / deviation, share = normal_distribution(alpha), peak = deviation * normal_density(alpha);
    c[0] = mean * share + peak;
    if (c.size() > 1) c[1] = deviation * share;
    double he = 1 / std::numbers::sqrt2, last = 0;  // (−1)^k He_{k−2}/√k!
    for (std::size_t k = 2; k < c.size(); ++k) {
        c[k] = peak * he;
        const auto order = static_cast<double>(k);
        const double next = -(alpha * he + (order - 2) * last / std::sqrt(order)) / std::sqrt(order + 1);
        last = he;
        he = next;
    }
}

/// c_k += value He_k(z)/√k!.
void add_hermite(double value, double z, std::span<double> c) {
    double he = 1, last = 0;
    for (std::size_t k = 0; k < c.size(); ++k) {
        c[k] += value * he;
        const auto order = static_cast<double>(k);
        const double next = (z * he - std::sqrt(order) * last) / std::sqrt(order + 1);
        last = he;
        he = next;
    }
}

}  // namespace

NoisyActivation::NoisyActivation(Activation activation) : activation_(activation) {
    if (activation != Activation::tanh) return;
    coarse_ = normal_nodes(coarse_step, 12);
    fine_ = normal_nodes(fine_step, 12);
}

void NoisyActivation::coefficients(double mean, double deviation, std::span<double> c) const {
    std::fill(c.begin(), c.end(), 0.0);
    if (c.empty()) return;
    switch (activation_) {
        case Activation::linear:
            c[0] = mean;
            if (c.size() > 1) c[1] = deviation;
            return;
        case Activation::erf:
            return erf_coefficients(mean, deviation, c);
        case Activation::relu:
            return relu_coefficients(mean, deviation, c);
        case Activation::tanh:
            for (const NormalNode& node : nodes(deviation))
                add_hermite(node.weight * std::tanh(mean + deviation * node.z), node.z, c);
            return;
    }
}

double NoisyActivation::square(double mean, double deviation) const {
    switch (activation_) {
        case Activation::linear:
            return mean * mean + deviation * deviation;
        case Activation::erf: {
            const double variance = kappa * deviation * deviation, alpha = mean * std::sqrt(kappa / (1 + variance));
            return 1 - 8 * boost::math::owens_t(alpha, 1 / std::sqrt(1 + 2 * variance));
        }
        case Activation::relu: {
            if (deviation == 0) return std::pow(std::max(mean, 0.0), 2);
            const double alpha = mean / deviation;
            return (mean * mean + deviation * deviation) * normal_distribution(alpha) +
                   mean * deviation * normal_density(alpha);
        }
        case Activation::tanh: {
            double sum = 0;
            for (const NormalNode& node : nodes(deviation))
                sum += node.weight * std::pow(std::tanh(mean + deviation * node.z), 2);
            return sum;
        }
    }
    return 0;
}

}  // namespace gdm
