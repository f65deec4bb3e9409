#include "gdm/experiments/spins/entropy_ladder.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/spins/kaufman.hpp"
#include "gdm/physics/spins/onsager.hpp"

namespace gdm {
namespace {

/// Variance of the energy of a site, times N. Ising: that of the square lattice, in units of its critical temperature. XY:
/// from ends that are known, and a peak near T = 1.05.
double variance_guess(double beta, double critical) {
    if (critical == 0) return 1 / (1 + 2 * beta * beta) + 1.2 * std::exp(-std::pow((beta - 0.95) / 0.28, 2));
    constexpr std::size_t size = 16;
    const double scale = critical / onsager_critical_temperature(), own = std::max(beta * scale, 1e-6);
    return scale * scale * kaufman(size, size, 1 / own).heat_capacity / (own * own);
}

}  // namespace

std::vector<double> entropy_ladder(std::span<const double> places, double sites, double critical, double greatest) {
    // β = (e^u − 1)/4 resolves both ends.
    constexpr std::size_t steps = 400;
    const double last = std::log1p(4 * greatest);
    std::vector<double> beta{0}, length{0};
    for (std::size_t i = 0; i < steps; ++i) {
        const double next = std::expm1(last * static_cast<double>(i + 1) / steps) / 4, middle = (beta.back() + next) / 2;
        const double density = std::sqrt(sites * variance_guess(middle, critical)) + 4 / (middle + 0.5);
        length.push_back(length.back() + density * (next - beta.back()));
        beta.push_back(next);
    }
    std::vector<double> result;
    for (const double place : places) {
        const double wanted = place * length.back();
        const auto above = std::upper_bound(length.begin() + 1, length.end() - 1, wanted);
        const auto i = static_cast<std::size_t>(above - length.begin());
        const double share = (wanted - length[i - 1]) / (length[i] - length[i - 1]);
        result.push_back(place >= 1 ? greatest : beta[i - 1] + share * (beta[i] - beta[i - 1]));
    }
    return result;
}

}  // namespace gdm
