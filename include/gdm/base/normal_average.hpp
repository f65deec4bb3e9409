#pragma once

#include <cmath>
#include <vector>

#include "gdm/base/densities.hpp"

/// Averages over z ~ N(0, 1) by the trapezoidal rule, with an error of e^{−2πa/step} for f that is analytic within |Im z| <
/// a, and what the law has beyond the last node.
namespace gdm {

struct NormalNode {
    double z, weight;
};
/// Nodes at the multiples of `step` up to `last`, a multiple of it.
[[nodiscard]] inline std::vector<NormalNode> normal_nodes(double step, double last) {
    std::vector<NormalNode> nodes;
    const auto most = std::lround(last / step);
    for (auto k = -most; k <= most; ++k) {
        const double z = static_cast<double>(k) * step;
        nodes.push_back({z, step * normal_density(z)});
    }
    return nodes;
}

/// E f(z) with nodes 0.1 apart.
template <class F>
[[nodiscard]] double normal_average(F f) {
    static const auto nodes = normal_nodes(0.1, 9.5);
    double sum = 0;
    for (const auto& [z, weight] : nodes) sum += weight * f(z);
    return sum;
}

}  // namespace gdm
