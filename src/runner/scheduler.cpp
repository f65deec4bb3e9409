#include "gdm/runner/scheduler.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

constexpr int request_tag = 1, report_tag = 2, goodbye_tag = 3, reply_tag = 4;
/// The master looks for requests this often: far below the time a stock lasts, far above what a core would notice.
constexpr auto service_interval = std::chrono::microseconds(200);
/// A rank without work looks for some this often.
constexpr auto idle_interval = std::chrono::microseconds(50);
/// A node that asks for nothing reports this often.
constexpr std::chrono::nanoseconds report_interval = std::chrono::seconds(1);

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

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds_now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Leaves the first rank of each node, in order: so the node of world rank 0 is node 0. Returns how many ranks each has.
std::vector<int> number_nodes(std::vector<std::int64_t>& first_ranks) {
    std::map<std::int64_t, int> ranks;
    for (const auto leader : first_ranks) ++ranks[leader];
    first_ranks.clear();
    std::vector<int> sizes;
    for (const auto& [leader, count] : ranks) {
        first_ranks.push_back(leader);
        sizes.push_back(count);
    }
    return sizes;
}

/// For each rank, the first rank of its node.
std::vector<std::int64_t> first_ranks(const Communicator& world, const Communicator& node) {
    std::vector<std::int64_t> first(static_cast<std::size_t>(world.size()));
    const std::int64_t mine = node.broadcast(static_cast<std::int64_t>(world.rank()));
    MPI_Allgather(&mine, 1, MPI_INT64_T, first.data(), 1, MPI_INT64_T, world.get());
    return first;
}

}  // namespace

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
    std::int64_t node;
    Tally tally;  ///< of the node and of all below it
    std::int64_t stop;
    Demand demand;
};

struct Scheduler::Reply {
    Piece piece;
    std::int64_t last;
    std::int64_t stop;
};

/// Answers the nodes that ask this one, in a thread of the node's first rank.
class Scheduler::Server {
  public:
    explicit Server(Scheduler& scheduler)
        : scheduler_(scheduler), shared_(scheduler.shared_), to_leave_(scheduler.tree_.children(scheduler.node_index_)) {}

    void serve() {
        while (to_leave_ > 0) {
            const bool received = receive();
            const bool answered = answer();
            const bool spoke = scheduler_.node_index_ != 0 && speak();
            if (!received && !answered && !spoke) std::this_thread::sleep_for(service_interval);
        }
    }

  private:
    bool receive() {
        int waiting = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, scheduler_.questions_.get(), &waiting, &status);
        if (waiting == 0) return false;
        const auto start = Clock::now();
        Request request{};
        MPI_Recv(&request, sizeof request, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, scheduler_.questions_.get(),
                 MPI_STATUS_IGNORE);
        note(request);
        if (status.MPI_TAG == goodbye_tag) --to_leave_;
        if (status.MPI_TAG == report_tag) reply(status.MPI_SOURCE, {});
        if (status.MPI_TAG == request_tag) waiting_.push_back({status.MPI_SOURCE, request});
        count(start);
        return true;
    }

    void note(const Request& request) {
        Tally& before = reported_[request.node];
        shared_.below.rows_done += request.tally.rows_done - before.rows_done;
        shared_.below.rows_failed += request.tally.rows_failed - before.rows_failed;
        shared_.below.work_done += request.tally.work_done - before.work_done;
        shared_.below.ranks_finished += request.tally.ranks_finished - before.ranks_finished;
        before = request.tally;
        if (request.stop != 0) shared_.counters.stop.store(true);
    }

    /// Gives to those who wait, in their order, while there is something.
    bool answer() {
        std::size_t served = 0;
        for (; served < waiting_.size(); ++served) {
            const auto start = Clock::now();
            const auto& [rank, request] = waiting_[served];
            Piece piece;
            if (!shared_.counters.stop.load()) {
                const std::lock_guard guard(shared_.lock);
                piece = scheduler_.allotment_.grant(shared_.stock, scheduler_.node_index_, static_cast<int>(request.node),
                                                    request.demand);
                if (piece.size() <= 0 && !shared_.stock.last) break;
            }
            reply(rank, piece);
            ++service().requests;
            count(start);
        }
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(served));
        return served > 0;
    }

    void reply(int rank, Piece piece) {
        Reply answer{piece, 0, shared_.counters.stop.load() ? 1 : 0};
        {
            const std::lock_guard guard(shared_.lock);
            answer.last = shared_.stock.last && shared_.stock.empty() ? 1 : 0;
        }
        MPI_Send(&answer, sizeof answer, MPI_BYTE, rank, reply_tag, scheduler_.answers_.get());
    }

    /// A group's first node: asks when its stock is low, also while its own ranks are busy, and reports now and then.
    bool speak() {
        const bool stop = shared_.counters.stop.load();
        if (stop) return !told_stop_ && (told_stop_ = scheduler_.talk(false));
        if (scheduler_.wants_more()) return scheduler_.talk(true);
        return scheduler_.silent_for_long() && scheduler_.talk(false);
    }

    void count(Clock::time_point start) { service().seconds += seconds_since(start); }
    Service& service() { return scheduler_.service_; }

    struct Waiting {
        int rank;
        Request request;
    };
    Scheduler& scheduler_;
    Shared& shared_;
    int to_leave_;
    bool told_stop_ = false;
    std::vector<Waiting> waiting_;
    std::map<std::int64_t, Tally> reported_;  ///< by node
};

Scheduler::Scheduler(const Communicator& world, const Communicator& node, std::span<const Chunk> chunks,
                     const Options& options)
    : questions_(world.duplicate()),
      answers_(world.duplicate()),
      node_(node),
      leaders_(first_ranks(world, node)),
      tree_(number_nodes(leaders_), options.nodes_per_group),
      allotment_(chunks, tree_),
      memory_(node, sizeof(Shared)),
      shared_(*static_cast<Shared*>(memory_.data())) {
    const std::int64_t mine = node_.broadcast(static_cast<std::int64_t>(world.rank()));
    node_index_ = static_cast<int>(std::lower_bound(leaders_.begin(), leaders_.end(), mine) - leaders_.begin());
    if (nodes() > 1 && !options.threads_may_communicate) {
        throw UsageError("this MPI library was built without thread support, which sweeps over several nodes need");
    }
    if (node_.rank() == 0) {
        new (memory_.data()) Shared();
        shared_.stock = allotment_.initial(node_index_);
        shared_.talked = nanoseconds_now();
    }
    node_.barrier();
    start_ = Clock::now();
    if (node_.rank() == 0 && tree_.children(node_index_) > 0) {
        server_ = std::thread([this] { Server(*this).serve(); });
    }
}

Scheduler::~Scheduler() {
    // Only an exception can leave the server running; its node is about to end.
    if (server_.joinable()) server_.detach();
}

NodeCounters& Scheduler::counters() const noexcept { return shared_.counters; }

std::optional<std::int64_t> Scheduler::next() {
    for (;;) {
        if (shared_.counters.stop.load(std::memory_order_relaxed)) return std::nullopt;
        if (node_index_ != 0) {
            if (wants_more()) {
                talk(true);
            } else if (silent_for_long()) {
                talk(false);
            }
        }
        {
            const std::lock_guard guard(shared_.lock);
            if (const auto number = shared_.stock.take()) return number;
            if (shared_.stock.last) return std::nullopt;
        }
        shared_.idle.fetch_add(1, std::memory_order_relaxed);
        std::this_thread::sleep_for(idle_interval);
        shared_.idle.fetch_sub(1, std::memory_order_relaxed);
    }
}

bool Scheduler::wants_more() const {
    const double rate = pace();
    const std::lock_guard guard(shared_.lock);
    return allotment_.low(shared_.stock, rate);
}

bool Scheduler::silent_for_long() const {
    return nanoseconds_now() - shared_.talked.load(std::memory_order_relaxed) > report_interval.count();
}

double Scheduler::pace() const {
    const double done = static_cast<double>(shared_.counters.work_done.load(std::memory_order_relaxed)) / work_units;
    return done * allotment_.whole_work() / seconds_since(start_) * tree_.ranks_below(node_index_) / node_.size();
}

bool Scheduler::talk(bool for_chunks) {
    if (shared_.talking.exchange(true)) return false;
    // Another rank may have fetched some since this one looked.
    if (!for_chunks || wants_more()) {
        const Request question = request();
        const int above = static_cast<int>(leaders_[static_cast<std::size_t>(tree_.parent(node_index_))]);
        MPI_Send(&question, sizeof question, MPI_BYTE, above, for_chunks ? request_tag : report_tag, questions_.get());
        Reply answer{};
        MPI_Recv(&answer, sizeof answer, MPI_BYTE, above, reply_tag, answers_.get(), MPI_STATUS_IGNORE);
        if (answer.stop != 0) shared_.counters.stop.store(true);
        if (for_chunks) {
            const std::lock_guard guard(shared_.lock);
            shared_.stock.add(answer.piece, answer.last != 0);
        }
        shared_.talked = nanoseconds_now();
    }
    shared_.talking.store(false);
    return true;
}

Scheduler::Request Scheduler::request() const {
    return {node_index_, tally(), shared_.counters.stop.load() ? 1 : 0, {pace(), shared_.idle.load() + 1}};
}

Tally Scheduler::tally() const {
    const auto sum = [&](auto counter) { return (shared_.counters.*counter).load() + (shared_.below.*counter).load(); };
    return {sum(&NodeCounters::rows_done), sum(&NodeCounters::rows_failed), sum(&NodeCounters::work_done),
            sum(&NodeCounters::ranks_finished)};
}

void Scheduler::finish() {
    node_.barrier();
    if (server_.joinable()) server_.join();
    if (node_index_ != 0 && node_.rank() == 0) {
        const Request goodbye = request();
        const int above = static_cast<int>(leaders_[static_cast<std::size_t>(tree_.parent(node_index_))]);
        MPI_Send(&goodbye, sizeof goodbye, MPI_BYTE, above, goodbye_tag, questions_.get());
    }
}

}  // namespace gdm
