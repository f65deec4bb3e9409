#pragma once

#include <cstdint>

#include "gdm/runner/job/job.hpp"

namespace gdm {

/// Key of the random streams of one point: hash of (seed, experiment, version, values of keyed parameters, content of the
/// input files). Does not depend on where the point sits in the grid.
[[nodiscard]] std::uint64_t point_key(const Job& job, const Point& point, const Inputs& inputs);

}  // namespace gdm
