#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// beta, gamma, gamma_ordered, delta and amplitude_ratio of the transition of a symmetric target, from fits of its curves
/// over `distance` up to `window`.
[[nodiscard]] std::vector<Derived> order_parameter_derived();

/// θ_c, the mean-field exponents, and magnetisation and susceptibility of two and four deltas; of the sphere for d → ∞.
[[nodiscard]] std::vector<Theory> order_parameter_theory();

}  // namespace gdm
