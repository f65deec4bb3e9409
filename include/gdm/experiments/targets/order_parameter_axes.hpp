#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// The fixed axes of `order_parameter`: branches, eigenvalues, points, distances from the transition and landscapes.
namespace gdm {

inline constexpr std::size_t most_branches = 32;  ///< that are kept one by one
inline constexpr std::size_t most_modes = 8;      ///< eigenvalues of a response
inline constexpr std::size_t most_patterns = 16;  ///< points whose branch is followed to its end
inline constexpr std::size_t map_side = 41;       ///< of a landscape, each way
inline constexpr double map_extent = 1.4;

/// θ/θ_c of the landscapes.
[[nodiscard]] std::vector<double> map_ratios();
/// Where a landscape is computed along each of its two directions, from −map_extent to map_extent.
[[nodiscard]] std::vector<double> map_coordinates();
/// Distances from the transition at which it is examined: |θ/θ_c − 1|, or the field at θ_c.
[[nodiscard]] std::vector<double> transition_distances();

[[nodiscard]] std::vector<FixedAxis> order_parameter_axes();

}  // namespace gdm
