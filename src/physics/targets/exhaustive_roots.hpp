#pragma once

#include <optional>
#include <vector>

#include "gdm/physics/targets/self_consistency.hpp"

namespace gdm {

/// Coordinates in which all roots can be looked for: the work grows as a power of their number, and of little noise.
inline constexpr std::size_t most_exhaustive_coordinates = 2;

/// All roots of F(m) = m − ⟨y⟩_{m+h} of a target of points of equal weight, none missed: the box around the points is halved
/// until a bound shows that a piece holds no root, or not more than one, which then is found by a contraction. Nothing if
/// the boxes become too many, as they do near roots that merge. Roots that nearly merge count as one.
[[nodiscard]] std::optional<std::vector<std::vector<double>>> exhaustive_roots(const FieldedTarget& target, double theta,
                                                                               const Stop& stop);

}  // namespace gdm
