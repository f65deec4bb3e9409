#pragma once

#include <cstddef>
#include <vector>

namespace gdm {

/// A restricted Boltzmann machine of units 0 and 1: E(v, h) = −a·v − b·h − vᵀWh. (Smolensky 1986; Hinton 2002)
struct Rbm {
    std::size_t visible = 0, hidden = 0;
    std::vector<double> weights;       ///< W, (visible, hidden), row by row
    std::vector<double> visible_bias;  ///< a, (visible)
    std::vector<double> hidden_bias;   ///< b, (hidden)
};

/// ln Z of a machine at temperature T, exactly: the smaller layer is enumerated by a Gray code, the other summed in closed
/// form, ln Z = ln Σ_v exp[a·v/T + Σ_j ln(1 + e^{(b_j + (vᵀW)_j)/T})]. One of the layers has ≤ 25 units; T > 0.
[[nodiscard]] double exact_log_partition(const Rbm& machine, double temperature = 1);

}  // namespace gdm
