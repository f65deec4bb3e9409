#include "gdm/physics/spins/xy_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "gdm/base/log_bessel.hpp"

namespace gdm {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

/// ln I_n(x), its slope, and its second derivative by Bessel's equation.
struct LogBesselJet {
    double value, slope, curvature;
    LogBesselJet(double n, double x) {
        const LogBessel bessel = log_bessel_i_with_ratio(n, x);
        value = bessel.log_scaled + x;
        slope = bessel.ratio + n / x;
        curvature = 1 + n * n / (x * x) - slope / x - slope * slope;
    }
};

/// Σ_b P_{0b}⁴ over all bonds, P_{0b} = ⟨Δ_0 Δ_b⟩/T of spin waves.
double fourth_power_of_projector(std::size_t L) {
    const auto angle = [L](std::size_t i) { return two_pi * static_cast<double>(i) / static_cast<double>(L); };
    double sum = 0;
    for (std::size_t x = 0; x < L; ++x) {
        for (std::size_t y = 0; y < L; ++y) {
            double along = 0, across = 0;
            for (std::size_t i = 0; i < L; ++i) {
                for (std::size_t j = i == 0 ? 1 : 0; j < L; ++j) {
                    const double a = std::sin(angle(i) / 2), b = std::sin(angle(j) / 2);
                    const double phase = angle(i * x % L) + angle(j * y % L), lambda = 4 * (a * a + b * b);
                    along += 4 * a * a * std::cos(phase) / lambda;
                    across += 4 * a * b * std::cos(phase + (angle(i) - angle(j)) / 2) / lambda;
                }
            }
            const double sites = static_cast<double>(L * L);
            sum += std::pow(along / sites, 4) + std::pow(across / sites, 4);
        }
    }
    return sum;
}

}  // namespace

XySeries xy_high_temperature(double T) {
    constexpr std::array<double, 17> coefficients{2,
                                                  0,
                                                  0,
                                                  0,
                                                  -5. / 24,
                                                  0,
                                                  -5. / 2,
                                                  0,
                                                  -21811. / 3240,
                                                  0,
                                                  -8137. / 540,
                                                  0,
                                                  -56360023. / 1935360,
                                                  0,
                                                  -40172201. / 725760,
                                                  0,
                                                  -551203969937. / 6531840000};
    const double K = 1 / T;
    double value = 0, slope = 0, curvature = 0, truncation = 0;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        const auto k = static_cast<double>(i + 4);
        const double term = coefficients[i] * std::pow(K / 2, k);
        value += term;
        slope += k * term / K;
        curvature += k * (k - 1) * term / (K * K);
        if (i + 3 >= coefficients.size()) truncation = std::max(truncation, std::abs(term));
    }
    const LogBesselJet bessel(0, K);
    return {thermodynamics(K, std::log(two_pi) + 2 * bessel.value + value, 2 * bessel.slope + slope,
                           2 * bessel.curvature + curvature),
            truncation};
}

SpinThermodynamics xy_spin_waves(std::size_t L, double T) {
    if (L < 2 || !(T > 0)) throw std::invalid_argument("a torus has sides of 2 or more, and T > 0");
    const double K = 1 / T, N = static_cast<double>(L * L), p = 1 - 1 / N;
    double log_modes = std::log(two_pi * std::sqrt(N));
    for (std::size_t i = 0; i < L; ++i) {
        for (std::size_t j = i == 0 ? 1 : 0; j < L; ++j) {
            const double a = std::sin(std::numbers::pi * static_cast<double>(i) / static_cast<double>(L));
            const double b = std::sin(std::numbers::pi * static_cast<double>(j) / static_cast<double>(L));
            log_modes += std::log(two_pi / (4 * K * (a * a + b * b))) / 2;
        }
    }
    const double first = p * p / 16, second = p * p * p / 96 + fourth_power_of_projector(L) / 24;
    return thermodynamics(K, 2 * K + log_modes / N + first / K + second / (K * K),
                          2 - p / (2 * K) - first / (K * K) - 2 * second / (K * K * K),
                          p / (2 * K * K) + 2 * first / (K * K * K) + 6 * second / std::pow(K, 4));
}

SpinThermodynamics xy_two_by_two(double T) {
    if (!(T > 0)) throw std::invalid_argument("the XY model needs T > 0");
    const double K = 1 / T, x = 2 * K;
    // Z/(2π)⁴ = Σ_n e^{l_n}, l_n = 4 ln I_n(2K), in units of n = 0; l′ and l″ by K.
    const LogBesselJet zero(0, x);
    double whole = 1, slope = 8 * zero.slope, squares = slope * slope + 16 * zero.curvature;
    for (int n = 1;; ++n) {
        const LogBesselJet bessel(n, x);
        const double weight = 2 * std::exp(4 * (bessel.value - zero.value)), rate = 8 * bessel.slope;
        if (weight * (1 + rate * rate) < 1e-20) break;
        whole += weight;
        slope += weight * rate;
        squares += weight * (rate * rate + 16 * bessel.curvature);
    }
    slope /= whole;
    return thermodynamics(K, std::log(two_pi) + zero.value + std::log(whole) / 4, slope / 4,
                          (squares / whole - slope * slope) / 4);
}

}  // namespace gdm
