#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {

/// Work of one replica at each of `count` points from `first` on, up to a common factor, as the experiment estimates it:
/// positive and finite. All alike where the experiment is unknown (null) or says nothing, or where what it says of one of
/// these points is no cost: costs only order work and scale estimates.
[[nodiscard]] std::vector<double> costs_of(const Experiment* experiment, const Points& points, std::size_t first,
                                           std::size_t count);

}  // namespace gdm
