#include "gdm/physics/spins/percolation_theory.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace gdm {

double percolation_density(double p, double steps) {
    if (!(steps >= 0 && steps <= 8) || steps != std::floor(steps)) return std::numeric_limits<double>::quiet_NaN();
    const double active[3] = {0, p, p * (2 - p)};
    auto sites = static_cast<std::size_t>(steps) + 1;
    std::vector<double> law(std::size_t{1} << sites, 0.0);
    law.back() = 1;
    for (; sites > 1; --sites) {
        std::vector<double> next(std::size_t{1} << (sites - 1), 0.0);
        for (std::size_t row = 0; row < law.size(); ++row) {
            if (law[row] == 0) continue;
            for (std::size_t then = 0; then < next.size(); ++then) {
                double probability = law[row];
                for (std::size_t i = 0; i + 1 < sites; ++i) {
                    const double one = active[(row >> i & 1) + (row >> (i + 1) & 1)];
                    probability *= (then >> i & 1) != 0 ? one : 1 - one;
                }
                next[then] += probability;
            }
        }
        law = std::move(next);
    }
    return law[1];
}

}  // namespace gdm
