#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

inline constexpr std::size_t potential_slots = 4;  ///< minima that are listed

/// The coordinate at which the curvature far outside the classes is taken, `outer_distance` (M_t + √Γ).
[[nodiscard]] double outer_coordinate(const Point& point, double t);

/// Transition times, minima and barrier of the mean potential.
[[nodiscard]] std::vector<Derived> potential_derived();

/// The same of the exact density.
[[nodiscard]] std::vector<Theory> potential_theory();

}  // namespace gdm
