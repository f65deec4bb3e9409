#include "gdm/physics/levels/overlap_levels.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace gdm {

OverlapLevels::OverlapLevels(double b, double d) : b_(b), d_(d) {
    if (!(b > 0 && std::isfinite(b)) || !(d >= 2 && d <= 1e9)) {
        throw std::invalid_argument("levels on a sphere need b > 0 and 2 <= d <= 1e9");
    }
    log_norm_ = -0.5 * std::log(std::numbers::pi) - std::log(boost::math::tgamma_delta_ratio(0.5 * (d - 1), 0.5));
}

double OverlapLevels::upper() const { return std::numbers::pi; }

double OverlapLevels::width() const { return 1 / std::sqrt(d_ + 1); }

double OverlapLevels::search_start() const { return 0.5 * std::numbers::pi - width(); }

double OverlapLevels::log_density(std::size_t, double u) const {
    return log_norm_ + (d_ > 2 ? (d_ - 2) * std::log(std::sin(u)) : 0);
}

LevelLaw::Density OverlapLevels::density(std::size_t component, double u) const {
    return {log_density(component, u), (d_ - 2) / std::tan(u)};
}

double OverlapLevels::energy(double u) const {
    const double half = std::sin(0.5 * u);
    return 2 * b_ * half * half;
}

double OverlapLevels::energy_slope(double u) const { return b_ * std::sin(u); }

LevelLaw::Level OverlapLevels::draw(RandomSequence& random) const {
    const double z = random.normal(), rest = random.chi_squared(d_ - 1), radius = std::sqrt(z * z + rest);
    return {b_ * (z > 0 ? rest / (radius * (radius + z)) : 1 - z / radius), 0};
}

}  // namespace gdm
