#include "gdm/physics/levels/gaussian_levels.hpp"

#include <cmath>
#include <stdexcept>

namespace gdm {

GaussianLevels::GaussianLevels(double standard_deviation) : scale_(standard_deviation) {
    if (!(scale_ > 0 && std::isfinite(scale_))) throw std::invalid_argument("Gaussian levels need a standard deviation > 0");
}

double GaussianLevels::log_density(std::size_t, double u) const {
    constexpr double half_log_two_pi = 0.91893853320467274178;
    return -0.5 * u * u - half_log_two_pi;
}

LevelLaw::Density GaussianLevels::density(std::size_t component, double u) const { return {log_density(component, u), -u}; }

LevelLaw::Level GaussianLevels::draw(RandomSequence& random) const { return {scale_ * random.normal(), 0}; }

}  // namespace gdm
