#include <chrono>
#include <mutex>

#include "scheduler_parts.hpp"

namespace gdm {
namespace {

/// The master looks for requests this often: far below the time a stock lasts, far above what a core would notice.
constexpr auto service_interval = std::chrono::microseconds(200);

}  // namespace

Scheduler::Server::Server(Scheduler& scheduler)
    : scheduler_(scheduler), shared_(scheduler.shared_), to_leave_(scheduler.tree_.children(scheduler.node_index_)) {}

void Scheduler::Server::serve() {
    while (to_leave_ > 0) {
        const bool received = receive();
        const bool answered = answer();
        const bool spoke = scheduler_.node_index_ != 0 && speak();
        if (!received && !answered && !spoke) std::this_thread::sleep_for(service_interval);
    }
}

bool Scheduler::Server::receive() {
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

void Scheduler::Server::note(const Request& request) {
    Tally& before = reported_[request.node];
    shared_.below.rows_done += request.tally.rows_done - before.rows_done;
    shared_.below.rows_failed += request.tally.rows_failed - before.rows_failed;
    shared_.below.work_done += request.tally.work_done - before.work_done;
    shared_.below.ranks_finished += request.tally.ranks_finished - before.ranks_finished;
    before = request.tally;
    if (request.stop != 0) shared_.counters.stop.store(true);
}

/// Gives to those who wait, in their order, while there is something.
bool Scheduler::Server::answer() {
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
        ++scheduler_.service_.requests;
        count(start);
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(served));
    return served > 0;
}

void Scheduler::Server::reply(int rank, Piece piece) {
    Reply answer{piece, 0, shared_.counters.stop.load() ? 1 : 0};
    {
        const std::lock_guard guard(shared_.lock);
        answer.last = shared_.stock.last && shared_.stock.empty() ? 1 : 0;
    }
    MPI_Send(&answer, sizeof answer, MPI_BYTE, rank, reply_tag, scheduler_.answers_.get());
}

/// A group's first node: asks when its stock is low, also while its own ranks are busy, and reports now and then.
bool Scheduler::Server::speak() {
    const bool stop = shared_.counters.stop.load();
    if (stop) return !told_stop_ && (told_stop_ = scheduler_.talk(false));
    if (scheduler_.wants_more()) return scheduler_.talk(true);
    return scheduler_.silent_for_long() && scheduler_.talk(false);
}

void Scheduler::Server::count(Clock::time_point start) {
    scheduler_.service_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace gdm
