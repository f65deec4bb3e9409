#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gdm/physics/levels/level_averages.hpp"

/// What the experiments on condensation share: exact curves, and how a transition is read from a participation ratio.
namespace gdm {

/// Where E[Y] vanishes: the zero of the straight line through the points (x, Y) with Y between 0.2 and 0.9, weighted by
/// (Y − 0.2)²(0.9 − Y)², so that no point enters or leaves abruptly. In the frozen phase E[Y] = 1 − x/x_c for x ∝ 1/β in the
/// limit of many levels (Derrida 1981; Mézard et al. 1987). The rounding of the transition lies below the window, but bends
/// the line a little: a bias that is the same for the exact E[Y]. NaN with fewer than three such points, or if Y does not
/// fall.
[[nodiscard]] double vanishing_point(std::span<const double> x, std::span<const double> y);

/// level_averages at each β, remembered by the caller's key (law and ln n), since several columns are made of the same ones.
[[nodiscard]] std::shared_ptr<const std::vector<LevelAverages>> remembered_averages(const LevelLaw& law, double log_n,
                                                                                    std::span<const double> betas,
                                                                                    const std::vector<double>& key);

}  // namespace gdm
