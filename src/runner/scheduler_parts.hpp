#pragma once

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "gdm/runner/scheduler.hpp"

/// What the two halves of the scheduler, those that ask and those that answer, have in common.
namespace gdm {

enum Tag : int { request_tag = 1, report_tag, goodbye_tag, reply_tag };

/// A lock in shared memory for a few loads and stores.
class SpinLock {
  public:
    void lock() noexcept {
        while (flag_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
    }
    void unlock() noexcept { flag_.clear(std::memory_order_release); }

  private:
    std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

/// What the ranks of a node share.
struct Scheduler::Shared {
    NodeCounters counters;
    /// Sums over the nodes that ask this one, as last reported.
    NodeCounters below;
    SpinLock lock;
    Stock stock;
    std::atomic<std::int64_t> idle{0};
    std::atomic<bool> talking{false};
    std::atomic<std::int64_t> talked{0};  ///< when, in nanoseconds of the clock
};

struct Scheduler::Request {
    std::int64_t node = 0;
    Tally tally;  ///< of the node and of all below it
    std::int64_t stop = 0;
    Demand demand;
};

struct Scheduler::Reply {
    Piece piece;
    std::int64_t last = 0;
    std::int64_t stop = 0;
};

/// Answers the nodes that ask this one, in a thread of the node's first rank.
class Scheduler::Server {
  public:
    explicit Server(Scheduler& scheduler);
    /// Until all of them have said goodbye.
    void serve();

  private:
    struct Waiting {
        int rank;
        Request request;
    };
    bool receive();
    void note(const Request& request);
    bool answer();
    void reply(int rank, Piece piece);
    bool speak();
    void count(Clock::time_point start);

    Scheduler& scheduler_;
    Shared& shared_;
    int to_leave_;
    bool told_stop_ = false;
    std::vector<Waiting> waiting_;
    std::map<std::int64_t, Tally> reported_;  ///< by node
};

}  // namespace gdm
