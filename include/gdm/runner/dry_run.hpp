#pragma once

#include <string>

#include "gdm/runner/job/job.hpp"

namespace gdm {

/// What `--dry-run` prints: points, replicas, file size, memory, and core-hours estimated from up to 64 replicas that
/// are run, of points drawn by their share of the experiment's own estimate, as far as 5 s go; where the cheapest takes
/// longer, by that estimate alone. The wall-clock time is that of the whole command. A range where these replicas differ too
/// much for one number, and of an adaptive job from the least to the most; in the line for scripts the geometric mean.
[[nodiscard]] std::string dry_run_text(Job job, const Inputs& inputs, const std::string& output, int ranks);

}  // namespace gdm
