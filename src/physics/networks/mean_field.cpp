#include "gdm/physics/networks/mean_field.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"

namespace gdm {
namespace {

using std::numbers::pi;
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class F>
double average_at(double q, F f) {
    const double root = std::sqrt(q);
    return normal_average([&](double z) { return f(root * z); });
}

/// a_k² with a_k = E φ(√q z) He_k(z)/√k!, as far as they count: E φ(√q z_1)φ(√q z_2) = Σ a_k² c^k (Mehler).
std::vector<double> hermite_squares(Activation activation, double q) {
    constexpr int terms = 240;
    std::vector<double> sum(terms + 1);
    const double root = std::sqrt(q);
    static const auto nodes = normal_nodes(0.05, 14);
    for (const auto& [z, weight] : nodes) {
        const double mass = weight * std::exp(z * z / 4) * activate(activation, root * z);
        // Hermite functions, with the other half of the density in them, so that none overflows.
        double before = 0, now = std::exp(-z * z / 4);
        for (int n = 0; n <= terms; ++n) {
            sum[n] += mass * now;
            const double next = (z * now - std::sqrt(n) * before) / std::sqrt(n + 1.);
            before = now;
            now = next;
        }
    }
    double total = 0;
    for (double& one : sum) total += one *= one;
    while (sum.size() > 2 && sum.back() < 1e-20 * total) sum.pop_back();
    return sum;
}

template <class W>
double over_hermite(Activation activation, double q, W weight) {
    static Memo<std::vector<double>> known;
    // At a fixed point the last digits of q change from layer to layer.
    const double unit = std::exp2(std::floor(std::log2(q)) - 36), nearby = std::round(q / unit) * unit;
    const auto squares =
        known.at({static_cast<double>(activation), nearby}, [&] { return hermite_squares(activation, nearby); });
    double total = 0;
    for (int n = static_cast<int>(squares.size()) - 1; n >= 0; --n) total += squares[n] * weight(n);
    return total;
}

/// The angle between two inputs, acos(1 − ρ).
double angle_of(double rho) { return 2 * std::asin(std::sqrt(std::clamp(rho / 2, 0., 1.))); }

}  // namespace

double activation_square(Activation activation, double q) {
    switch (activation) {
        case Activation::tanh:
            return average_at(q, [](double x) { return std::pow(std::tanh(x), 2); });
        case Activation::erf:
            return 2 / pi * std::asin(pi * q / (2 + pi * q));
        case Activation::relu:
            return q / 2;
        case Activation::linear:
            return q;
    }
    return not_a_number;
}

double slope_square(Activation activation, double q) {
    switch (activation) {
        case Activation::tanh:
            return average_at(q, [](double x) { return std::pow(std::cosh(x), -4); });
        case Activation::erf:
            return 1 / std::sqrt(1 + pi * q);
        case Activation::relu:
            return 0.5;
        case Activation::linear:
            return 1;
    }
    return not_a_number;
}

double curvature_square(Activation activation, double q) {
    switch (activation) {
        case Activation::tanh:
            return average_at(q, [](double x) { return std::pow(activation_curvature(Activation::tanh, x), 2); });
        case Activation::erf:
            return pi * pi / 4 * q / std::pow(1 + pi * q, 1.5);
        case Activation::relu:
            return infinity;
        case Activation::linear:
            return 0;
    }
    return not_a_number;
}

double next_length(const RandomLayer& layer, double q) {
    return layer.weight_variance * activation_square(layer.activation, q) + layer.bias_variance;
}

double fixed_length(const RandomLayer& layer) {
    const double slope = layer.weight_variance, shift = layer.bias_variance;
    if (layer.activation == Activation::relu) {
        if (slope < 2) return shift / (1 - slope / 2);
        return slope == 2 && shift == 0 ? not_a_number : infinity;
    }
    if (shift == 0 && slope <= 1) return 0;
    // next_length is concave: it lies above q below q* and below q above it.
    double low = 0, high = slope + shift;
    for (int i = 0; i < 200 && low < high; ++i) {
        const double middle = (low + high) / 2;
        if (middle == low || middle == high) break;
        (next_length(layer, middle) > middle ? low : high) = middle;
    }
    return (low + high) / 2;
}

double growth_factor(const RandomLayer& layer, double q) {
    return layer.weight_variance * slope_square(layer.activation, q);
}

double length_factor(const RandomLayer& layer, double q) {
    switch (layer.activation) {
        case Activation::tanh:
            return layer.weight_variance * average_at(q, [](double x) {
                       const double slope = std::pow(std::cosh(x), -2);
                       return slope * slope - 2 * std::pow(std::tanh(x), 2) * slope;
                   });
        case Activation::erf:
            return layer.weight_variance * 2 / ((2 + pi * q) * std::sqrt(1 + pi * q));
        case Activation::relu:
            return layer.weight_variance / 2;
        case Activation::linear:
            return layer.weight_variance;
    }
    return not_a_number;
}

double correlation_curvature(const RandomLayer& layer, double q) {
    return layer.weight_variance * q * curvature_square(layer.activation, q);
}

double activation_gap(Activation activation, double q, double rho) {
    switch (activation) {
        case Activation::tanh: {
            const double log_correlation = rho < 1 ? std::log1p(-rho) : 0;
            return over_hermite(
                activation, q, [&](int n) { return rho < 1 ? -std::expm1(n * log_correlation) : 1 - std::pow(1 - rho, n); });
        }
        case Activation::erf: {  // asin a − asin b
            const double a = pi * q / (2 + pi * q), b = a * (1 - rho);
            if (rho > 0.5) return 2 / pi * (std::asin(a) - std::asin(b));
            const double sine = a * a * rho * (2 - rho) / (a * std::sqrt(1 - b * b) + b * std::sqrt(1 - a * a));
            return 2 / pi * std::asin(a > 0 ? sine : 0);
        }
        case Activation::relu: {
            const double angle = angle_of(rho), square = angle * angle;
            const double rest = angle < 0.02 ? angle * square * (1. / 3 - square / 30) : std::sin(angle) - angle * (1 - rho);
            return q / 2 * (rho - rest / pi);
        }
        case Activation::linear:
            return q * rho;
    }
    return not_a_number;
}

double next_rho(const RandomLayer& layer, double q, double rho) {
    return layer.weight_variance * activation_gap(layer.activation, q, rho) / next_length(layer, q);
}

double correlation_slope(const RandomLayer& layer, double q, double rho) {
    const double c = 1 - rho;
    switch (layer.activation) {
        case Activation::tanh:
            return layer.weight_variance / q *
                   over_hermite(layer.activation, q, [&](int n) { return n == 0 ? 0 : n * std::pow(c, n - 1); });
        case Activation::erf: {
            const double a = pi * q / (2 + pi * q);
            return layer.weight_variance / q * 2 / pi * a / std::sqrt(1 - a * a * c * c);
        }
        case Activation::relu:
            return layer.weight_variance / 2 * (1 - angle_of(rho) / pi);
        case Activation::linear:
            return layer.weight_variance;
    }
    return not_a_number;
}

double fixed_rho(const RandomLayer& layer) {
    const double q = fixed_length(layer);
    if (layer.activation == Activation::relu || !(growth_factor(layer, q) > 1)) return 0;
    // c′ = f(c) is convex for c ≥ 0: ρ′ lies above ρ below ρ*.
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (next_rho(layer, q, middle) > middle ? low : high) = middle;
    }
    return (low + high) / 2;
}

double correlation_depth(const RandomLayer& layer) {
    const double q = fixed_length(layer), rho = fixed_rho(layer);
    const double factor = rho == 0 ? growth_factor(layer, q) : correlation_slope(layer, q, rho);
    return factor < 1 ? -1 / std::log(factor) : infinity;
}

CriticalPoint critical_point_of_length(Activation activation, double q) {
    const double weight_variance = 1 / slope_square(activation, q);
    return {weight_variance, q - weight_variance * activation_square(activation, q), q};
}

CriticalPoint critical_point(Activation activation, double bias_variance) {
    if (activation == Activation::relu) {
        if (bias_variance == 0) return {2, 0, not_a_number};
        return {not_a_number, bias_variance, not_a_number};
    }
    if (bias_variance == 0) return {1, 0, 0};
    double low = 0, high = 1;  // σ_b² grows with q
    while (critical_point_of_length(activation, high).bias_variance < bias_variance) high *= 2;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (critical_point_of_length(activation, middle).bias_variance < bias_variance ? low : high) = middle;
    }
    CriticalPoint found = critical_point_of_length(activation, (low + high) / 2);
    found.bias_variance = bias_variance;
    return found;
}

}  // namespace gdm
