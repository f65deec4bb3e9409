#include "gdm/runner/chunks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gdm {
namespace {

/// Costs within a factor 2^(1/2) count as equal, so that neighbours in the file stay neighbours in the schedule.
long cost_class(double cost) { return cost > 0 ? std::lround(2 * std::log2(cost)) : -100000; }

}  // namespace

std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const double> cost, std::size_t replicas,
                               std::size_t ranks, double divisor) {
    std::vector<std::size_t> order(cost.size());
    std::iota(order.begin(), order.end(), 0u);
    std::vector<long> classes(cost.size());
    std::transform(cost.begin(), cost.end(), classes.begin(), cost_class);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return classes[a] > classes[b]; });

    double left = 0;
    for (std::size_t row = 0; row < todo.size(); ++row) {
        if (todo[row] != 0) left += cost[row / replicas];
    }
    std::vector<Chunk> chunks;
    const double share = 1 / (divisor * static_cast<double>(ranks));
    Chunk open;
    double limit = 0;
    const auto close = [&] {
        if (open.rows > 0) chunks.push_back(open);
        open = {};
    };
    for (const std::size_t point : order) {
        for (std::size_t row = point * replicas; row < (point + 1) * replicas; ++row) {
            if (todo[row] == 0) continue;
            const bool adjacent = open.rows > 0 && open.first + open.rows == row;
            if (!adjacent || open.cost + cost[point] > limit) {
                close();
                open.first = row;
                limit = left * share;
            }
            ++open.rows;
            open.cost += cost[point];
            left -= cost[point];
        }
    }
    close();
    return chunks;
}

}  // namespace gdm
