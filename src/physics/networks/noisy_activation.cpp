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

}  // namespace

NoisyActivation::NoisyActivation(FeatureActivation activation) : activation_(activation) {
    if (activation != FeatureActivation::tanh) return;
    for (const double step : {coarse_step, fine_step}) {
        auto& nodes = step == coarse_step ? coarse_ : fine_;
        for (double z = -12; z <= 12; z += step)
            nodes.push_back({z, step * std::exp(-0.5 * z * z) * std::numbers::inv_sqrtpi / std::numbers::sqrt2});
    }
}

void NoisyActivation::coefficients(double mean, double deviation, std::span<double> c) const {
    std::fill(c.begin(), c.end(), 0.0);
    const std::size_t count = c.size();
    if (count == 0) return;
    switch (activation_) {
        case FeatureActivation::linear:
            c[0] = mean;
            if (count > 1) c[1] = deviation;
            return;
        case FeatureActivation::erf: {
            // erf(α/√2) averaged; its k-th derivative in α is 2 (−1)^{k−1} He_{k−1}(α) ϕ(α).
            const double scale = std::sqrt(kappa / (1 + kappa * deviation * deviation)), alpha = scale * mean;
            const double eta = scale * deviation;
            c[0] = std::erf(alpha / std::numbers::sqrt2);
            if (count == 1) return;
            // h_k = (−η)^k He_k(α)/√k!, c_k = 2 ϕ(α) η h_{k−1}/√k.
            const double peak = 2 * eta * std::exp(-0.5 * alpha * alpha) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
            double h = 1, last = 0;
            for (std::size_t k = 1; k < count; ++k) {
                const auto order = static_cast<double>(k);
                c[k] = peak * h / std::sqrt(order);
                const double next = -eta * (alpha * h + eta * std::sqrt(order - 1) * last) / std::sqrt(order);
                last = h;
                h = next;
            }
            return;
        }
        case FeatureActivation::tanh:
            for (const Node& node : nodes(deviation)) {
                const double value = node.weight * std::tanh(mean + deviation * node.z);
                double he = 1, last = 0;
                for (std::size_t k = 0; k < count; ++k) {
                    c[k] += value * he;
                    const double next =
                        (node.z * he - std::sqrt(static_cast<double>(k)) * last) / std::sqrt(static_cast<double>(k) + 1);
                    last = he;
                    he = next;
                }
            }
            return;
    }
}

double NoisyActivation::square(double mean, double deviation) const {
    switch (activation_) {
        case FeatureActivation::linear:
            return mean * mean + deviation * deviation;
        case FeatureActivation::erf: {
            const double variance = kappa * deviation * deviation, alpha = mean * std::sqrt(kappa / (1 + variance));
            return 1 - 8 * boost::math::owens_t(alpha, 1 / std::sqrt(1 + 2 * variance));
        }
        case FeatureActivation::tanh: {
            double sum = 0;
            for (const Node& node : nodes(deviation)) sum += node.weight * std::pow(std::tanh(mean + deviation * node.z), 2);
            return sum;
        }
    }
    return 0;
}

}  // namespace gdm
