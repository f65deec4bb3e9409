#pragma once

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// The shapes of the datasets that the job names. Throws UsageError if one of them is not there.
[[nodiscard]] Shapes dataset_shapes(const Experiment& experiment, const JobEntries& entries);

/// The values of the parameters that are whole numbers or words (their places), of the grid and settings, by name: what
/// lengths of axes may depend on. Those given under another name, or negative, are left out.
[[nodiscard]] Shapes given_numbers(const Experiment& experiment, const JobEntries& entries);

/// The entries with what the datasets and given_numbers imply (Experiment::implied), in place of defaults; without a dataset
/// nothing is implied by experiments that take one. Throws UsageError if the job says something else beside them.
[[nodiscard]] JobEntries with_implied(const Experiment& experiment, JobEntries entries, const Shapes& shapes);

}  // namespace gdm
