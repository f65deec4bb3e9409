#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// More points than a job may have.
constexpr double most_grid_points = 1e9;

/// How large the grid is that the entries of a job describe, its table read, found without making it.
struct GridSize {
    double points = 1;
    std::string text;  ///< "60 mu × 21 sigma2 × 3 d"
    double replicas = 1;
    double memory = 0;  ///< bytes that a rank takes for it, about
};
[[nodiscard]] GridSize grid_size(const Experiment& experiment, const JobEntries& entries);

}  // namespace gdm
