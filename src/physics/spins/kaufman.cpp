#include "gdm/physics/spins/kaufman.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace gdm {
namespace {

/// A function of K with its first two derivatives.
struct Jet {
    double value = 0, first = 0, second = 0;
};
Jet operator+(const Jet& a, const Jet& b) { return {a.value + b.value, a.first + b.first, a.second + b.second}; }
Jet operator-(const Jet& a, const Jet& b) { return {a.value - b.value, a.first - b.first, a.second - b.second}; }
Jet operator*(double c, const Jet& a) { return {c * a.value, c * a.first, c * a.second}; }
Jet operator*(const Jet& a, const Jet& b) {
    return {a.value * b.value, a.first * b.value + a.value * b.first,
            a.second * b.value + 2 * a.first * b.first + a.value * b.second};
}
/// f(a) of a jet, from f, f′ and f″ at its value.
Jet chain(const Jet& a, double f, double df, double ddf) {
    return {f, df * a.first, ddf * a.first * a.first + df * a.second};
}
Jet exp(const Jet& a) {
    const double e = std::exp(a.value);
    return chain(a, e, e, e);
}
Jet log(const Jet& a) { return chain(a, std::log(a.value), 1 / a.value, -1 / (a.value * a.value)); }
/// ln(1 ± e) for 0 ≤ e < 1.
Jet log_one(double sign, const Jet& e) {
    const double whole = 1 + sign * e.value;
    return chain(e, std::log1p(sign * e.value), sign / whole, -1 / (whole * whole));
}

/// The variable that is small on this side of T_c, v = tanh K above and a = e^{−2K} below. They change places under duality,
/// cosh 2K coth 2K = (1 + w²)²/(2w(1 − w²)) for both, so that γ = g(w) − ln w with the same g, which is small where w is:
/// what Z has beyond its leading term, (2 cosh K)^N or 2 e^{2NK}, is computed without cancellation.
struct Side {
    bool ordered;
    Jet w, log_w, log_leading;  ///< log_leading for each site: (2 sinh 2K)^{1/2} w^{−1/2}
    explicit Side(double K) : ordered(2 * K >= std::log1p(std::numbers::sqrt2)) {
        if (ordered) {
            const double a = std::exp(-2 * K), whole = -std::expm1(-4 * K);  // 1 − a²
            w = {a, -2 * a, 4 * a};
            log_w = {-2 * K, -2, 0};
            log_leading = {2 * K + std::log(whole) / 2, 2 + 2 * a * a / whole, -8 * a * a / (whole * whole)};
        } else {
            const double v = std::tanh(K), slope = 1 - v * v;
            w = {v, slope, -2 * v * slope};
            log_w = {std::log(v), slope / v, -slope * (1 / (v * v) + 1)};
            log_leading = {std::numbers::ln2 + std::log(std::cosh(K)), v, slope};
        }
    }

    /// g = ln[(y + D)/2], y = (1 + w²)²/(1 − w²) − 2w cos φ, D² = y² − 4w², where |γ| = g − ln w.
    [[nodiscard]] Jet g(double phi) const {
        const double x = w.value, s = x * x, cosine = std::cos(phi), half = std::sin(phi / 2);
        if (phi == 0) return chain(w, std::log1p(-x) - std::log1p(x), -2 / (1 - s), -4 * x / ((1 - s) * (1 - s)));
        const double y = (1 + s) * (1 + s) / (1 - s) - 2 * x * cosine;
        const double y1 = 2 * x * (1 + s) * (3 - s) / ((1 - s) * (1 - s)) - 2 * cosine;
        const double y2 = 2 * (1 + s) * (3 - s) / ((1 - s) * (1 - s)) + 32 * s / std::pow(1 - s, 3);
        const double gap = 1 - 2 * x - s;  // 0 at T_c
        const double D = std::sqrt((gap * gap / (1 - s) + 4 * x * half * half) * (y + 2 * x)), sum = y + D;
        const double g1 = (y1 - 4 * x / sum) / D, D1 = (y * y1 - 4 * x) / D;
        const double g2 = (y2 - 4 * (1 - x * g1) / sum - g1 * D1) / D;
        // ln(sum/2), and sum − 2 without cancellation where w is small: it is (y − 1) + (D − 1).
        const double above = (3 * s + s * s) / (1 - s) - 2 * x * cosine;
        const double D_above = ((y + 1) * above - 4 * s) / (D + 1);
        return chain(w, std::log1p((above + D_above) / 2), g1, g2);
    }
};

/// What one of the two sets of wave numbers gives: ½ m Σ g and Σ ln(1 ± e^{−m|γ|}); of γ_0 the lower sign stands apart, as
/// 1 − e^{−m|γ_0|} is 0 at T_c.
struct Product {
    Jet common, cosh, sinh, zero_mode{1, 0, 0};
    Product(const Side& side, std::size_t columns, std::size_t rows, bool odd) {
        const double m = static_cast<double>(rows);
        for (std::size_t q = 0; q < columns; ++q) {
            const double phi = std::numbers::pi * static_cast<double>(2 * q + (odd ? 1 : 0)) / static_cast<double>(columns);
            const Jet g = side.g(phi);
            common = common + m / 2 * g;
            const Jet falls = exp(-m * (g - side.log_w));
            cosh = cosh + log_one(1, falls);
            if (phi > 0) {
                sinh = sinh + log_one(-1, falls);
            } else {
                const double gamma = g.value - side.log_w.value;
                zero_mode = (side.ordered ? 1. : -1.) * Jet{-std::expm1(-m * gamma), -falls.first, -falls.second};
            }
        }
    }
};

}  // namespace

SpinThermodynamics kaufman(std::size_t columns, std::size_t rows, double T) {
    if (columns < 2 || rows < 2 || !(T > 0)) throw std::invalid_argument("a torus has sides of 2 or more, and T > 0");
    const double K = 1 / T, N = static_cast<double>(columns * rows);
    const Side side(K);
    const Product odd(side, columns, rows, true), even(side, columns, rows, false);
    // The four terms in units of the first, which is the largest.
    const Jet set = even.common - odd.common;
    const Jet second = exp(odd.sinh - odd.cosh);
    const Jet third = exp(set + (even.cosh - odd.cosh));
    const Jet fourth = even.zero_mode * exp(set + (even.sinh - odd.cosh));
    const Jet terms = 0.5 * (Jet{1, 0, 0} + second + third + fourth);
    const Jet log_z = N * side.log_leading + odd.common + odd.cosh + log(terms);
    // Where the heat capacity is below rounding it is not left negative.
    return thermodynamics(K, log_z.value / N, log_z.first / N, std::max(0., log_z.second / N));
}

}  // namespace gdm
