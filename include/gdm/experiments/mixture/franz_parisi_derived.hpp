#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

inline constexpr std::size_t max_inflections = 6;
inline constexpr std::size_t max_minima = 3;

/// Inflection points and minima of the measured V over q at each t, and how many there are between the first and last q.
[[nodiscard]] std::vector<Derived> franz_parisi_derived();

/// V, V′, V″ and the same positions by quadrature, and V to leading order at large d.
[[nodiscard]] std::vector<Theory> franz_parisi_theory();

}  // namespace gdm
