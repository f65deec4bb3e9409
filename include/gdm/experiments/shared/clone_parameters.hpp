#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/physics/paths/clone_experiment.hpp"

/// What experiments with clones of two Gaussian classes share: their settings, and what the settings mean.
namespace gdm {

/// The settings of paths with `method`, `integrator` (of the SDE), `start` and `dt`, time_grid = clock by default, and the
/// defaults that differ between experiments.
[[nodiscard]] std::vector<Parameter> clone_parameters(const std::string& samples, const std::string& integrator,
                                                      const std::string& duration, const std::string& dt);

/// Clones as the settings ask for.
[[nodiscard]] CloneExperiment clone_experiment_of(const Point& point);

/// Throws UsageError if the method cannot be used in the point's dimension, or a step is too long (check_step).
void check_clones(const Point& point);

/// Nanoseconds of one replica of run_clone_experiment on one core with AVX-512.
[[nodiscard]] double clone_cost(const Point& point);

}  // namespace gdm
