#include "gdm/base/log_bessel.hpp"

#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace gdm {
namespace {

constexpr double smallest_order = 20;  // from here on eleven terms of the uniform expansion reach rounding
constexpr double series_limit = 8;
constexpr int last_term = 11;

/// u_k(p) = p^k Σ_j u[k][j] p^{2j} (DLMF 10.41.10), and w_k in the same form, v_k − u_k = (1 − p²) w_k (10.41.11).
struct Coefficients {
    std::array<std::array<double, last_term + 1>, last_term + 1> u{}, w{};
};

constexpr Coefficients make_coefficients() {
    Coefficients c;
    c.u[0][0] = 1;
    for (int k = 0; k < last_term; ++k) {
        for (int j = 0; j <= k; ++j) {
            const double a = c.u[k][j], m = k + 2 * j;
            c.u[k + 1][j] += a * (m / 2 + 1 / (8 * (m + 1)));
            c.u[k + 1][j + 1] -= a * (m / 2 + 5 / (8 * (m + 3)));
            c.w[k + 1][j] -= a * (m + 0.5);
        }
    }
    return c;
}

constexpr Coefficients coefficients = make_coefficients();

/// Σ_{k ≤ last} s^{−k} Σ_j c[k][j] p^{2j}.
double expansion(const std::array<std::array<double, last_term + 1>, last_term + 1>& c, int last, double inverse_s,
                 double p2) {
    double sum = 0;
    for (int k = last; k >= 0; --k) {
        double polynomial = c[k][k];
        for (int j = k - 1; j >= 0; --j) polynomial = polynomial * p2 + c[k][j];
        sum = sum * inverse_s + polynomial;
    }
    return sum;
}

/// The uniform expansion, ν ≥ 20, written so that nothing cancels: s = √(ν² + x²), p = ν/s, and √(1+z²) − z as a quotient.
template <bool with_ratio>
LogBessel uniform_expansion(double nu, double x) {
    const double s = std::sqrt(nu * nu + x * x), inverse_s = 1 / s, p2 = nu * inverse_s * nu * inverse_s;
    const int last = s > 1e6 ? 2 : s > 1e3 ? 4 : s > 100 ? 7 : last_term;
    const double sum = expansion(coefficients.u, last, inverse_s, p2);
    const double gap = nu * (nu / (s + x));  // s − x
    const double argument = (nu + gap) / x;  // asinh(ν/x) = ln(1 + argument)
    const double asinh = std::isfinite(argument) ? std::log1p(argument) : std::log(nu + s) - std::log(x);
    LogBessel result{gap - nu * asinh + std::log(sum / std::sqrt(2 * std::numbers::pi * s)), 0};
    if (with_ratio) {
        result.ratio = x / (s + nu) + x * inverse_s * expansion(coefficients.w, last, inverse_s, p2) / sum;
    }
    return result;
}

/// (x/2)^ν/Γ(ν+1) Σ_k (x²/4)^k/(k! (ν+1)_k).
LogBessel power_series(double nu, double x) {
    const double y = 0.25 * x * x;
    const auto sum = [y](double order) {
        double term = 1, total = 1;
        for (int k = 1; term > 1e-17 * total; ++k) {
            term *= y / (k * (order + k));
            total += term;
        }
        return total;
    };
    const double total = sum(nu);
    return {nu * std::log(0.5 * x) - boost::math::lgamma(nu + 1) + std::log(total) - x,
            0.5 * x / (nu + 1) * sum(nu + 1) / total};
}

LogBessel recurrence(double nu, double x) {
    const int steps = static_cast<int>(std::ceil(smallest_order - nu));
    const LogBessel top = uniform_expansion<true>(nu + steps, x);
    double above = top.ratio, here = 1;  // in units of I at the top; at most (2·21/8 + 1)^21
    for (int k = steps; k > 0; --k) {
        const double below = above + 2 * (nu + k) / x * here;
        above = here;
        here = below;
    }
    return {top.log_scaled + std::log(here), above / here};
}

template <bool with_ratio>
LogBessel evaluate(double nu, double x) {
    if (!(nu >= -0.5) || !(x >= 0) || !std::isfinite(nu) || !std::isfinite(x)) {
        throw std::invalid_argument("log_bessel_i_scaled needs a finite order >= -1/2 and a finite argument >= 0");
    }
    if (x == 0) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        return {nu == 0 ? 0 : nu > 0 ? -infinity : infinity, 0};
    }
    if (nu >= smallest_order) return uniform_expansion<with_ratio>(nu, x);
    return x <= series_limit ? power_series(nu, x) : recurrence(nu, x);
}

}  // namespace

double log_bessel_i_scaled(double nu, double x) { return evaluate<false>(nu, x).log_scaled; }

LogBessel log_bessel_i_with_ratio(double nu, double x) { return evaluate<true>(nu, x); }

}  // namespace gdm
