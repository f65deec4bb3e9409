#include "gdm/physics/memories/hopfield_theory.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "gdm/base/not_a_number.hpp"

namespace gdm {
namespace {

using std::numbers::inv_sqrtpi;
using std::numbers::pi;

constexpr HopfieldState none{not_a_number, not_a_number, not_a_number, not_a_number, not_a_number, not_a_number};
/// Where the line of retrieval states is furthest out, and that of ground states nearly: above it both fall with T.
constexpr double reentrant = 0.0232, reentrant_ground_state = 0.1;

template <class Function>
double root(Function function, double low, double high) {
    std::uintmax_t iterations = 200;
    const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-13 * std::max(std::abs(a), std::abs(b)); };
    const auto bracket = boost::math::tools::toms748_solve(function, low, high, close, iterations);
    return 0.5 * (bracket.first + bracket.second);
}

/// Averages over z ~ N(0, 1) of functions of x = s z + u.
struct Averages {
    double tanh = 0, sech2 = 0, sech4 = 0, log_2cosh = 0;
};
/// By the trapezoidal rule: the poles of tanh at a distance π/(2s) from the axis leave e^{−π²/(s h)} at the step h.
Averages averages(double s, double u) {
    const double step = std::min(0.3, 0.3 / s), end = 9;
    const auto steps = static_cast<int>(std::ceil(end / step));
    Averages sum;
    for (int i = -steps; i <= steps; ++i) {
        const double z = step * i, x = s * z + u, e = std::exp(-2 * std::abs(x));
        const double weight = std::exp(-z * z / 2) * step / std::sqrt(2 * pi), sech2 = 4 * e / ((1 + e) * (1 + e));
        sum.tanh += weight * std::copysign((1 - e) / (1 + e), x);
        sum.sech2 += weight * sech2;
        sum.sech4 += weight * sech2 * sech2;
        sum.log_2cosh += weight * (std::abs(x) + std::log1p(e));
    }
    return sum;
}

/// What belongs to s = β√(αr) and u = βm at a temperature; α is what makes s right.
struct Place {
    double alpha;
    HopfieldState state;
};
Place place(double s, double u, double temperature) {
    const Averages a = averages(s, u);
    const double m = temperature * u, q = 1 - a.sech2, c = a.sech2 / temperature, r = q / ((1 - c) * (1 - c));
    // √α = sT/√r; written so that α → 0 with s.
    const double alpha = s == 0 ? 0 : s * s * temperature * temperature / r;
    HopfieldState state{m, q, r, 0, 0, 0};
    state.free_energy = alpha / 2 + m * m / 2 + alpha * temperature / 2 * (std::log1p(-c) - q / (temperature * (1 - c))) +
                        alpha / 2 * r * c - temperature * a.log_2cosh;
    state.energy = alpha / 2 - m * m / 2 - alpha / (2 * (1 - c)) - alpha / 2 * r * c;
    state.instability = alpha / (temperature * temperature) * a.sech4 / ((1 - c) * (1 - c));
    return {c < 1 ? alpha : 0, state};
}

/// s of a state with m = Tu: the noise that lets that much be left of it.
double noise_at(double u, double temperature) {
    const auto excess = [&](double s) { return averages(s, u).tanh - temperature * u; };
    if (!(excess(0) > 0)) return 0;
    double high = u;
    while (excess(high) > 0) high *= 2;
    return root(excess, 0., high);
}

/// u = βm without noise, where m = tanh βm.
double largest_u(double temperature) {
    // tanh u = T u between √(3 (1 − T)), below which the left side is larger, and 1/T.
    const double low = std::min(std::sqrt(3 * (1 - temperature)) * 0.5, 0.5 / temperature);
    return root([&](double u) { return std::tanh(u) - temperature * u; }, low, 1 / temperature + 1e-9);
}

double alpha_at(double u, double temperature) { return place(noise_at(u, temperature), u, temperature).alpha; }

/// Where α(u) is largest: u and α.
std::pair<double, double> spinodal(double temperature) {
    const double last = largest_u(temperature);
    const auto found =
        boost::math::tools::brent_find_minima([&](double u) { return -alpha_at(u, temperature); }, 0.2 * last, last, 30);
    return {found.first, -found.second};
}

/// The retrieval state by iteration from m = q = 1, which is quick away from the spinodal, also where 1 − m is too small for
/// the curve α(u); NaN where it does not converge soon.
HopfieldState iterated(double alpha, double temperature) {
    double m = 1, r = 1;
    for (int round = 0; round < 200; ++round) {
        const double s = std::sqrt(alpha * r) / temperature, u = m / temperature;
        const Averages a = averages(s, u);
        const double c = a.sech2 / temperature;
        if (!(c < 1)) break;
        const double next_r = (1 - a.sech2) / ((1 - c) * (1 - c));
        if (std::abs(a.tanh - m) < 1e-14 && std::abs(next_r - r) < 1e-14 * r) return place(s, u, temperature).state;
        m = a.tanh;
        r = next_r;
    }
    return none;
}

/// The states at T = 0 by y = m/√(2αr).
Place cold_place(double y) {
    const double m = std::erf(y), c = 2 * inv_sqrtpi * y * std::exp(-y * y) / m, r = 1 / ((1 - c) * (1 - c));
    const double alpha = m * m / (2 * y * y * r);
    const double e = alpha / 2 - m * m / 2 - alpha / (2 * (1 - c)) - alpha / 2 * r * c;
    return {alpha, {m, 1, r, e, e, std::numeric_limits<double>::infinity()}};
}
std::pair<double, double> cold_spinodal() {
    const auto found = boost::math::tools::brent_find_minima([](double y) { return -cold_place(y).alpha; }, 1.2, 2., 50);
    return {found.first, -found.second};
}

HopfieldState cold_retrieval(double alpha) {
    const auto [y, most] = cold_spinodal();
    if (alpha > most) return none;
    if (alpha < 1e-6) return {1, 1, 1, -0.5, -0.5, std::numeric_limits<double>::infinity()};
    double high = 2 * y;
    while (cold_place(high).alpha > alpha) high *= 2;
    return cold_place(root([&](double at) { return cold_place(at).alpha - alpha; }, y, high)).state;
}

}  // namespace

HopfieldState hopfield_retrieval(double alpha, double temperature) {
    if (temperature == 0) return cold_retrieval(alpha);
    if (!(temperature < 1)) return none;
    const double last = largest_u(temperature);
    if (alpha == 0) return place(0, last, temperature).state;
    if (const HopfieldState soon = iterated(alpha, temperature); !std::isnan(soon.m)) return soon;
    const auto [u, most] = spinodal(temperature);
    if (alpha > most) return none;
    const double found = root([&](double at) { return alpha_at(at, temperature) - alpha; }, u, last);
    return place(noise_at(found, temperature), found, temperature).state;
}

HopfieldState hopfield_spin_glass(double alpha, double temperature) {
    if (temperature == 0) {
        const double share = std::sqrt(2 / pi), c = share / (std::sqrt(alpha) + share), r = 1 / ((1 - c) * (1 - c));
        const double e = -1 / pi - std::sqrt(2 * alpha / pi);
        return {0, 1, r, e, e, std::numeric_limits<double>::infinity()};
    }
    if (temperature >= hopfield_spin_glass_temperature(alpha)) {
        const double c = 1 / temperature, bound = 1 - c;
        // q = 0 and r = 0: the sums over patterns are Gaussian.
        return {0,
                0,
                0,
                alpha / 2 + alpha * temperature / 2 * std::log(bound) - temperature * std::log(2),
                alpha / 2 - alpha / (2 * bound),
                alpha * c * c / (bound * bound)};
    }
    // C falls with s; below T = 1 states begin where it is 1.
    double low = 1e-4;
    if (temperature < 1) {
        const auto excess = [&](double s) { return averages(s, 0).sech2 - temperature; };
        double high = 1;
        while (excess(high) > 0) high *= 2;
        low = root(excess, 0., high);
    }
    double high = 2 * low + 0.1;
    while (place(high, 0, temperature).alpha < alpha) high *= 2;
    const auto excess = [&](double s) { return place(s, 0, temperature).alpha - alpha; };
    if (excess(low) >= 0) return place(low, 0, temperature).state;  // just below T_g
    return place(root(excess, low, high), 0, temperature).state;
}

double hopfield_retrieval_alpha(double temperature) {
    if (temperature >= 1) return 0;
    return temperature == 0 ? cold_spinodal().second : spinodal(temperature).second;
}

double hopfield_retrieval_temperature(double alpha) {
    if (alpha == 0) return 1;
    const auto excess = [&](double temperature) { return hopfield_retrieval_alpha(temperature) - alpha; };
    if (excess(reentrant) < 0) return not_a_number;
    return root(excess, reentrant, 1.);
}

double hopfield_ground_state_alpha(double temperature) {
    if (temperature >= 1) return 0;
    const double most = hopfield_retrieval_alpha(temperature);
    const auto excess = [&](double alpha) {
        return hopfield_spin_glass(alpha, temperature).free_energy - hopfield_retrieval(alpha, temperature).free_energy;
    };
    return root(excess, 1e-3 * most, most * (1 - 1e-9));
}

double hopfield_ground_state_temperature(double alpha) {
    if (alpha == 0) return 1;
    const auto excess = [&](double temperature) { return hopfield_ground_state_alpha(temperature) - alpha; };
    if (excess(reentrant_ground_state) < 0) return not_a_number;
    return root(excess, reentrant_ground_state, 1.);
}

double hopfield_spin_glass_temperature(double alpha) { return 1 + std::sqrt(alpha); }

double hopfield_instability_temperature(double alpha) {
    const HopfieldState cold = hopfield_retrieval(alpha, 0);
    if (!(alpha > 0) || std::isnan(cold.m)) return alpha == 0 ? 0 : not_a_number;
    constexpr double coldest = 2e-3;
    const auto excess = [&](double temperature) { return hopfield_retrieval(alpha, temperature).instability - 1; };
    const double estimate =
        4. / 3 * std::sqrt(alpha * cold.r / (2 * pi)) * std::exp(-cold.m * cold.m / (2 * alpha * cold.r));
    if (estimate < coldest || excess(coldest) <= 0) return estimate;
    double high = 2 * coldest;
    while (excess(high) > 0) high *= 1.5;
    return excess(high) <= 0 ? root(excess, std::max(coldest, high / 2), high) : not_a_number;
}

}  // namespace gdm
