#include "gdm/physics/weights/condensation_theory.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>

#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {

namespace {

/// ½ ln(Γ/Δ) = ½ ln(1 + σ²/θ), the information per dimension that a state at t keeps of its point.
double information_per_dimension(double sigma2, double t) { return 0.5 * std::log1p(sigma2 / brownian_from_time(t)); }

template <class Function>
double root(Function function, double low, double high) {
    std::uintmax_t iterations = 200;
    const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-13 * std::max(std::abs(a), std::abs(b)); };
    const auto bracket = boost::math::tools::toms748_solve(function, low, high, close, iterations);
    return 0.5 * (bracket.first + bracket.second);
}

}  // namespace

double t_c_published(const GaussianMixture& mixture, double log_n) {
    const double alpha = log_n / mixture.d;
    return alpha > 0 ? time_from_brownian(mixture.sigma2 / std::expm1(2 * alpha)) : nan_time;
}

double t_c_with_information(const GaussianMixture& mixture, double log_n, double log_offset) {
    // In s = ln θ: information grows and (d/2) ln(Γ/Δ) falls without bound as θ → 0.
    const auto excess = [&](double s) {
        const double t = time_from_brownian(std::exp(s));
        return log_n - log_offset - class_information(mixture.lambda(t)) -
               mixture.d * information_per_dimension(mixture.sigma2, t);
    };
    constexpr double high = 60;
    double low = -60;
    if (!(excess(high) > 1e-12)) return nan_time;  // rounding of I aside
    while (low > -1e5 && !(excess(low) < 0)) low *= 2;
    if (!(excess(low) < 0)) return nan_time;
    return time_from_brownian(std::exp(root(excess, low, high)));
}

double planted_excess_entropy(const GaussianMixture& mixture, double log_n, double t) {
    const double excess =
        log_n - mixture.d * information_per_dimension(mixture.sigma2, t) - class_information(mixture.lambda(t));
    return std::isnan(excess) ? excess : std::max(0.0, excess) / mixture.d;
}

double population_tilt(double sigma2, double alpha, double t) {
    const double u = sigma2 / brownian_from_time(t);
    const auto entropy = [&](double l) {
        const double a = 1 + l * u;
        return alpha - 0.5 * std::log(a) - 0.5 * l * (1 + u) / a + 0.5 * l * u / a + 0.5 * l * (1 + u) / (a * a);
    };
    if (std::isnan(u) || std::isnan(alpha)) return nan_time;
    if (entropy(1) >= 0) return 1;
    return root(entropy, 0, 1);
}

double population_participation_ratio(double sigma2, double alpha, double t) {
    return 1 - population_tilt(sigma2, alpha, t);
}

double population_excess_entropy(double sigma2, double alpha, double t) {
    const double u = sigma2 / brownian_from_time(t);
    const double l = population_tilt(sigma2, alpha, t);
    if (l >= 1) return alpha - information_per_dimension(sigma2, t);
    const double a = 1 + l * u;
    return 0.5 - 0.5 * u / a - 0.5 * (1 + u) / (a * a);
}

}  // namespace gdm
