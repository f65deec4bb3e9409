#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/job.hpp"

namespace gdm {

struct SweepOptions {
    std::filesystem::path output;
    bool overwrite = false;               ///< start the file anew
    bool retry_failed = false;            ///< compute failed replicas again
    bool other_instruction_set = false;   ///< resume a file that was begun with another instruction set
    bool quiet = false;                   ///< no progress
    std::string command_line;             ///< for /sessions
    double flush_interval = 1;            ///< seconds that finished replicas may wait to be written
    int ranks_per_node = 0;               ///< > 0: treat one machine as several nodes (tests)
    std::function<void()> on_start = {};  ///< called on rank 0 when the file is ready and there is something to compute
};

struct SweepOutcome {
    std::int64_t rows = 0;  ///< replicas of the sweep
    std::int64_t done = 0;  ///< of these, in the file and verified
    std::int64_t failed = 0;
    std::int64_t computed = 0;  ///< by this run
    std::int64_t torn = 0;      ///< found damaged at the start, and computed again
    double seconds = 0;         ///< wall-clock time of the computing part
    [[nodiscard]] std::int64_t missing() const noexcept { return rows - done - failed; }
    [[nodiscard]] ExitCode code() const noexcept;
};

/// Computes what is missing of a job in its file, creating the file first if there is none. Collective over `world`.
/// The numbers do not depend on ranks, order or interruptions. Throws the same Error on all ranks: the file belongs to
/// another job or is in use, or cannot be read or written.
[[nodiscard]] SweepOutcome run_sweep(const MpiSession& mpi, const Communicator& world, const Job& job, const Inputs& inputs,
                                     const SweepOptions& options);

}  // namespace gdm
