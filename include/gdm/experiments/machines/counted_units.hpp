#pragma once

/// Up to how many units experiments with Boltzmann machines count the states: of a layer, or of all units that couple.
namespace gdm {

inline constexpr double most_partition_units = 24;   ///< of the smaller layer or all, for ln Z now and then
inline constexpr double most_moment_units = 18;      ///< alike, for averages, also at every update
inline constexpr double most_transition_units = 10;  ///< of both layers, for what Gibbs steps do on average
inline constexpr double most_sweep_units = 12;       ///< of all, for what sweeps do, and of hidden ones given each row

}  // namespace gdm
