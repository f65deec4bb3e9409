#pragma once

/// Up to how many units experiments with Boltzmann machines count the states of a layer.
namespace gdm {

inline constexpr double most_partition_units = 24;   ///< of the smaller layer, for ln Z now and then
inline constexpr double most_moment_units = 18;      ///< of the smaller layer, for averages, also at every update
inline constexpr double most_transition_units = 10;  ///< of both layers, for what Gibbs steps do on average

}  // namespace gdm
