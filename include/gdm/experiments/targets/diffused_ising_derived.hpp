#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What follows from the observables of `diffused_ising`.
namespace gdm {

/// score = exact.
[[nodiscard]] bool is_exact(const Point& point);

/// What the turn of one spin in an ordered state changes, where sites are alike: of the energy per spin, and of the square
/// of the magnetisation per spin. A chain may see no such turn; infinite where sites differ.
[[nodiscard]] double turn_of_energy(const Point& point);
[[nodiscard]] double turn_of_square(const Point& point);
/// Lowest energy per spin, where sites are alike.
[[nodiscard]] double ordered_energy(const Point& point);

[[nodiscard]] std::vector<Derived> diffused_ising_derived();
[[nodiscard]] std::vector<Along> diffused_ising_along();

}  // namespace gdm
