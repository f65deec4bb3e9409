#include "gdm/physics/networks/activation.hpp"

#include <cmath>
#include <numbers>

namespace gdm {
namespace {

using std::numbers::pi;
const double erf_scale = std::sqrt(pi) / 2;

}  // namespace

double activate(Activation activation, double x) {
    switch (activation) {
        case Activation::tanh:
            return std::tanh(x);
        case Activation::erf:
            return std::erf(erf_scale * x);
        case Activation::relu:
            return x > 0 ? x : 0;
        case Activation::linear:
            return x;
    }
    return std::nan("");
}

double activation_slope(Activation activation, double x) {
    switch (activation) {
        case Activation::tanh:
            return 1 / std::pow(std::cosh(x), 2);
        case Activation::erf:
            return std::exp(-pi * x * x / 4);
        case Activation::relu:
            return x > 0 ? 1 : 0;
        case Activation::linear:
            return 1;
    }
    return std::nan("");
}

double activation_curvature(Activation activation, double x) {
    switch (activation) {
        case Activation::tanh:
            return -2 * std::tanh(x) / std::pow(std::cosh(x), 2);
        case Activation::erf:
            return -pi * x / 2 * std::exp(-pi * x * x / 4);
        case Activation::relu:
        case Activation::linear:
            return 0;
    }
    return std::nan("");
}

double activation_difference(Activation activation, double x, double d) {
    switch (activation) {
        case Activation::tanh: {
            if (std::abs(d) > 1) return std::tanh(x + d) - std::tanh(x);
            // tanh a − tanh b = tanh(a − b) (1 − tanh a tanh b)
            const double first = std::tanh(x), step = std::tanh(d);
            return step * (1 - first * first) / (1 + first * step);
        }
        case Activation::erf: {
            const double a = erf_scale * x, b = erf_scale * d;
            if (std::abs(b) > 1e-3) return std::erf(a + b) - std::erf(a);
            const double series = 1 - a * b + (2 * a * a - 1) * b * b / 1.5 / 2 - (2 * a * a - 3) * a * b * b * b / 6;
            return activation_slope(activation, x) * d * series;
        }
        case Activation::relu:
            if (x > 0) return x + d > 0 ? d : -x;
            return x + d > 0 ? x + d : 0;
        case Activation::linear:
            return d;
    }
    return std::nan("");
}

}  // namespace gdm
