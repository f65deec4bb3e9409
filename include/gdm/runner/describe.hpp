#pragma once

#include <string>
#include <vector>

#include "gdm/runner/job/job.hpp"

namespace gdm {

/// What `gdm-sweep --list` prints: a line for each experiment, below the heading of its family if it has one.
[[nodiscard]] std::string list_text(const std::vector<Experiment>& experiments);
/// What `--describe` prints: question, source, parameters, observables, derived quantities and theory.
[[nodiscard]] std::string describe_text(const Experiment& experiment);
/// Whether a job has one replica of each point, so that what it measures has no errors.
[[nodiscard]] bool has_no_errors(const Job& job);

}  // namespace gdm
