#include "gdm/physics/chains/thermodynamic_integration.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace gdm {

EnergyCumulants EnergyCumulants::of_moments(double e, double e2, double e3, double sites) {
    const double variance = e2 - e * e;
    return {e, sites * variance, sites * sites * (e3 - 3 * e * variance - e * e * e)};
}

ThermodynamicIntegration::ThermodynamicIntegration(std::span<const double> beta, std::span<const EnergyCumulants> energy)
    : beta_(beta.begin(), beta.end()), energy_(energy.begin(), energy.end()), integral_(1, 0.), error_(1, 0.) {
    const bool rises = std::adjacent_find(beta_.begin(), beta_.end(), std::greater_equal<>()) == beta_.end();
    if (beta_.size() < 2 || beta_.size() != energy_.size() || beta_.front() != 0 || !rises) {
        throw std::invalid_argument("thermodynamic integration goes over two places or more that rise from beta = 0");
    }
    for (std::size_t i = 0; i + 1 < beta_.size(); ++i) {
        const double fine = quintic(i, 1).integral;
        integral_.push_back(integral_.back() + fine);
        error_.push_back(error_.back() + std::abs(fine - cubic(i, 1).integral));
    }
}

ThermodynamicIntegration::Part ThermodynamicIntegration::quintic(std::size_t i, double s) const {
    const double h = beta_[i + 1] - beta_[i];
    const auto &a = energy_[i], &b = energy_[i + 1];
    // U = Σ c_k s^k with value, slope and curvature of both ends in units of the interval.
    const double a1 = -h * a.variance, b1 = -h * b.variance, a2 = h * h * a.third, b2 = h * h * b.third;
    const double rise = b.mean - a.mean - a1 - a2 / 2, slope = b1 - a1 - a2, bend = b2 - a2;
    const double c3 = 10 * rise - 4 * slope + bend / 2, c4 = -15 * rise + 7 * slope - bend,
                 c5 = 6 * rise - 3 * slope + bend / 2;
    return {h * s * (a.mean + s * (a1 / 2 + s * (a2 / 6 + s * (c3 / 4 + s * (c4 / 5 + s * c5 / 6))))),
            a.mean + s * (a1 + s * (a2 / 2 + s * (c3 + s * (c4 + s * c5))))};
}

ThermodynamicIntegration::Part ThermodynamicIntegration::cubic(std::size_t i, double s) const {
    const double h = beta_[i + 1] - beta_[i];
    const auto &a = energy_[i], &b = energy_[i + 1];
    const double a1 = -h * a.variance, b1 = -h * b.variance, rise = b.mean - a.mean;
    const double c2 = 3 * rise - 2 * a1 - b1, c3 = a1 + b1 - 2 * rise;
    return {h * s * (a.mean + s * (a1 / 2 + s * (c2 / 3 + s * c3 / 4))), a.mean + s * (a1 + s * (c2 + s * c3))};
}

ThermodynamicIntegration::Result ThermodynamicIntegration::at(double beta) const {
    if (!(beta >= 0 && beta <= beta_.back() * (1 + 1e-9))) throw std::out_of_range("beta is beyond the ladder");
    const auto above = std::upper_bound(beta_.begin() + 1, beta_.end() - 1, beta);
    const auto i = static_cast<std::size_t>(above - beta_.begin()) - 1;
    const double share = std::min(1., (beta - beta_[i]) / (beta_[i + 1] - beta_[i]));
    const Part fine = quintic(i, share), coarse = cubic(i, share);
    const double here = beta * (fine.energy - coarse.energy) - (fine.integral - coarse.integral);
    return {integral_[i] + fine.integral, fine.energy, error_[i] + std::abs(here)};
}

}  // namespace gdm
