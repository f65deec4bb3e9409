#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gdm/base/clock.hpp"
#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/job/job.hpp"

namespace gdm {

/// What a rank does. The first three alternate quickly, and short spans of them are merged; the others are told one by one.
enum class Activity : std::int32_t { compute, write, wait, prepare, verify, open, barrier, close };

/// A stretch of a rank's time, in nanoseconds since the common start. Merged ones say what they are made of.
struct Span {
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t point = -1;  ///< of the first replica in it
    std::int64_t replica = -1;
    std::int64_t replicas = 0;
    std::int64_t failed = 0;
    std::int64_t writes = 0;
    std::int64_t waits = 0;
    std::int64_t bytes = 0;  ///< written
    std::int64_t computing = 0;
    std::int64_t writing = 0;
    std::int64_t waiting = 0;
    Activity activity = Activity::compute;  ///< what most of it was
    std::int32_t one_point = 1;             ///< whether all of its replicas are of `point`
};

/// Spans of one rank in the order of time, at most `limit` of them, whatever their number: neighbours become one while
/// together they last no longer than the resolution, 1 ms at first, which doubles whenever the room is used up. Nothing is
/// left out but detail.
class SpanBuffer {
  public:
    static constexpr std::int64_t first_resolution = 1'000'000;  // ns
    explicit SpanBuffer(std::size_t limit) : limit_(limit) {}

    void add(const Span& span);
    [[nodiscard]] const std::vector<Span>& spans() const noexcept { return spans_; }
    [[nodiscard]] std::int64_t resolution() const noexcept { return resolution_; }

  private:
    [[nodiscard]] bool merge(Span& earlier, const Span& later) const;
    void compact();

    std::size_t limit_;
    std::int64_t resolution_ = first_resolution;
    std::vector<Span> spans_;
};

/// Records what this rank does, and at the end writes what all did as a Chrome trace (chrome://tracing, Perfetto): a process
/// a node, a thread a rank. Off unless started; every call then costs a look at a flag. A run that is killed leaves none.
class Trace {
  public:
    /// Collective. Times count from here, by the ranks' system clocks: rank 0's is the zero.
    void start(const Communicator& world);
    [[nodiscard]] bool on() const noexcept { return on_; }
    [[nodiscard]] Clock::time_point now() const { return on_ ? Clock::now() : Clock::time_point(); }

    void computed(std::size_t point, std::size_t replica, bool failed, Clock::time_point start, Clock::time_point end) {
        if (on_) add_replica(point, replica, failed, start, end);
    }
    /// From `start` to now.
    void wrote(std::size_t bytes, Clock::time_point start) {
        if (on_ && bytes > 0) add_write(bytes, start);
    }
    void waited(Clock::time_point start) {
        if (on_) add_wait(start);
    }
    void did(Activity activity, Clock::time_point start) {
        if (on_) add(activity, start);
    }
    void set_node(int index) noexcept { node_ = index; }

    /// Collective: gathers all spans and writes them into a TemporaryFile, which takes the name `path` when complete. Throws
    /// IoError on rank 0 alone, when all ranks have handed over theirs.
    void write(const Communicator& world, const Job& job, const std::filesystem::path& path) const;

  private:
    [[nodiscard]] std::int64_t time_of(Clock::time_point time) const;
    void add_replica(std::size_t point, std::size_t replica, bool failed, Clock::time_point start, Clock::time_point end);
    void add_write(std::size_t bytes, Clock::time_point start);
    void add_wait(Clock::time_point start);
    void add(Activity activity, Clock::time_point start);

    bool on_ = false;
    int node_ = 0;
    Clock::time_point zero_;
    SpanBuffer buffer_{0};
    std::int64_t brief_waits_ = 0;  ///< too short to be told
};

/// Before a sweep: throws UsageError if a trace named `path` would take the place of another kind of file or of the sweep
/// file `output`, IoError if it cannot be written there.
void check_trace_path(const std::filesystem::path& path, const std::filesystem::path& output);

}  // namespace gdm
