#include "gdm/experiments/machines/chain_snapshot.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {

ChainSnapshot::ChainSnapshot(const Rbm& machine, bool gaussian, std::size_t chains)
    : machine_(machine), gaussian_(gaussian), fields_(machine.hidden, chains) {
    column_.assign(machine.hidden, 0);
    absolute_.assign(machine.hidden, 0);
    for (std::size_t i = 0; i < machine.visible; ++i) {
        for (std::size_t j = 0; j < machine.hidden; ++j) {
            column_[j] += machine.weights[i * machine.hidden + j];
            absolute_[j] += std::abs(machine.weights[i * machine.hidden + j]);
        }
    }
}

std::array<double, chain_quantities.size()> ChainSnapshot::of(const GibbsKernel& kernel, const UnitPanels& visible) {
    kernel.fields(RbmLayer::hidden, visible, fields_);
    std::array<double, chain_quantities.size()> sums{};
    const std::size_t chains = visible.chains();
    const double n = static_cast<double>(machine_.visible);
    for (std::size_t c = 0; c < chains; ++c) {
        double bias = 0, ones = 0, equal = 0;
        for (std::size_t i = 0; i < machine_.visible; ++i) {
            const double v = visible.at(c, i);
            bias += v * machine_.visible_bias[i];
            ones += v;
            equal += v == visible.at(c ^ 1, i) ? 1 : 0;
        }
        double hidden = 0, second = 0, fourth = 0, largest = 0;
        for (std::size_t j = 0; j < machine_.hidden; ++j) {
            const double field = fields_.at(c, j);
            hidden += gaussian_ ? field * field : field / (1 + std::exp(-field));
            if (absolute_[j] == 0) continue;
            const double overlap = (2 * (field - machine_.hidden_bias[j]) - column_[j]) / absolute_[j];
            second += overlap * overlap;
            fourth += std::pow(overlap, 4);
            largest = std::max(largest, std::abs(overlap));
        }
        const double magnetisation = 2 * ones / n - 1;
        sums[0] -= (bias + hidden) / n;
        sums[1] += magnetisation;
        sums[2] += std::abs(magnetisation);
        sums[3] += std::pow(2 * equal / n - 1, 2);
        sums[4] += fourth == 0 ? 0 : second * second / fourth;
        sums[5] += largest;
    }
    for (double& sum : sums) sum /= static_cast<double>(chains);
    return sums;
}

}  // namespace gdm
