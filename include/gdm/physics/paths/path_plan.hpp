#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/paths/path_steps.hpp"

namespace gdm {

/// The steps of a path over [0, T] in the order of travel (forward from 0 to T, in reverse from T to 0), and where among
/// them each of the given times is reached.
struct PathPlan {
    double start_time = 0;
    double end_time = 0;
    std::vector<PathStep> steps;
    std::vector<std::size_t> order;    ///< places of the given times in the order of travel
    std::vector<std::size_t> reached;  ///< steps taken when the time of order[k] is reached
};

/// A plan through all `times` (within [0, T], in any order); the stretch between two neighbours is divided as path_times
/// says, so that steps hit every time.
[[nodiscard]] PathPlan make_path_plan(const GaussianMixture& mixture, std::span<const double> times, double duration,
                                      const PathSettings& settings);

}  // namespace gdm
