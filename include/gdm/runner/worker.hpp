#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "gdm/base/clock.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/runner/chunks.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/last_resort.hpp"
#include "gdm/runner/replica_states.hpp"
#include "gdm/runner/scheduler.hpp"
#include "gdm/runner/trace.hpp"
#include "gdm/storage/file_watch.hpp"
#include "gdm/storage/sweep_writer.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {

/// What one rank does: takes chunks, computes their replicas, and hands them to the file in batches.
class Worker {
  public:
    /// What all ranks share. `first_failure_slot` is the first free row of /status/failures.
    struct Plan {
        const Job& job;
        const Inputs& inputs;
        const Context& context;
        double flush_interval;  ///< seconds that finished replicas may wait to be written
        std::size_t first_failure_slot;
        Trace& trace;
        const std::string& program;        ///< what it calls itself in messages
        const FileWatch* watch = nullptr;  ///< of one rank a node: looks after the file at every flush interval
    };
    Worker(const Plan& plan, Scheduler& scheduler, SweepWriter& writer, ReplicaStates& states);

    /// Computes until the chunks are handed out or a stop is requested. Throws IoError if results cannot be written.
    void work(std::span<const Chunk> chunks);

    [[nodiscard]] std::int64_t computed() const noexcept { return computed_; }
    [[nodiscard]] std::int64_t failed() const noexcept { return failed_; }
    /// Replicas that a stop left under way, and whose state is in the file.
    [[nodiscard]] std::int64_t saved() const noexcept { return saved_; }

  private:
    [[nodiscard]] std::optional<std::int64_t> next();
    /// False if a stop was requested: the row is not done.
    [[nodiscard]] bool compute(std::size_t row);
    /// Makes `point` the one that rows are computed of.
    void turn_to(std::size_t point);
    /// Computes a row into its block: its checksum, `checksum_failed` if it failed and is reported, nothing if a stop was
    /// requested. Throws IoError if its state cannot be kept.
    [[nodiscard]] std::optional<std::uint64_t> checksum_of(std::size_t row, std::span<double> block,
                                                           std::optional<FileCheckpoint>& checkpoint);
    /// Takes the block of a row that is not done out of the batch.
    void drop_row_under_way();
    /// One replica, from its state if it has one; `checkpoint` is what keeps that.
    void run(std::optional<FileCheckpoint>& checkpoint, std::size_t row, Values& values);
    /// Tells the node that this share of the row's work is done.
    void tell_work(double share);
    /// Ends the process, whose replica does not return, with all finished replicas in the file.
    [[noreturn]] void leave();
    void report(std::size_t point, std::size_t replica, const std::string& message);
    void flush();
    /// Throws IoError if the file is no longer what it was; looks once in a flush interval.
    void watch_file();

    Plan plan_;
    Scheduler& scheduler_;
    SweepWriter& writer_;
    ReplicaStates& states_;
    Layout layout_;
    Points points_;
    Stop stop_;
    std::size_t point_index_ = std::numeric_limits<std::size_t>::max();
    Point point_;
    std::uint64_t key_ = 0;
    RowBatch batch_;
    Clock::time_point batch_start_;
    Clock::time_point last_look_ = Clock::now();
    std::int64_t computed_ = 0;
    std::int64_t failed_ = 0;
    std::int64_t saved_ = 0;
    std::size_t row_ = 0;         ///< under way
    double work_of_row_ = 0;      ///< in work_units; of a row that is continued, what is left of it
    std::int64_t work_told_ = 0;  ///< of that, to the node
    LastResort last_resort_;      ///< ends before what it uses
};

}  // namespace gdm
