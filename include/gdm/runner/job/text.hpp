#pragma once

#include <filesystem>
#include <string>

#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// Reads a job file: `key = value` lines, comments from `#` on. Every line is checked here, with its number, because
/// Boost.Program_options would not name it. Throws UsageError (no such file, no `=`, a key given twice, a section).
[[nodiscard]] JobEntries read_job_file(const std::filesystem::path& path);
/// The same for a text; `name` stands for the file in messages.
[[nodiscard]] JobEntries read_job_text(const std::string& text, const std::string& name);

}  // namespace gdm
