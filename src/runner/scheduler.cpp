#include "gdm/runner/scheduler.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "gdm/base/error.hpp"
#include "scheduler_parts.hpp"

namespace gdm {
namespace {

/// A rank without work looks for some this often.
constexpr auto idle_interval = std::chrono::microseconds(50);
/// A node that asks for nothing reports this often.
constexpr std::chrono::nanoseconds report_interval = std::chrono::seconds(1);

std::int64_t nanoseconds_now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

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
