#include "gdm/physics/networks/channel_theory.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

namespace gdm {
namespace {

using std::numbers::pi;

double value_of(SignalActivation activation, double h) {
    return activation == SignalActivation::tanh ? std::tanh(h) : std::erf(std::sqrt(pi) * h / 2);
}

double log_slope_of(SignalActivation activation, double h) {
    if (activation == SignalActivation::erf) return -pi * h * h / 4;
    const double a = std::abs(h);
    return -2 * (a + std::log1p(std::exp(-2 * a)) - std::numbers::ln2);
}

/// E f(√q z)² over z ~ N(0, 1).
template <class Function>
double mean_square_of(double q, Function f) {
    constexpr double step = 0.05;
    double sum = 0;
    for (int k = -180; k <= 180; ++k) {
        const double z = k * step;
        sum += std::exp(-z * z / 2) * std::pow(f(std::sqrt(q) * z), 2);
    }
    return sum * step / std::sqrt(2 * pi);
}

}  // namespace

double ChannelMaps::length(double q) const {
    return weight_variance_ * mean_square_of(q, [&](double h) { return value_of(activation_, h); }) + bias_variance_;
}

double ChannelMaps::fixed_length() const {
    double q = weight_variance_ + bias_variance_;
    for (int step = 0; step < 10000; ++step) {
        const double next = length(q);
        if (std::abs(next - q) <= 1e-13 * q) return next;
        q = next;
    }
    return q;
}

double ChannelMaps::multiplier(double q) const {
    return weight_variance_ * mean_square_of(q, [&](double h) { return std::exp(log_slope_of(activation_, h)); });
}

double uniform_lyapunov(SignalActivation activation, double weight_variance, double bias_variance, double kernel) {
    if (bias_variance < 0.01) return std::numeric_limits<double>::quiet_NaN();
    // The density of |h| in the middles of cells.
    constexpr std::size_t cells = 400;
    const double width = 8 * std::sqrt(weight_variance + bias_variance) / cells;
    std::vector<double> moves(cells * cells), law(cells, 1.0 / cells), next(cells);
    for (std::size_t from = 0; from < cells; ++from) {
        const double phi = value_of(activation, (static_cast<double>(from) + 0.5) * width);
        const double variance = weight_variance * phi * phi + bias_variance;
        for (std::size_t to = 0; to < cells; ++to) {
            const double h = (static_cast<double>(to) + 0.5) * width;
            moves[from * cells + to] = 2 * width * std::exp(-h * h / (2 * variance)) / std::sqrt(2 * pi * variance);
        }
    }
    double change = 1;
    for (int step = 0; step < 2000 && change > 1e-10; ++step) {
        next.assign(cells, 0);
        for (std::size_t from = 0; from < cells; ++from)
            for (std::size_t to = 0; to < cells; ++to) next[to] += law[from] * moves[from * cells + to];
        change = 0;
        for (std::size_t cell = 0; cell < cells; ++cell) change += std::abs(next[cell] - law[cell]);
        law.swap(next);
    }
    double mean = 0;
    for (std::size_t cell = 0; cell < cells; ++cell)
        mean += law[cell] * log_slope_of(activation, (static_cast<double>(cell) + 0.5) * width);
    return (std::log(weight_variance) - std::numbers::egamma - (kernel == 1 ? std::numbers::ln2 : 0)) / 2 + mean;
}

}  // namespace gdm
