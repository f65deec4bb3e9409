#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "gdm/base/stop.hpp"

namespace gdm {

/// P(s = 1) of a unit 0 or 1 in a field: 1/(1 + e^{−field}).
[[nodiscard]] inline double unit_probability(double field) { return 1 / (1 + std::exp(-field)); }

/// A restricted Boltzmann machine of units 0 and 1: E(v, h) = −a·v − b·h − vᵀWh. (Smolensky 1986; Hinton 2002)
struct Rbm {
    std::size_t visible = 0, hidden = 0;
    std::vector<double> weights;       ///< W, (visible, hidden), row by row
    std::vector<double> visible_bias;  ///< a, (visible)
    std::vector<double> hidden_bias;   ///< b, (hidden)
};

/// ln Z of a machine at temperature T, exactly: the smaller layer is enumerated, blocks of 64 states in vector lanes and the
/// blocks in a Gray code, the other layer summed in closed form, ln Z = ln Σ_v exp[a·v/T + Σ_j ln(1 + e^{(b_j +
/// (vᵀW)_j)/T})]. T > 0. Throws std::invalid_argument where both layers have more than 25 units.
[[nodiscard]] double exact_log_partition(const Rbm& machine, double temperature = 1, const Stop& stop = {});

}  // namespace gdm
