#include "gdm/physics/memories/first_step_error.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace gdm {

double hopfield_first_step_error(std::int64_t spins, std::int64_t patterns) {
    if (patterns == 1) return 0;
    const double signs = static_cast<double>(spins - 1) * static_cast<double>(patterns - 1);
    // S = 2 up − signs < −(N − 1).
    const double up = std::ceil((signs - static_cast<double>(spins - 1)) / 2) - 1;
    if (up < 0) return 0;
    return boost::math::cdf(boost::math::binomial_distribution<>(signs, 0.5), up);
}

}  // namespace gdm
