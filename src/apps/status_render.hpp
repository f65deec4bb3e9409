#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/status/census.hpp"

namespace gdm {

/// What is long, and shown on demand.
struct StatusDetail {
    std::size_t points = 0;  ///< how many of the slowest points
    std::size_t ranks = 0;   ///< how many of the idlest ranks; all runs too if there are any
    bool failures = false;   ///< all kinds of failures, their messages in full
};

/// A block of lines about one sweep; without details it fits 80 × 24.
[[nodiscard]] std::string status_block(const Census& census, const StatusDetail& detail);
/// The same in one line, without its end.
[[nodiscard]] std::string status_line(const Census& census);

/// A file that was looked at: its census, or why there is none.
struct StatusEntry {
    std::string file;
    std::optional<Census> census;
    std::string trouble;  ///< the message, where there is no census
    ExitCode code = ExitCode::complete;
};

/// One JSON document about all files, of which `worst` is the worst code; its keys are those of json_keys().
[[nodiscard]] std::string status_json(const std::vector<StatusEntry>& entries, ExitCode worst, const StatusDetail& detail);
/// The keys of the document and what they mean, for --help.
[[nodiscard]] const char* json_keys();

}  // namespace gdm
