#pragma once

#include <vector>

#include "gdm/physics/targets/self_consistency.hpp"

namespace gdm {

/// Places near which the branches of N ≤ 12 points lie at little noise, n numbers each. For θ → 0 the landscape of points is
/// min_j [‖m − y_j‖²/2 − h·y_j], whose stationary points are the centres c = Σ b_i y_i, b > 0, of simplices of points that
/// are all as far (with the field) from c. Of every simplex of at most n + 1 points that contains its centre: c shifted by
/// O(θ), so that the posterior of its corners is b. Nothing for more points, whose subsets are too many.
[[nodiscard]] std::vector<double> simplex_centres(const FieldedTarget& target, double theta);

}  // namespace gdm
