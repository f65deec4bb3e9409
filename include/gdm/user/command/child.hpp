#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gdm/base/stop.hpp"

namespace gdm {

/// A program to be run as a process group of its own: nothing on stdin, no open files of this process, no core dump.
struct ChildCommand {
    std::string program;  ///< its path
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  ///< "NAME=value"
    std::string folder;                    ///< it works there; empty: where this process does
    bool wants_output = false;             ///< its stdout is a result; otherwise it is taken for a log, as stderr is
};

/// What it may take.
struct ChildLimits {
    double seconds = 0;                                 ///< of wall-clock time; 0: any
    double grace = 2;                                   ///< seconds from SIGTERM to SIGKILL
    std::uint64_t file_bytes = std::uint64_t{1} << 28;  ///< of one file that it writes (RLIMIT_FSIZE)
    std::size_t output_bytes = std::size_t{1} << 20;    ///< of a result on stdout
    std::size_t log_bytes = std::size_t{1} << 26;       ///< of stderr
};

/// Runs it to its end and returns its stdout, if that is wanted. What it started in its group ends with it, and nothing is
/// waited for that outlives it. Throws Stopped if a stop was requested, after SIGTERM and, at the end of the grace time,
/// SIGKILL to the whole group; std::runtime_error with one line of at most 220 bytes if it cannot be started, exceeds a
/// limit, dies of a signal, or exits with another code than 0: which, and the last lines of its log. If this process dies,
/// it is killed.
std::string run_child(const ChildCommand& command, const ChildLimits& limits, const Stop& stop);

}  // namespace gdm
