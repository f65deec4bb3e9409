#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "gdm/base/clock.hpp"
#include "gdm/parallel/communicator.hpp"
#include "gdm/parallel/node_memory.hpp"
#include "gdm/runner/allotment.hpp"
#include "gdm/runner/chunks.hpp"

namespace gdm {

/// Counters that all ranks of a node share.
struct NodeCounters {
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> rows_done{0};
    std::atomic<std::int64_t> rows_failed{0};
    /// Work of the rows finished, in units of 2^-40 of the whole.
    std::atomic<std::int64_t> work_done{0};
    std::atomic<std::int64_t> ranks_finished{0};  ///< that found nothing left to do
};

inline constexpr double work_units = 1099511627776.0;  // 2^40

/// What the whole sweep has done so far, as rank 0 knows it.
struct Tally {
    std::int64_t rows_done = 0;
    std::int64_t rows_failed = 0;
    std::int64_t work_done = 0;
    std::int64_t ranks_finished = 0;
};

/// What answering other nodes took.
struct Service {
    std::int64_t requests = 0;
    double seconds = 0;
};

/// Hands out the numbers of the chunks, each once, over all ranks.
///
/// Inside a node the numbers come from a stock in shared memory: no messages, no waiting. Between nodes, a rank that finds
/// its node's stock low asks the node above (Allotment says when, and how much it gets), where a thread of the first
/// rank answers while that rank computes; the others go on with what the stock still holds. Every second a node reports
/// what it has done and hears whether to stop. On one node there is no thread and no message.
class Scheduler {
  public:
    struct Options {
        bool threads_may_communicate = false;
        int nodes_per_group = 0;  ///< 0: as NodeTree chooses
    };
    /// Collective. `node` as Communicator::node() gives it; `chunks` must be the same on all ranks, and outlive this.
    Scheduler(const Communicator& world, const Communicator& node, std::span<const Chunk> chunks, const Options& options);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// The next number for this rank, or nothing when all are handed out or a stop was requested.
    [[nodiscard]] std::optional<std::int64_t> next();
    /// Between replicas: tells the node above what was done, if it has not heard of it for a second, though nothing is asked
    /// of it; else a long chunk would keep the progress of all waiting.
    void report_now_and_then() {
        if (node_index_ != 0 && silent_for_long()) talk(false);
    }
    [[nodiscard]] NodeCounters& counters() const noexcept;
    /// Index of this rank's node, and how many there are.
    [[nodiscard]] int node_index() const noexcept { return node_index_; }
    [[nodiscard]] int nodes() const noexcept { return tree_.nodes(); }
    /// On rank 0: the sum over nodes, as last reported. Elsewhere: of the node and those that ask it.
    [[nodiscard]] Tally tally() const;
    /// What this rank's thread, if it has one, did for other nodes.
    [[nodiscard]] Service service() const noexcept { return service_; }
    /// Ends the conversation between nodes; collective, after the last next() of every rank.
    void finish();

  private:
    struct Shared;
    struct Request;
    struct Reply;
    class Server;

    [[nodiscard]] bool wants_more() const;
    [[nodiscard]] bool silent_for_long() const;
    [[nodiscard]] double pace() const;
    /// Asks the node above for chunks, or only reports; false if another rank of the node is at it.
    bool talk(bool for_chunks);
    [[nodiscard]] Request request() const;

    Communicator questions_, answers_;
    const Communicator& node_;
    std::vector<std::int64_t> leaders_;  ///< first rank of each node
    NodeTree tree_;
    int node_index_ = 0;
    Allotment allotment_;
    NodeMemory memory_;
    Shared& shared_;
    Clock::time_point start_;
    Service service_;
    std::thread server_;
};

}  // namespace gdm
