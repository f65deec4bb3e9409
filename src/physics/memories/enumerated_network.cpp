#include "gdm/physics/memories/enumerated_network.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace gdm {

EnumeratedNetwork enumerate_network(const PackedPatterns& patterns, LearningRule rule, double temperature) {
    const std::size_t n = patterns.sites();
    if (n > 24) throw std::invalid_argument("2^N states are enumerated up to N = 24");
    const auto size = static_cast<double>(n), count = static_cast<double>(patterns.patterns());
    const auto common = [&](std::size_t site) { return 2 * static_cast<double>(patterns.ups(site)) - count; };
    std::vector<double> coupling(n * n, 0), spins(n, -1), fields(n, 0);
    double energy = 0, overlap = 0, worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
        overlap += patterns.up(i, 0) ? -1 : 1;
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j) continue;
            double& here = coupling[i * n + j];
            here = static_cast<double>(patterns.coupling(i, j)) / size;
            if (rule == LearningRule::covariance) here -= common(i) * common(j) / (count * size);
            fields[i] -= here;
            energy -= here / 2;
            worst += std::abs(here) / 2;
        }
    }
    double z = 0;
    EnumeratedNetwork sum;
    for (std::uint64_t state = 0;;) {
        const double weight = std::exp(-(energy + worst) / temperature);
        z += weight;
        sum.energy += weight * energy;
        sum.overlap_squared += weight * overlap * overlap;
        if (++state == std::uint64_t{1} << n) break;
        const auto site = static_cast<std::size_t>(std::countr_zero(state));
        energy += 2 * spins[site] * fields[site];
        spins[site] = -spins[site];
        overlap += 2 * spins[site] * (patterns.up(site, 0) ? 1 : -1);
        for (std::size_t j = 0; j < n; ++j) fields[j] += 2 * spins[site] * coupling[site * n + j];
    }
    return {sum.energy / (z * size), sum.overlap_squared / (z * size * size)};
}

}  // namespace gdm
