#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/paths/clone_experiment.hpp"

/// What experiments with trajectories of two Gaussian classes share: their settings, and what the settings mean.
namespace gdm {

/// The settings samples, method, scheme, start, t_start, dt, with the defaults that differ between experiments.
[[nodiscard]] std::vector<Parameter> trajectory_settings(const std::string& samples, const std::string& scheme,
                                                         const std::string& t_start, const std::string& dt);

[[nodiscard]] Method method_of(const Point& point);

/// Clones as the settings ask for.
[[nodiscard]] CloneExperiment clone_experiment_of(const Point& point);

/// Throws UsageError if the method cannot be used in the point's dimension.
void check_trajectories(const Point& point);

/// Nanoseconds of one replica of run_clone_experiment on one core with AVX-512.
[[nodiscard]] double clone_cost(const Point& point);

}  // namespace gdm
