#include "gdm/status/estimate.hpp"

#include <cmath>
#include <limits>

#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr std::size_t largest_grid = 100'000'000;

/// Calls `visit` with the places one step away along each axis.
template <class Visit>
void for_each_neighbour(std::size_t place, const std::vector<std::size_t>& shape, Visit&& visit) {
    std::size_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const std::size_t index = place / stride % shape[axis];
        if (index > 0) visit(place - stride);
        if (index + 1 < shape[axis]) visit(place + stride);
        stride *= shape[axis];
    }
}

}  // namespace

void fill_from_neighbours(std::span<double> values, std::span<const std::size_t> place,
                          const std::vector<std::size_t>& shape) {
    RunningMoments known;
    for (const double value : values) {
        if (!std::isnan(value)) known.add(value);
    }
    if (known.count() == 0 || known.count() == values.size()) return;
    double places = 1;
    for (const std::size_t length : shape) places *= static_cast<double>(length);
    if (places > static_cast<double>(largest_grid)) {
        for (double& value : values) value = std::isnan(value) ? known.mean() : value;
        return;
    }
    std::vector<double> grid(static_cast<std::size_t>(places), std::numeric_limits<double>::quiet_NaN());
    std::vector<std::size_t> front, next;
    for (std::size_t p = 0; p < values.size(); ++p) {
        grid[place[p]] = values[p];
        if (!std::isnan(values[p])) front.push_back(place[p]);
    }
    std::vector<double> found;
    while (!front.empty()) {
        next.clear();
        for (const std::size_t from : front) {
            for_each_neighbour(from, shape, [&](std::size_t to) {
                if (std::isnan(grid[to])) next.push_back(to);
            });
        }
        // All of a wave see the values before it, so that the result does not depend on an order.
        found.clear();
        for (const std::size_t to : next) {
            RunningMoments around;
            for_each_neighbour(to, shape, [&](std::size_t from) {
                if (!std::isnan(grid[from])) around.add(grid[from]);
            });
            found.push_back(around.mean());
        }
        front.clear();
        for (std::size_t i = 0; i < next.size(); ++i) {
            if (std::isnan(grid[next[i]])) front.push_back(next[i]);  // once, though several neighbours named it
            grid[next[i]] = found[i];
        }
    }
    for (std::size_t p = 0; p < values.size(); ++p) values[p] = grid[place[p]];
}

}  // namespace gdm
