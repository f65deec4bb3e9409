#include "computation.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "gdm/base/clock.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/chunk_table.hpp"
#include "gdm/runner/launcher.hpp"
#include "gdm/runner/progress.hpp"
#include "gdm/runner/scheduler.hpp"
#include "gdm/runner/store.hpp"
#include "gdm/runner/worker.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/storage/sweep_writer.hpp"
#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

/// Progress on rank 0, unless it is to be quiet.
void show_progress(std::optional<Progress>& progress, const Job& job, const SweepOptions& options,
                   const SweepOutcome& outcome, int ranks, const Scheduler& scheduler, bool announced,
                   std::span<const Chunk> chunks) {
    const double cost = chunks.empty() || !job.experiment->cost ? 0 : chunks.back().before + chunks.back().cost;

    progress.emplace(Progress::Plan{.name = job.experiment->name,
                                    .points = static_cast<std::int64_t>(job.header.points),
                                    .rows = outcome.rows,
                                    .rows_before = outcome.rows - outcome.missing(),
                                    .ranks = ranks,
                                    .terminal = stderr_is_on_terminal(),
                                    .log_interval = options.log_interval,
                                    .announced = announced,
                                    .estimate = 1e-9 * cost / ranks},
                     [&scheduler] { return scheduler.tally(); });
}

/// What all ranks have done is added to the outcome. Collective.
void add_work(const Communicator& world, const Worker& worker, const SweepWriter& writer, SweepOutcome& outcome) {
    const std::int64_t computed = world.sum(worker.computed()), failed = world.sum(worker.failed());
    outcome.computed += computed;
    outcome.writes += world.sum(writer.writes());
    outcome.failed += failed;
    outcome.saved = world.sum(worker.saved());
    outcome.done += computed - failed;
}

}  // namespace

SessionRecord present_session(const Communicator& world, const Job& job, const SweepOptions& options) {
    char host[65] = {};
    gethostname(host, sizeof host - 1);
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return {options.command_line,
            host,
            code_version_of(*job.experiment),
            job.header.instruction_set,
            MpiSession::library_version(),
            fmt::format("HDF5 {}.{}.{}", major, minor, release),
            utc_now(),
            "",
            static_cast<std::uint64_t>(world.size())};
}

/// On rank 0: the list of chunks. The ranks estimate costs together, because that may take longest.
std::vector<Chunk> Computation::list_chunks(const Job& job, const std::vector<std::uint8_t>& todo,
                                            std::span<const SavedState> saved) const {
    const Communicator& world = shared_.world;
    const auto ranks = static_cast<std::size_t>(world.size());
    const auto part = world.part_of(job.header.points, ranks);
    const auto mine = costs_of(job.experiment, Points(job.header), part.first, part.count);
    const auto costs = world.gather(std::span<const double>(mine));
    return world.rank() == 0 ? make_chunks(todo, saved, costs, job.header.replicas, ranks) : std::vector<Chunk>();
}

/// Which replicas of `todo` have a state to go on from, and which places are free for others. Collective.
StatePlaces Computation::find_states(const Job& job, const std::vector<std::uint8_t>& todo) {
    const Communicator& world = shared_.world;
    StatePlaces places;
    if (!job.header.state.any()) return places;
    world.on_first([&] {
        const SweepReader reader(shared_.options.output, job.header);
        retried_.clear();
        left_.clear();
        if (shared_.options.retry_failed) {
            const auto checksums = reader.read_checksums(0, todo.size());
            for (std::size_t row = 0; row < todo.size(); ++row) {
                if (todo[row] != 0 && checksums[row] == checksum_failed) retried_.push_back(row);
            }
        }
        for (const SavedState& one : saved_states(job.header, reader.states_of_replicas().records())) {
            if (std::binary_search(retried_.begin(), retried_.end(), one.row)) {
                left_.push_back(one.place);
            } else if (todo[one.row] != 0) {
                places.saved.push_back(one);
            }
        }
    });
    const auto count = static_cast<std::size_t>(world.broadcast(static_cast<std::int64_t>(places.saved.size())));
    places.saved.resize(count);
    world.broadcast(std::as_writable_bytes(std::span(places.saved)));
    if (job.header.state.places == job.header.rows()) return places;
    std::vector<bool> taken(job.header.state.places, false);
    for (const SavedState& one : places.saved) taken[one.place] = true;
    int turn = 0;
    for (std::size_t place = 0; place < taken.size(); ++place) {
        if (!taken[place] && turn++ % world.size() == world.rank()) places.free.push_back(place);
    }
    return places;
}

/// A failed replica that is computed again is from now on one that was never begun: its own states, not those that led to
/// its failure, are to be found when this run is killed. Collective.
void Computation::begin_anew(const Job& job, SweepWriter& writer, Trouble& trouble) const {
    if (!job.header.state.any() || !shared_.options.retry_failed) return;
    trouble.attempt([&] {
        if (shared_.world.rank() != 0) return;
        for (const std::size_t place : left_) writer.states().forget(place);
        for (const std::size_t row : retried_) writer.write(absent_rows(row, 1, job.header.layout().size()));
    });
    shared_.world.barrier();
}

void Computation::count_rows_before() {
    const Communicator& world = shared_.world;
    world.on_first([&] {
        const SweepReader reader(shared_.options.output);
        if (session_number_ < 0) session_number_ = static_cast<std::int64_t>(reader.sessions().size());
        failures_before_ = static_cast<std::int64_t>(reader.failure_rows());
    });
    session_number_ = world.broadcast(session_number_);
    failures_before_ = world.broadcast(failures_before_);
}

void Computation::run(const Job& job, const std::vector<std::uint8_t>& todo, SweepOutcome& outcome, Trouble& trouble) {
    const auto& [mpi, world, inputs, context, options, trace] = shared_;
    const Communicator node = world.node(options.ranks_per_node);
    StatePlaces places = find_states(job, todo);
    const ChunkTable table(world, node, list_chunks(job, todo, places.saved));
    const bool first_pass = session_number_ < 0;
    count_rows_before();
    const auto session_number = static_cast<std::uint32_t>(session_number_);
    SessionRecord session = session_;

    // The file is opened first: between nodes the scheduler's master answers from a thread of its own, and no
    // collective call may run while it does.
    auto since = trace.now();
    std::optional<FileWatch> watch;
    world.together([&, &file = options.output] {
        if (node.rank() == 0) watch.emplace(file);
    });
    SweepWriter writer(world, options.output, job.header, options.mpi_hints);
    trace.did(Activity::open, since);
    writer.set_session(session_number);
    Scheduler scheduler(world, node, table.chunks(), {mpi.threads_may_communicate(), options.nodes_per_group});
    trace.set_node(scheduler.node_index());
    ReplicaStates states(writer.states(), job.header, std::move(places), SavePace(options.save_interval));
    Worker worker({job, inputs, context, options.flush_interval, static_cast<std::size_t>(failures_before_), trace,
                   options.program, watch ? &*watch : nullptr},
                  scheduler, writer, states);
    const bool first = world.rank() == 0;
    const auto write_session = [&] {
        if (first) writer.write_session(session_number, session);
    };
    begin_anew(job, writer, trouble);
    const auto start = Clock::now();
    {
        std::optional<Progress> progress;
        if (first && !options.quiet) {
            show_progress(progress, job, options, outcome, world.size(), scheduler, !first_pass, table.chunks());
        }
        // An error of one rank stops the others by the flag they all watch, so that all reach the closing of the file.
        trouble.attempt([&] {
            write_session();
            worker.work(table.chunks());
        });
        if (trouble.any()) scheduler.counters().stop.store(true);
        since = trace.now();
        scheduler.finish();
        world.barrier();
        trace.did(Activity::barrier, since);
    }
    // Closing may give a file that was cut its length again.
    trouble.attempt([&] {
        if (watch) watch->check();
    });
    outcome.seconds += seconds_since(start);
    session.end = utc_now();
    trouble.attempt(write_session);
    since = trace.now();
    trouble.attempt([&] { writer.close(); });
    if (first) trouble.attempt([&, &file = options.output] { sync_file(file); });
    trace.did(Activity::close, since);
    add_work(world, worker, writer, outcome);
    confirm(job, outcome, watch, trouble);
}

/// What this run says of its file is what the file says itself, under its name: nothing else is a success, and whatever
/// went wrong before has its reason here.
void Computation::confirm(const Job& job, const SweepOutcome& outcome, const std::optional<FileWatch>& watch,
                          Trouble& trouble) const {
    const Communicator& world = shared_.world;
    const auto& path = shared_.options.output;
    if (world.rank() == 0) {
        try {
            watch->check_and_rescue();
        } catch (const Error& error) {
            trouble.replace(error);
        }
        trouble.attempt([&] {
            std::string other;
            try {
                other = first_difference(SweepReader(path).header(), job.header);
            } catch (const Error& error) {
                other = error.what();
            }
            if (other.empty()) return;
            throw IoError(
                fmt::format("{} was overwritten while the sweep ran, and what was done is lost: {}", path.string(), other));
        });
    }
    if (world.max(trouble.any() ? 1 : 0) != 0) return;
    const auto states = read_states(world, path, job.header, false);
    const auto there = static_cast<std::int64_t>(std::count_if(
        states.begin(), states.end(), [](auto state) { return state != static_cast<std::uint8_t>(RowState::absent); }));
    const std::int64_t wanted = outcome.done + outcome.failed;
    if (world.rank() != 0 || there >= wanted) return;
    trouble.replace(IoError(
        fmt::format("{} was damaged while the sweep ran: it holds {} of {} replicas that were written; repeat the command",
                    path.string(), there, wanted)));
}

}  // namespace gdm
