#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// A key that every job may have beside the experiment's parameters.
struct CommonKey {
    const char* name;
    const char* description;
    const char* default_text;
};
[[nodiscard]] std::span<const CommonKey> common_key_table();
/// Their names.
[[nodiscard]] const std::vector<std::string>& common_keys();

/// The keys by which a job may give a parameter: its own name first, then its alternatives'.
[[nodiscard]] std::vector<std::string> keys_of(const Parameter& parameter);

/// Throws UsageError with the nearest key if an entry is none of the experiment or of every job.
void refuse_unknown_keys(const Experiment& experiment, const JobEntries& entries);

/// The entries of a file with those of the command line in their place: a parameter given there, under any of its names,
/// replaces whatever the file says of it.
[[nodiscard]] JobEntries overridden(const Experiment& experiment, JobEntries file, const JobEntries& command_line);

}  // namespace gdm
