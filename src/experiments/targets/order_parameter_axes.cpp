#include "gdm/experiments/targets/order_parameter_axes.hpp"

#include <cmath>
#include <numeric>
#include <string>

namespace gdm {

std::vector<double> map_ratios() { return {1.5, 1, 0.7, 0.4}; }

std::vector<double> map_coordinates() {
    std::vector<double> coordinates(map_side);
    for (std::size_t i = 0; i < map_side; ++i)
        coordinates[i] = map_extent * (2 * static_cast<double>(i) / static_cast<double>(map_side - 1) - 1);
    return coordinates;
}

std::vector<double> transition_distances() {
    constexpr int count = 29;
    std::vector<double> distances(count);
    for (int k = 0; k < count; ++k)
        distances[static_cast<std::size_t>(k)] = 1e-4 * std::pow(3e3, static_cast<double>(k) / (count - 1));
    return distances;
}

std::vector<FixedAxis> order_parameter_axes() {
    const auto numbered = [](const std::string& name, const std::string& description, std::size_t count) {
        FixedAxis axis{.name = name, .unit = "1", .description = description, .values = std::vector<double>(count)};
        std::iota(axis.values.begin(), axis.values.end(), 1.0);
        return axis;
    };
    const std::vector<double> places = map_coordinates();
    return {numbered("branch", "branch, minima first, each group by free energy", most_branches),
            numbered("mode", "eigenvalue, the greatest first", most_modes),
            numbered("pattern", "point whose branch is followed", most_patterns),
            {.name = "distance",
             .description = "distance from the transition: of theta/theta_c from 1, or the field",
             .values = transition_distances()},
            {.name = "ratio", .description = "theta/theta_c of a landscape", .values = map_ratios()},
            {.name = "u", .description = "coordinate towards the first point", .values = places},
            {.name = "v", .description = "coordinate across it towards the second point", .values = places}};
}

}  // namespace gdm
