#include "gdm/physics/networks/critical_line.hpp"

#include <cmath>
#include <numbers>

namespace gdm {

CriticalPoint erf_critical_point(double length) {
    using std::numbers::pi;
    const double weight_variance = std::sqrt(1 + pi * length);
    const double bias_variance = length - weight_variance * 2 / pi * std::asin(pi * length / (2 + pi * length));
    return {weight_variance, bias_variance, length};
}

}  // namespace gdm
