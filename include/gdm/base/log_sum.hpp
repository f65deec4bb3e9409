#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace gdm {

/// ln(e^a + e^b) without overflow; −inf is ln 0, NaN stays NaN.
[[nodiscard]] inline double log_add_exp(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
    const double larger = std::max(a, b);
    return std::isinf(larger) ? larger : larger + std::log1p(std::exp(-std::abs(a - b)));
}

/// ln(1 + e^y) without overflow.
[[nodiscard]] inline double log1p_exp(double y) { return y > 40 ? y : std::log1p(std::exp(y)); }

}  // namespace gdm
