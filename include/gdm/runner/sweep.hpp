#pragma once

#include <cstdint>

#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/sweep_options.hpp"

namespace gdm {

struct SweepOutcome {
    std::int64_t rows = 0;  ///< replicas of the sweep
    std::int64_t done = 0;  ///< of these, in the file and verified
    std::int64_t failed = 0;
    std::int64_t computed = 0;  ///< by this run
    std::int64_t torn = 0;      ///< found damaged at the start, and computed again
    std::int64_t saved = 0;     ///< of those missing, under way and with a state in the file, as far as this run left them
    std::int64_t writes = 0;    ///< write operations, as SweepWriter counts them
    bool settled = true;        ///< an adaptive sweep has decided that nothing more is needed; true for others
    std::size_t missed = 0;     ///< points that miss target_error with max_replicas, once it is settled
    double seconds = 0;         ///< wall-clock time of the computing part
    [[nodiscard]] std::int64_t missing() const noexcept { return rows - done - failed; }
    [[nodiscard]] ExitCode code() const noexcept;
};

/// Computes what is missing of a job in its file, creating the file first if there is none. Collective over `world`.
/// The numbers do not depend on ranks, order or interruptions. Throws the same Error on all ranks: the file belongs to
/// another job or is in use, or cannot be read or written.
[[nodiscard]] SweepOutcome run_sweep(const MpiSession& mpi, const Communicator& world, Job job, const Inputs& inputs,
                                     const SweepOptions& options);

}  // namespace gdm
