#include "gdm/physics/networks/finite_width.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/base/not_a_number.hpp"

namespace gdm {
namespace {

double log_growth_factor(const RandomLayer& layer, double q) { return std::log(growth_factor(layer, q)); }

FiniteWidth of_relu(const RandomLayer& layer) {
    if (layer.bias_variance != 0) return {not_a_number, not_a_number, not_a_number, not_a_number};
    return {not_a_number, not_a_number, -1.25,
            5};  // E z⁴/2 over (½)², less 1, for growth that is independent from layer to layer
}

}  // namespace

FiniteWidth finite_width(const RandomLayer& layer) {
    if (layer.activation == Activation::relu) return of_relu(layer);
    const double q = fixed_length(layer), root = std::sqrt(q), weight = layer.weight_variance;
    if (!(q > 1e-6)) return {not_a_number, not_a_number, not_a_number, not_a_number};
    const auto average = [&](auto f) {
        return normal_average([&](double z) {
            const double phi = activate(layer.activation, root * z), slope = activation_slope(layer.activation, root * z);
            return f(z, phi * phi, slope * slope);
        });
    };
    const double square = average([](double, double p, double) { return p; }),
                 fourth = average([](double, double p, double) { return p * p; }),
                 slope = average([](double, double, double s) { return s; }),
                 slope_fourth = average([](double, double, double s) { return s * s; }),
                 both = average([](double, double p, double s) { return p * s; }),
                 along = average([](double z, double, double s) { return z * z * s; });
    const double chi = weight * slope, chi_q = length_factor(layer, q), h = 1e-3 * q;
    const double length_noise = weight * weight * (fourth - square * square);
    const double curvature = (length_factor(layer, q + h) - length_factor(layer, q - h)) / (2 * h);
    const double here = log_growth_factor(layer, q), above = log_growth_factor(layer, q + h),
                 under = log_growth_factor(layer, q - h);
    const double kappa = (above - under) / (2 * h), kappa_slope = (above - 2 * here + under) / (h * h);
    const double growth_noise = 3 * slope_fourth / (slope * slope) - 1,
                 common_noise = weight * (both - slope * square) / slope;
    const double alignment = weight * weight * both / (q * chi) / (1 - chi_q * chi_q / chi);
    FiniteWidth result{};
    result.length_variance = length_noise / (1 - chi_q * chi_q);
    result.length_shift = curvature / 2 * result.length_variance / (1 - chi_q);
    result.lyapunov_shift = (kappa * result.length_shift + kappa_slope / 2 * result.length_variance - growth_noise / 2 +
                             (along / slope - 1) * alignment) /
                            2;
    const double memory = kappa / (1 - chi_q);
    result.growth_diffusion = growth_noise + 2 * memory * common_noise + memory * memory * length_noise;
    return result;
}

namespace {

/// The density of x = ln y on cells of equal width.
class LogDensity {
  public:
    LogDensity(double curvature, double drift, double variance, double start, double end)
        : curvature_(curvature), drift_(drift), diffusion_(variance / 2) {
        const double top = std::log(2 / (curvature * start)), spread = std::sqrt(variance * start / 3);
        low_ = std::min(0., drift * end - 1) + std::min(0., top - 5) - 7 * std::sqrt(variance * end) - 5;
        const double high = top + 10 * spread + std::max(0., drift * end) + 2;
        density_.resize(static_cast<std::size_t>((high - low_) / width) + 1);
        for (std::size_t i = 0; i < density_.size(); ++i) density_[i] = std::exp(-std::pow((at(i) - top) / spread, 2) / 2);
    }

    /// Half of a step forward and half of it backward (Crank and Nicolson). Fluxes are those of Scharfetter and Gummel.
    void advance(double step) {
        const std::size_t n = density_.size();
        // Flux through the right face of cell i: up_i p_i − down_i p_{i+1}.
        std::vector<double> up(n, 0.), down(n, 0.), right(n), ratio(n);
        for (std::size_t i = 0; i + 1 < n; ++i) {
            const double speed = drift_ - curvature_ / 2 * std::exp(at(i) + width / 2);
            const double peclet = speed * width / diffusion_;
            up[i] = diffusion_ / width * bernoulli(-peclet);
            down[i] = diffusion_ / width * bernoulli(peclet);
        }
        const double half = step / 2 / width;
        const auto flux = [&](std::size_t i) { return up[i] * density_[i] - (i + 1 < n ? down[i] * density_[i + 1] : 0); };
        for (std::size_t i = 0; i < n; ++i) right[i] = density_[i] - half * (flux(i) - (i > 0 ? flux(i - 1) : 0));
        for (std::size_t i = 0; i < n; ++i) {
            const double lower = i > 0 ? -half * up[i - 1] : 0, middle = 1 + half * (up[i] + (i > 0 ? down[i - 1] : 0));
            const double pivot = middle - (i > 0 ? lower * ratio[i - 1] : 0);
            ratio[i] = -half * down[i] / pivot;
            right[i] = (right[i] - (i > 0 ? lower * right[i - 1] : 0)) / pivot;
        }
        density_[n - 1] = right[n - 1];
        for (std::size_t i = n - 1; i-- > 0;) density_[i] = right[i] - ratio[i] * density_[i + 1];
    }

    [[nodiscard]] DiffusedGap moments() const {
        double total = 0, mean = 0, mean_log = 0, below = 0, median = not_a_number;
        for (std::size_t i = 0; i < density_.size(); ++i) {
            total += density_[i];
            mean += density_[i] * std::exp(at(i));
            mean_log += density_[i] * at(i);
        }
        for (std::size_t i = 0; i < density_.size() && std::isnan(median); ++i) {
            if (below + density_[i] >= total / 2)
                median = std::exp(at(i) - width / 2 + width * (total / 2 - below) / density_[i]);
            below += density_[i];
        }
        return {mean / total, median, mean_log / total};
    }

  private:
    static constexpr double width = 0.02;
    [[nodiscard]] double at(std::size_t i) const { return low_ + (static_cast<double>(i) + 0.5) * width; }
    static double bernoulli(double x) { return std::abs(x) < 1e-8 ? 1 - x / 2 : x / std::expm1(x); }

    double curvature_, drift_, diffusion_, low_ = 0;
    std::vector<double> density_;
};

}  // namespace

std::vector<DiffusedGap> diffused_gap(double curvature, double log_drift, double variance, std::span<const double> times) {
    std::vector<DiffusedGap> result;
    if (times.empty()) return result;
    double now = std::min(2e-3, times.front() / 4);
    LogDensity density(curvature, log_drift, variance, now, times.back());
    for (const double time : times) {
        while (now < time) {
            const double step = std::min(0.02 * now, 0.05);
            density.advance(std::min(step, time - now));
            now = time - now <= step ? time : now + step;
        }
        result.push_back(density.moments());
    }
    return result;
}

}  // namespace gdm
