#pragma once

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// The shapes of the datasets that the job names. Throws UsageError if one of them is not there.
[[nodiscard]] Shapes dataset_shapes(const Experiment& experiment, const JobEntries& entries);

/// The entries with what the datasets imply, in place of defaults. Throws UsageError if the job says something else beside
/// them.
[[nodiscard]] JobEntries with_implied(const Experiment& experiment, JobEntries entries, const Shapes& shapes);

}  // namespace gdm
