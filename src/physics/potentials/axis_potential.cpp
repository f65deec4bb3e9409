#include "gdm/physics/potentials/axis_potential.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {

AxisLogDensity exact_axis_log_density(const GaussianMixture& mixture, double t, double a) {
    const GaussianMixture line{mixture.axis_mean(), mixture.sigma2, 1};
    const double across = (mixture.d - 1) * std::log(2 * std::numbers::pi * mixture.variance(t));
    return {line.log_density({&a, 1}, t) - 0.5 * across, mixture.axis_score(a, t), mixture.axis_score_slope(a, t)};
}

AxisLogDensity empirical_axis_log_density(const AxisDataset& data, double d, double t, double a, std::span<double> scratch) {
    const double shrink = std::exp(-t), delta = noise_variance(t), points = static_cast<double>(data.axis.size());
    // −‖a m̂ − e^{−t} y_j‖²/2Δ.
    for (std::size_t j = 0; j < data.axis.size(); ++j) {
        const double gap = a - shrink * data.axis[j];
        const double across = data.square_norm[j] - data.axis[j] * data.axis[j];
        scratch[j] = -0.5 * (gap * gap + shrink * shrink * across) / delta;
    }
    const auto [greatest, total, mean, variance] = weighted_axis(data, scratch);
    return {greatest + std::log(total / points) - 0.5 * d * std::log(2 * std::numbers::pi * delta),
            (shrink * mean - a) / delta, (shrink * shrink * variance / delta - 1) / delta};
}

AxisPotential axis_potential(const AxisLogDensity& density, double a) {
    return {-0.5 * a * a - 2 * density.value, -a - 2 * density.score, -1 - 2 * density.score_slope};
}

double inference_free_energy(double log_density, double d, double t) {
    const double delta = noise_variance(t);
    return delta > 0 ? -delta * (log_density + 0.5 * d * std::log(2 * std::numbers::pi * delta)) : 0;
}

double potential_minimum(const GaussianMixture& mixture, double t) {
    const double rest = 2 - mixture.variance(t);
    if (!(rest > 0)) return nan_time;
    if (symmetric_response(mixture, t) <= 0) return 0;
    // k = M_t a/Γ solves k = c tanh k with c = 2λ/(2 − Γ) > 1: one positive root, below c; bisection cannot miss it.
    const double lambda = mixture.lambda(t), c = 2 * lambda / rest;
    double low = 0, high = c;
    while (true) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        (middle < c * std::tanh(middle) ? low : high) = middle;
    }
    return low * mixture.variance(t) / mixture.axis_mean(t);
}

double potential_barrier(const GaussianMixture& mixture, double t) {
    const double a = potential_minimum(mixture, t);
    if (!(a > 0)) return a;
    return axis_potential(exact_axis_log_density(mixture, t, 0), 0).value -
           axis_potential(exact_axis_log_density(mixture, t, a), a).value;
}

}  // namespace gdm
