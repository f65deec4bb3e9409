#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include "gdm/parallel/communicator.hpp"
#include "gdm/parallel/node_memory.hpp"

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

/// Hands out the numbers 0 … count − 1, each once, over all ranks.
///
/// Inside a node the numbers come from a queue in shared memory: no messages, no waiting. Between nodes, the rank that finds
/// its node's queue low asks the master, a thread of rank 0 that answers while rank 0 computes; the others go on with
/// what the queue still holds. On one node there is no thread and no message: the queue is the master's counter itself.
class Scheduler {
  public:
    /// Collective. `node` as Communicator::node() gives it; `count` < 2^31 must be the same on all ranks.
    Scheduler(const Communicator& world, const Communicator& node, std::int64_t count, bool threads_may_communicate);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// The next number for this rank, or nothing when all are handed out or a stop was requested.
    [[nodiscard]] std::optional<std::int64_t> next();
    [[nodiscard]] NodeCounters& counters() const noexcept { return counters_; }
    /// Index of this rank's node, and how many there are.
    [[nodiscard]] int node_index() const noexcept { return node_index_; }
    [[nodiscard]] int nodes() const noexcept { return nodes_; }
    /// On rank 0: the sum over nodes, as last reported.
    [[nodiscard]] Tally tally() const;
    /// Ends the conversation between nodes; collective, after the last next() of every rank.
    void finish();

  private:
    struct Queue;
    struct Master;
    [[nodiscard]] std::optional<std::int64_t> pop();
    void refill();
    void serve();
    [[nodiscard]] Tally tally_of_node() const;

    Communicator talk_;
    const Communicator& node_;
    std::int64_t count_;
    int node_index_ = 0;
    int nodes_ = 1;
    NodeMemory memory_;
    Queue& queue_;
    NodeCounters& counters_;
    std::unique_ptr<Master> master_;
    std::thread server_;
};

}  // namespace gdm
