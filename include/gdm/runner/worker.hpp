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
        const FileWatch* watch = nullptr;  ///< of one rank a node: looks after the file at every flush interval
    };
    Worker(const Plan& plan, Scheduler& scheduler, SweepWriter& writer);

    /// Computes until the chunks are handed out or a stop is requested. Throws IoError if results cannot be written.
    void work(std::span<const Chunk> chunks);

    [[nodiscard]] std::int64_t computed() const noexcept { return computed_; }
    [[nodiscard]] std::int64_t failed() const noexcept { return failed_; }

  private:
    [[nodiscard]] std::optional<std::int64_t> next();
    /// False if a stop was requested: the row is not done.
    [[nodiscard]] bool compute(std::size_t row);
    void report(std::size_t point, std::size_t replica, const std::string& message);
    void flush();
    /// Throws IoError if the file is no longer what it was; looks once in a flush interval.
    void watch_file();

    Plan plan_;
    Scheduler& scheduler_;
    SweepWriter& writer_;
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
};

}  // namespace gdm
