#include "gdm/physics/paths/speed_limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/physics/paths/sample_distance.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {

namespace {

constexpr double reach = 9;
constexpr int intervals = 240;  ///< of Simpson's rule over a standard normal
constexpr GaussianMixture noise{0, 1, 1};

/// The axis coordinate as a model of its own.
GaussianMixture axis_of(const GaussianMixture& mixture) { return {mixture.axis_mean(), mixture.sigma2, 1}; }

/// Adds ∫ π dt and ∫ √π dt over [from, to], in ln(t + c), because π changes within t of order σ² where σ² is small.
void add_integrals(const GaussianMixture& mixture, double from, double to, PathIntegrals& integrals) {
    const double c = 0.3 * std::min(1.0, mixture.sigma2);
    const double low = std::log(from + c), high = std::log(to + c);
    const int count = 2 * std::max(1, static_cast<int>(std::ceil(10 * (high - low))));
    const auto over = [&](auto function) {
        return simpson(low, high, count, [&](double g) {
            const double t = std::exp(g) - c;
            return std::exp(g) * function(std::max(0.0, entropy_production_rate(mixture, t)));
        });
    };
    integrals.entropy_production += over([](double rate) { return rate; });
    integrals.length += over([](double rate) { return std::sqrt(rate); });
}

/// χ² of N(0, 1) from the axis law at t: ∫ (p − φ)²/p da.
double start_chi_squared(const GaussianMixture& axis, double t) {
    if (axis.variance(t) <= 0.5) return std::numeric_limits<double>::infinity();
    // φ²/p decays like a Gaussian of this inverse variance.
    const double far = axis.axis_mean(t) + reach / std::sqrt(std::min(1.0, 2 - 1 / axis.variance(t)));
    return 2 * simpson(0, far, 400, [&](double a) {
               const double density = axis.axis_density(a, t);
               const double difference = density - noise.axis_density(a, 0);
               return density > 0 ? difference * difference / density : 0;
           });
}

}  // namespace

std::vector<PathIntegrals> path_integrals(const GaussianMixture& mixture, std::span<const double> times) {
    std::vector<PathIntegrals> integrals;
    PathIntegrals sum;
    double from = 0;
    for (const double t : times) {
        add_integrals(mixture, from, t, sum);
        integrals.push_back(sum);
        from = t;
    }
    return integrals;
}

double path_distance(const GaussianMixture& mixture, double t) {
    const double across = std::sqrt(mixture.variance(t)) - std::sqrt(mixture.sigma2);
    return std::sqrt(axis_w2_squared(axis_of(mixture), 0, t) + (mixture.d - 1) * across * across);
}

double start_error(const GaussianMixture& mixture, double t) {
    const GaussianMixture axis = axis_of(mixture);
    // W₁ on a line is the mean distance of quantiles. The flow takes a to the quantile of p_0 at F_t(a).
    return 2 * simpson(-reach, 0, intervals, [&](double z) {
               const double carried = axis.axis_distribution(z, t), level = noise.axis_distribution(z, 0);
               if (!(carried > 0)) return 0.0;
               const double end = axis_quantile(axis, std::min(carried, 0.5), 0);
               return std::abs(end - axis_quantile(axis, std::min(level, 0.5), 0)) * noise.axis_density(z, 0);
           });
}

double start_error_bound(const GaussianMixture& mixture, double t, double axis_length) {
    const GaussianMixture axis = axis_of(mixture);
    const double distance = 2 * simpson(-reach, 0, intervals, [&](double z) {
                                const double level = noise.axis_distribution(z, 0);
                                return std::abs(axis_quantile(axis, std::min(level, 0.5), t) - z) * noise.axis_density(z, 0);
                            });
    return distance + std::sqrt(start_chi_squared(axis, t)) * axis_length;
}

}  // namespace gdm
