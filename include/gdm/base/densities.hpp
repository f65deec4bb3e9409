#pragma once

#include <cmath>
#include <numbers>

namespace gdm {

/// Standard deviations beyond which a Gaussian density is below rounding.
inline constexpr double gaussian_reach = 8.5;

inline constexpr double half_log_two_pi = 0.91893853320467274178;  ///< ln √(2π)

/// Density of the standard normal law, e^{−z²/2}/√(2π).
[[nodiscard]] inline double normal_density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

/// Its distribution function, Φ(z) = erfc(−z/√2)/2, right to rounding in both tails down to z = −37.
[[nodiscard]] inline double normal_distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

/// ln Φ(z), with the asymptotic series where erfc underflows (error below 15/z⁶ < 9e-9 there).
[[nodiscard]] inline double log_normal_distribution(double z) {
    if (z > -35) return std::log(normal_distribution(z));
    const double y = 1 / (z * z);
    return -0.5 * z * z - half_log_two_pi - std::log(-z) + std::log1p(-y + 3 * y * y);
}

}  // namespace gdm
