#include "gdm/runner/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <vector>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

constexpr int request_tag = 1, reply_tag = 2, goodbye_tag = 3;
/// The master looks for requests this often: far below the time a queue lasts, far above what a core would notice.
constexpr auto service_interval = std::chrono::microseconds(200);

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

struct Piece {
    std::int64_t next = 0;
    std::int64_t end = 0;
    [[nodiscard]] std::int64_t size() const { return end - next; }
};

struct Request {
    Tally tally;
    std::int64_t node;
};

constexpr int request_length = sizeof(Request) / sizeof(std::int64_t);

struct Reply {
    std::int64_t first, end, stop;
};

}  // namespace

/// The node's supply: a piece in use and one fetched ahead.
struct Scheduler::Queue {
    SpinLock lock;
    Piece present;
    Piece ahead;
    std::atomic<bool> fetching{false};
    std::atomic<bool> exhausted{false};
    /// On the master's node alone: the next number that no node has yet.
    std::atomic<std::int64_t> undistributed{0};
};

struct Scheduler::Master {
    mutable std::mutex mutex;
    std::vector<Tally> reported;  ///< by node
};

namespace {
template <class Queue>
struct Shared {
    NodeCounters counters;
    Queue queue;
};
}  // namespace

Scheduler::Scheduler(const Communicator& world, const Communicator& node, std::int64_t count, bool threads_may_communicate)
    : talk_(world.duplicate()),
      node_(node),
      count_(count),
      memory_(node, sizeof(Shared<Queue>)),
      queue_(static_cast<Shared<Queue>*>(memory_.data())->queue),
      counters_(static_cast<Shared<Queue>*>(memory_.data())->counters) {
    if (node_.rank() == 0) new (memory_.data()) Shared<Queue>();
    node_.barrier();
    // Nodes are numbered by their first ranks, so that the node of world rank 0 is node 0.
    std::vector<std::int64_t> first(static_cast<std::size_t>(world.size()));
    std::int64_t mine = node_.broadcast(static_cast<std::int64_t>(world.rank()));
    MPI_Allgather(&mine, 1, MPI_INT64_T, first.data(), 1, MPI_INT64_T, world.get());
    std::vector<std::int64_t> leaders = first;
    std::sort(leaders.begin(), leaders.end());
    leaders.erase(std::unique(leaders.begin(), leaders.end()), leaders.end());
    nodes_ = static_cast<int>(leaders.size());
    node_index_ = static_cast<int>(std::lower_bound(leaders.begin(), leaders.end(), mine) - leaders.begin());
    if (nodes_ > 1 && !threads_may_communicate) {
        throw UsageError("this MPI library was built without thread support, which sweeps over several nodes need");
    }
    if (world.rank() == 0) {
        master_ = std::make_unique<Master>();
        master_->reported.resize(static_cast<std::size_t>(nodes_));
        if (nodes_ > 1) server_ = std::thread([this] { serve(); });
    }
}

Scheduler::~Scheduler() {
    // Only an exception can leave the server running; its node is about to end.
    if (server_.joinable()) server_.detach();
}

std::optional<std::int64_t> Scheduler::pop() {
    const std::lock_guard guard(queue_.lock);
    if (queue_.present.size() <= 0) std::swap(queue_.present, queue_.ahead);
    if (queue_.present.size() <= 0) return std::nullopt;
    return queue_.present.next++;
}

std::optional<std::int64_t> Scheduler::next() {
    if (node_index_ == 0) {
        if (counters_.stop.load(std::memory_order_relaxed)) return std::nullopt;
        const std::int64_t number = queue_.undistributed.fetch_add(1, std::memory_order_relaxed);
        return number < count_ ? std::optional(number) : std::nullopt;
    }
    for (;;) {
        if (counters_.stop.load(std::memory_order_relaxed)) return std::nullopt;
        const auto number = pop();
        bool low = false;
        {
            const std::lock_guard guard(queue_.lock);
            low = queue_.ahead.size() <= 0 && queue_.present.size() < node_.size();
        }
        if (low && !queue_.exhausted.load() && !queue_.fetching.exchange(true)) {
            refill();
            queue_.fetching.store(false);
            if (!number) continue;
        }
        if (number) return number;
        if (queue_.exhausted.load()) return pop();
        std::this_thread::sleep_for(service_interval);
    }
}

void Scheduler::refill() {
    const Request request{tally_of_node(), node_index_};
    Reply reply{};
    MPI_Send(&request, request_length, MPI_INT64_T, 0, request_tag, talk_.get());
    MPI_Recv(&reply, 3, MPI_INT64_T, 0, reply_tag, talk_.get(), MPI_STATUS_IGNORE);
    if (reply.stop != 0) counters_.stop.store(true);
    {
        const std::lock_guard guard(queue_.lock);
        queue_.ahead = {reply.first, reply.end};
    }
    if (reply.first >= reply.end) queue_.exhausted.store(true);
}

void Scheduler::serve() {
    int to_leave = nodes_ - 1;
    while (to_leave > 0) {
        int waiting = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, talk_.get(), &waiting, &status);
        if (waiting == 0) {
            std::this_thread::sleep_for(service_interval);
            continue;
        }
        Request request{};
        MPI_Recv(&request, request_length, MPI_INT64_T, status.MPI_SOURCE, status.MPI_TAG, talk_.get(), MPI_STATUS_IGNORE);
        {
            const std::lock_guard guard(master_->mutex);
            master_->reported[static_cast<std::size_t>(request.node)] = request.tally;
        }
        if (status.MPI_TAG == goodbye_tag) {
            --to_leave;
            continue;
        }
        // As many chunks as the node has ranks, on average: chunks shrink toward the end by themselves.
        const std::int64_t wanted = std::max(1, talk_.size() / nodes_);
        const bool stop = counters_.stop.load();
        const std::int64_t first = stop ? count_ : queue_.undistributed.fetch_add(wanted);
        const Reply reply{std::min(first, count_), std::min(first + wanted, count_), stop ? 1 : 0};
        MPI_Send(&reply, 3, MPI_INT64_T, status.MPI_SOURCE, reply_tag, talk_.get());
    }
}

Tally Scheduler::tally_of_node() const {
    return {counters_.rows_done.load(), counters_.rows_failed.load(), counters_.work_done.load(),
            counters_.ranks_finished.load()};
}

Tally Scheduler::tally() const {
    Tally sum = tally_of_node();
    if (!master_) return sum;
    const std::lock_guard guard(master_->mutex);
    for (std::size_t node = 1; node < master_->reported.size(); ++node) {
        sum.rows_done += master_->reported[node].rows_done;
        sum.rows_failed += master_->reported[node].rows_failed;
        sum.work_done += master_->reported[node].work_done;
        sum.ranks_finished += master_->reported[node].ranks_finished;
    }
    return sum;
}

void Scheduler::finish() {
    node_.barrier();
    if (node_index_ != 0 && node_.rank() == 0) {
        const Request goodbye{tally_of_node(), node_index_};
        MPI_Send(&goodbye, request_length, MPI_INT64_T, 0, goodbye_tag, talk_.get());
    }
    if (server_.joinable()) server_.join();
}

}  // namespace gdm
