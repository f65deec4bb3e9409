#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/runner/chunks.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/replica_states.hpp"
#include "gdm/runner/sweep.hpp"
#include "gdm/runner/trace.hpp"
#include "gdm/storage/file_watch.hpp"

namespace gdm {

class ChunkTable;
class Scheduler;
class SweepWriter;

/// Keeps the first error until all ranks have let go of the file.
class Trouble {
  public:
    template <class Action>
    void attempt(const Action& action) {
        try {
            action();
        } catch (const Error& error) {
            if (!error_) error_ = error;
        }
    }
    void replace(const Error& error) { error_ = error; }
    [[nodiscard]] bool any() const noexcept { return error_.has_value(); }
    void rethrow() const {
        if (error_) throw Error(*error_);
    }

  private:
    std::optional<Error> error_;
};

/// Computes rows of a sweep and writes them to its file: all ranks together, one pass after the other.
class Computation {
  public:
    /// What stays the same from pass to pass.
    struct Shared {
        const MpiSession& mpi;
        const Communicator& world;
        const Inputs& inputs;
        const Context& context;
        const SweepOptions& options;
        Trace& trace;
    };
    Computation(const Shared& shared, SessionRecord session) : shared_(shared), session_(std::move(session)) {}

    /// Computes the rows of `todo` (ones) that no stop prevents, and counts them in `outcome`. What goes wrong is kept in
    /// `trouble`, on the rank where it does. Collective.
    void run(const Job& job, const std::vector<std::uint8_t>& todo, SweepOutcome& outcome, Trouble& trouble);

  private:
    [[nodiscard]] std::vector<Chunk> list_chunks(const Job& job, const std::vector<std::uint8_t>& todo,
                                                 std::span<const SavedState> saved) const;
    [[nodiscard]] StatePlaces find_states(const Job& job, const std::vector<std::uint8_t>& todo);
    void begin_anew(const Job& job, SweepWriter& writer, Trouble& trouble) const;
    void count_rows_before();
    void confirm(const Job& job, const SweepOutcome& outcome, const std::optional<FileWatch>& watch, Trouble& trouble) const;

    Shared shared_;
    SessionRecord session_;
    std::int64_t session_number_ = -1;  ///< its row in /sessions, once there is something to compute
    std::int64_t failures_before_ = 0;  ///< rows of /status/failures that are taken
    std::vector<std::size_t> retried_;  ///< on rank 0: failed rows that are computed again and may have left a state
    std::vector<std::size_t> left_;     ///< places with what they left
};

/// What /sessions tells of this run.
[[nodiscard]] SessionRecord present_session(const Communicator& world, const Job& job, const SweepOptions& options);

}  // namespace gdm
