#pragma once

#include "gdm/runner/job/job.hpp"

namespace gdm {

/// What the time of a replica is, at the points of a job.
struct ReplicaTimes {
    double all_points = 0;  ///< seconds of one replica of each point
    double longest = 0;     ///< of one at the dearest point
    double factor = 1;      ///< by which all this may be too high or too low
};

/// The same, estimated from up to 64 replicas that are run, of points drawn by their share of the whole cost, as far as 5 s
/// go; where the cheapest takes longer, by the experiment's own costs alone. Ends the program where a replica does not
/// return after a stop.
[[nodiscard]] ReplicaTimes measured_times(const Job& job, const Inputs& inputs);

}  // namespace gdm
