#pragma once

#include <string>

#include "gdm/runner/job/job.hpp"

namespace gdm {

/// What `--dry-run` prints: points, replicas, file size, memory, and core-hours estimated by running the cheapest replica
/// (and one at the dearest point, if that takes less than a few seconds by the experiment's own estimate); where the
/// cheapest takes more than 5 s, by the experiment's own estimate alone. Of an adaptive job the least and the most, and in
/// the line for scripts their geometric mean.
[[nodiscard]] std::string dry_run_text(Job job, const Inputs& inputs, const std::string& output, int ranks);

}  // namespace gdm
