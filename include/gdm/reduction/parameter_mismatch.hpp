#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Why the functions of an experiment may not be asked about the points of a file: a parameter, setting or axis that it
/// needs is missing, of another role, or out of the range that it declares. Empty if they may. NaN, a parameter without
/// meaning, is allowed.
[[nodiscard]] std::string parameter_mismatch(const SweepHeader& header, const Experiment& experiment);

/// Why an experiment's functions do not belong to a file: there is none (null), it has another version or other observables,
/// or the above. Empty if they do.
[[nodiscard]] std::string experiment_mismatch(const SweepHeader& header, const Experiment* experiment);

}  // namespace gdm
