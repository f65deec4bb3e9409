#include "support/scheduler_simulation.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <numeric>
#include <queue>

namespace gdm::test {
namespace {

/// The simulated machine and its clock.
class Simulation {
  public:
    Simulation(const Machine& machine, const Workload& workload, const std::vector<Chunk>& chunks)
        : machine_(machine), workload_(workload), chunks_(chunks), tree_(node_sizes(machine), machine.nodes_per_group),
          allotment_(chunks_, tree_), nodes_(static_cast<std::size_t>(tree_.nodes())),
          ranks_(static_cast<std::size_t>(machine.ranks)) {}

    Outcome run() {
        for (int node = 0; node < tree_.nodes(); ++node) {
            at(node).stock = allotment_.initial(node);
            at(node).serves = tree_.children(node) > 0;
            if (at(node).serves) schedule(0, Event::Kind::look, node);
        }
        for (int rank = 0; rank < machine_.ranks; ++rank) schedule(0, Event::Kind::next, rank);
        while (running_ > 0) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.time;
            handle(event);
        }
        Outcome outcome;
        outcome.seconds = end_;
        outcome.chunks = static_cast<std::int64_t>(chunks_.size());
        outcome.requests = requests_;
        for (const Node& node : nodes_) outcome.busiest = std::max(outcome.busiest, node.busy / end_);
        outcome.asking = asking_ / (end_ * machine_.ranks);
        return outcome;
    }

  private:
    struct Event {
        enum class Kind { next, finished, look, ask, answer, server_answer };
        double time;
        std::int64_t order;  ///< of equal times: first come
        Kind kind;
        int who;             ///< a rank, or for servers a node
        int asker = -1;      ///< of a request: the rank, or −1 for the node's server
        Piece piece = {};
        bool last = false;
        bool operator>(const Event& other) const { return time != other.time ? time > other.time : order > other.order; }
    };
    struct Waiting {
        int node;
        int asker;
        Demand demand;
    };
    struct Node {
        Stock stock;
        bool serves = false;
        bool talking = false;
        bool server_asks = false;
        std::int64_t idle = 0;
        double work_done = 0;
        double busy = 0;
        std::deque<Waiting> inbox;
    };
    struct Rank {
        std::int64_t chunk = -1;
        double busy_before = 0;  ///< of the server on its core, when it began
        double since = 0;        ///< when it began to ask or wait
        bool idle = false;
    };
    using Kind = Event::Kind;

    static std::vector<int> node_sizes(const Machine& machine) {
        std::vector<int> sizes;
        for (int left = machine.ranks; left > 0; left -= machine.ranks_per_node) {
            sizes.push_back(std::min(left, machine.ranks_per_node));
        }
        return sizes;
    }

    Node& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
    Rank& rank_at(int rank) { return ranks_[static_cast<std::size_t>(rank)]; }
    void schedule(double time, Kind kind, int who, int asker = -1, Piece piece = {}, bool last = false) {
        events_.push({time, order_++, kind, who, asker, piece, last});
    }
    int node_of(int rank) const { return rank / machine_.ranks_per_node; }
    /// The rank whose core a server shares, or none.
    bool shares_core(int rank) { return rank % machine_.ranks_per_node == 0 && at(node_of(rank)).serves; }

    double pace(int node) {
        return now_ > 0 ? at(node).work_done / now_ * tree_.ranks_below(node) / tree_.ranks(node) : 0;
    }
    bool wants_more(int node) { return allotment_.low(at(node).stock, pace(node)); }

    void handle(const Event& event) {
        switch (event.kind) {
            case Kind::next: next(event.who); break;
            case Kind::finished: finished(event.who); break;
            case Kind::look: look(event.who); break;
            case Kind::ask: received(event.who, event.asker); break;
            case Kind::answer: answered(event); break;
            case Kind::server_answer: server_answered(event); break;
        }
    }

    /// Scheduler::next().
    void next(int rank) {
        const int node = node_of(rank);
        Node& home = at(node);
        if (rank_at(rank).idle) {
            rank_at(rank).idle = false;
            --home.idle;
            asking_ += now_ - rank_at(rank).since;
        }
        if (node != 0 && !home.talking && wants_more(node)) {
            home.talking = true;
            rank_at(rank).since = now_;
            schedule(now_ + machine_.latency, Kind::ask, node, rank);
            return;
        }
        take(rank);
    }

    void take(int rank) {
        Node& home = at(node_of(rank));
        if (const auto number = home.stock.take()) {
            rank_at(rank).chunk = *number;
            rank_at(rank).busy_before = home.busy;
            const Chunk& chunk = chunks_[static_cast<std::size_t>(*number)];
            const auto first = workload_.seconds.begin() + static_cast<std::ptrdiff_t>(chunk.first);
            const double seconds = std::accumulate(first, first + static_cast<std::ptrdiff_t>(chunk.rows), 0.);
            const bool slow = node_of(rank) == tree_.nodes() - 1;
            schedule(now_ + seconds * (slow ? machine_.slowdown : 1), Kind::finished, rank);
        } else if (home.stock.last) {
            --running_;
            end_ = std::max(end_, now_);
        } else {
            rank_at(rank).idle = true;
            rank_at(rank).since = now_;
            ++home.idle;
            schedule(now_ + machine_.idle_interval, Kind::next, rank);
        }
    }

    void finished(int rank) {
        Node& home = at(node_of(rank));
        Rank& one = rank_at(rank);
        if (shares_core(rank) && home.busy > one.busy_before) {
            const double lost = home.busy - one.busy_before;
            one.busy_before = home.busy;
            schedule(now_ + lost, Kind::finished, rank);
            return;
        }
        home.work_done += chunks_[static_cast<std::size_t>(one.chunk)].cost;
        next(rank);
    }

    /// A question of a rank of `node`, or of its server, reaches the server above.
    void received(int node, int asker) {
        const Node& home = at(node);
        at(tree_.parent(node)).inbox.push_back({node, asker, {pace(node), home.idle + 1}});
    }

    /// One turn of Server::serve().
    void look(int node) {
        Node& home = at(node);
        if (home.server_asks) return;
        double busy = 0;
        if (!home.inbox.empty()) {
            const Waiting& first = home.inbox.front();
            const Piece piece = allotment_.grant(home.stock, node, first.node, first.demand);
            if (piece.size() > 0 || home.stock.last) {
                busy = machine_.service;
                home.busy += busy;
                ++requests_;
                const double arrival = now_ + busy + machine_.latency;
                const bool last = home.stock.last && home.stock.empty();
                if (first.asker < 0) {
                    schedule(arrival, Kind::server_answer, first.node, -1, piece, last);
                } else {
                    schedule(arrival, Kind::answer, first.asker, -1, piece, last);
                }
                home.inbox.pop_front();
            }
        }
        if (node != 0 && !home.talking && wants_more(node)) {
            home.talking = home.server_asks = true;
            schedule(now_ + busy + machine_.latency, Kind::ask, node, -1);
            return;
        }
        schedule(now_ + (busy > 0 ? busy : machine_.poll_interval), Kind::look, node);
    }

    void answered(const Event& event) {
        Node& home = at(node_of(event.who));
        home.stock.add(event.piece, event.last);
        home.talking = false;
        asking_ += now_ - rank_at(event.who).since;
        take(event.who);
    }

    void server_answered(const Event& event) {
        Node& home = at(event.who);
        home.stock.add(event.piece, event.last);
        home.talking = home.server_asks = false;
        look(event.who);
    }

    const Machine& machine_;
    const Workload& workload_;
    const std::vector<Chunk>& chunks_;
    NodeTree tree_;
    Allotment allotment_;
    std::vector<Node> nodes_;
    std::vector<Rank> ranks_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::int64_t order_ = 0;
    std::int64_t requests_ = 0;
    double now_ = 0;
    double end_ = 0;
    double asking_ = 0;
    int running_ = machine_.ranks;
};

double list_schedule(const Machine& machine, const Workload& workload, const std::vector<Chunk>& chunks) {
    std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
    for (int r = 0; r < machine.ranks; ++r) free_at.push(0);
    double end = 0;
    for (const Chunk& chunk : chunks) {
        for (std::size_t row = chunk.first; row < chunk.first + chunk.rows; ++row) {
            const double finished = free_at.top() + workload.seconds[row];
            free_at.pop();
            free_at.push(finished);
            end = std::max(end, finished);
        }
    }
    return end;
}

}  // namespace

Outcome simulate(const Machine& machine, const Workload& workload) {
    const std::vector<std::uint8_t> todo(workload.seconds.size(), 1);
    const auto chunks = make_chunks(todo, workload.cost, workload.replicas, static_cast<std::size_t>(machine.ranks));
    Outcome outcome = Simulation(machine, workload, chunks).run();
    const double work = std::accumulate(workload.seconds.begin(), workload.seconds.end(), 0.);
    outcome.bound = std::max(work / machine.ranks, *std::max_element(workload.seconds.begin(), workload.seconds.end()));
    outcome.list = list_schedule(machine, workload, chunks);
    return outcome;
}

}  // namespace gdm::test
