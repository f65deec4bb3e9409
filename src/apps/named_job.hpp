#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// The entries of the job file that a user names. Throws UsageError, IoError; if the word names something else (an
/// experiment, a job in jobs/, a sweep file, a table, an array), the message says what to type instead. `program`: the
/// command's name.
[[nodiscard]] JobEntries read_named_job(const std::string& word, const std::vector<Experiment>& experiments,
                                        const std::string& program);

/// The folders in which jobs are sought: the present one, its jobs/, and those installed with the program.
[[nodiscard]] std::vector<std::filesystem::path> job_folders();

}  // namespace gdm
