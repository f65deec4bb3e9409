#include "gdm/runner/sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/runner/chunk_table.hpp"
#include "gdm/runner/chunks.hpp"
#include "gdm/runner/progress.hpp"
#include "gdm/runner/scheduler.hpp"
#include "gdm/runner/store.hpp"
#include "gdm/runner/worker.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/sweep_writer.hpp"

namespace gdm {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

SessionRecord present_session(const Communicator& world, const Job& job, const SweepOptions& options) {
    char host[65] = {};
    gethostname(host, sizeof host - 1);
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return {options.command_line,
            host,
            code_version(),
            job.header.instruction_set,
            MpiSession::library_version(),
            fmt::format("HDF5 {}.{}.{}", major, minor, release),
            utc_now(),
            "",
            static_cast<std::uint64_t>(world.size())};
}

/// One run of the program on its file.
class Sweep {
  public:
    Sweep(const MpiSession& mpi, const Communicator& world, const Job& job, const Inputs& inputs,
          const SweepOptions& options)
        : mpi_(mpi), world_(world), job_(job), inputs_(inputs), options_(options) {
        options_.output = without_links(options_.output);
        job_.header.code_version = code_version();
        job_.header.created = utc_now();
        job_.header.instruction_set = instruction_set();
    }

    SweepOutcome run() {
        // First, because it may refuse a dataset, and then nothing is to be written.
        world_.together([&] {
            if (job_.experiment->prepare) context_ = job_.experiment->prepare(job_.header.point(0), inputs_);
        });
        // The same file on every rank, claimed by the first before anything is written.
        bool fresh = false;
        world_.on_first([&] { lock_ = prepare_file(job_, options_, fresh); });
        world_.together([&] {
            if (world_.rank() != 0) lock_ = FileLock::join(options_.output);
        });
        const auto todo = take_stock(world_.broadcast(std::int64_t{fresh}) != 0);
        if (outcome_.missing() == 0) {
            leave();
            return outcome_;
        }
        if (world_.rank() == 0 && options_.on_start) options_.on_start();
        compute(todo);
        leave();
        world_.together([&] {
            if (trouble_) throw Error(*trouble_);
        });
        return outcome_;
    }

  private:
    /// Counts what the file holds; the rows to compute, as ones.
    std::vector<std::uint8_t> take_stock(bool fresh) {
        outcome_.rows = static_cast<std::int64_t>(job_.header.rows());
        auto states = fresh ? std::vector<std::uint8_t>(job_.header.rows(), static_cast<std::uint8_t>(RowState::absent))
                            : read_states(world_, options_.output, job_.header);
        const auto count = [&](RowState state) {
            return std::count(states.begin(), states.end(), static_cast<std::uint8_t>(state));
        };
        outcome_.done = count(RowState::done);
        outcome_.failed = options_.retry_failed ? 0 : count(RowState::failed);
        outcome_.torn = count(RowState::torn);
        std::transform(states.begin(), states.end(), states.begin(), [&](std::uint8_t state) -> std::uint8_t {
            const auto row = static_cast<RowState>(state);
            return row == RowState::absent || row == RowState::torn || (row == RowState::failed && options_.retry_failed);
        });
        return states;
    }

    /// On rank 0: the list of chunks. The ranks estimate costs together, because that may take longest.
    std::vector<Chunk> list_chunks(const std::vector<std::uint8_t>& todo) {
        const auto ranks = static_cast<std::size_t>(world_.size());
        const auto part = world_.part_of(job_.header.points, ranks);
        const auto costs = world_.gather(std::span<const double>(costs_of(job_, part.first, part.count)));
        return world_.rank() == 0 ? make_chunks(todo, costs, job_.header.replicas, ranks) : std::vector<Chunk>();
    }

    void compute(const std::vector<std::uint8_t>& todo) {
        const Communicator node = world_.node(options_.ranks_per_node);
        const ChunkTable table(world_, node, list_chunks(todo));
        SessionRecord session = present_session(world_, job_, options_);
        std::int64_t session_number = 0, failures_before = 0;
        world_.on_first([&] {
            const SweepReader reader(options_.output);
            session_number = static_cast<std::int64_t>(reader.sessions().size());
            failures_before = static_cast<std::int64_t>(reader.failure_rows());
        });
        session_number = world_.broadcast(session_number);
        failures_before = world_.broadcast(failures_before);

        // The file is opened first: between nodes the scheduler's master answers from a thread of its own, and no
        // collective call may run while it does.
        SweepWriter writer(world_, options_.output, job_.header, options_.mpi_hints);
        writer.set_session(static_cast<std::uint32_t>(session_number));
        Scheduler scheduler(world_, node, table.chunks(), {mpi_.threads_may_communicate(), options_.nodes_per_group});
        Worker worker({job_, inputs_, context_, options_.flush_interval, static_cast<std::size_t>(failures_before)},
                      scheduler, writer);
        const auto start = Clock::now();
        {
            std::optional<Progress> progress;
            if (world_.rank() == 0 && !options_.quiet) {
                progress.emplace(Progress::Plan{job_.experiment->name, outcome_.rows, outcome_.rows - outcome_.missing(),
                                                isatty(STDERR_FILENO) != 0},
                                 [&] { return scheduler.tally(); });
            }
            // An error of one rank stops the others by the flag they all watch, so that all reach the closing of the file.
            attempt([&] {
                if (world_.rank() == 0) writer.write_session(static_cast<std::uint32_t>(session_number), session);
                worker.work(table.chunks());
            });
            if (trouble_) scheduler.counters().stop.store(true);
            scheduler.finish();
            world_.barrier();
        }
        outcome_.seconds += seconds_since(start);
        session.end = utc_now();
        attempt([&] {
            if (world_.rank() == 0) writer.write_session(static_cast<std::uint32_t>(session_number), session);
        });
        attempt([&] { writer.close(); });
        if (world_.rank() == 0) attempt([&] { sync_file(options_.output); });
        const std::int64_t computed = world_.sum(worker.computed()), failed = world_.sum(worker.failed());
        outcome_.computed += computed;
        outcome_.writes += world_.sum(writer.writes());
        outcome_.failed += failed;
        outcome_.done += computed - failed;
    }

    /// When every rank has come this far, none touches the file any more, and a sweep that follows may claim it.
    void leave() {
        world_.barrier();
        if (world_.rank() == 0) lock_.remove_sidecar();
    }

    /// Keeps the first error until all ranks have let go of the file.
    template <class Action>
    void attempt(const Action& action) {
        try {
            action();
        } catch (const Error& error) {
            if (!trouble_) trouble_ = error;
        }
    }

    const MpiSession& mpi_;
    const Communicator& world_;
    Job job_;
    const Inputs& inputs_;
    SweepOptions options_;
    Context context_;
    FileLock lock_;
    SweepOutcome outcome_;
    std::optional<Error> trouble_;
};

}  // namespace

ExitCode SweepOutcome::code() const noexcept {
    if (missing() > 0) return ExitCode::resumable;
    return failed > 0 ? ExitCode::replicas_failed : ExitCode::complete;
}

SweepOutcome run_sweep(const MpiSession& mpi, const Communicator& world, const Job& job, const Inputs& inputs,
                       const SweepOptions& options) {
    return Sweep(mpi, world, job, inputs, options).run();
}

}  // namespace gdm
