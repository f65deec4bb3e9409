#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Writes the mean `participation_ratio` Y, `participation_ratio_2` Y² and `weight_entropy` of n = e^{log_n} ≥ 2 levels at
/// each inverse temperature, over `samples` realisations, and, where they are declared, ⟨ln Z⟩ and the mean lowest energy to
/// `log_z` and `lowest` (which may be empty).
///
/// E Y = n E w² with one level integrated out and n − 1 drawn (LevelTable::among), so that states of rare low levels, which
/// dominate E Y above the condensation, are weighed instead of waited for; n E w, whose mean is 1, is the control variate.
/// The relative error is bounded at all temperatures; values below 1e-308 are 0.
void measure_levels(const LevelLaw& law, double log_n, std::span<const double> betas, const Point& point,
                    const RandomStream& random, const Stop& stop, Values& values, std::span<double> log_z,
                    std::span<double> lowest);

/// The observables `participation_ratio`, `participation_ratio_2` and `weight_entropy` over the axis of temperatures.
[[nodiscard]] std::vector<Observable> level_observables(const std::string& axis);

/// What quadratures leave of what measure_levels writes: 1e-8 of a value, all there is where nothing fluctuates.
[[nodiscard]] Bounds quadrature_error(const Point& point);

/// Nanoseconds of measure_levels.
[[nodiscard]] double measurement_cost(const Point& point, double log_n, std::span<const double> betas);

}  // namespace gdm
