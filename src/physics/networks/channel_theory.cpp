#include "gdm/physics/networks/channel_theory.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

using std::numbers::pi;

double log_slope_of(Activation activation, double h) {
    if (activation == Activation::erf) return -pi * h * h / 4;
    return -2 * log_cosh(h);
}

}  // namespace

double uniform_lyapunov(Activation activation, double weight_variance, double bias_variance, double kernel) {
    if (bias_variance < 0.01) return std::numeric_limits<double>::quiet_NaN();
    // The density of |h| in the middles of cells.
    constexpr std::size_t cells = 400;
    const double width = 8 * std::sqrt(weight_variance + bias_variance) / cells;
    std::vector<double> moves(cells * cells), law(cells, 1.0 / cells), next(cells);
    for (std::size_t from = 0; from < cells; ++from) {
        const double phi = activate(activation, (static_cast<double>(from) + 0.5) * width);
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
