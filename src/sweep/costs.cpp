#include "gdm/sweep/costs.hpp"

#include <cmath>
#include <exception>

namespace gdm {

std::vector<double> costs_of(const Experiment* experiment, const Points& points, std::size_t first, std::size_t count) {
    std::vector<double> costs(count, 1.0);
    if (experiment == nullptr || !experiment->cost) return costs;
    try {
        for (std::size_t p = 0; p < count; ++p) {
            costs[p] = experiment->cost(points[first + p]);
            if (!(costs[p] > 0 && std::isfinite(costs[p]))) return std::vector<double>(count, 1.0);
        }
    } catch (const std::exception&) {  // the points of an older version, with other parameters
        costs.assign(count, 1.0);
    }
    return costs;
}

}  // namespace gdm
