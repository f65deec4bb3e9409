#include "gdm/runner/sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/runner/chunks.hpp"
#include "gdm/runner/progress.hpp"
#include "gdm/runner/scheduler.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_writer.hpp"

namespace gdm {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void refuse_other_job(const SweepReader& file, const Job& job, const SweepOptions& options) {
    const std::string difference = first_difference(file.header(), job.header);
    if (!difference.empty()) {
        throw UsageError(fmt::format("{} holds another job: {}; choose another --output, or --overwrite to start it anew",
                                     options.output.string(), difference));
    }
    if (!same_rounding(file.header().instruction_set, job.header.instruction_set) && !options.other_instruction_set) {
        throw UsageError(
            fmt::format("{} was begun with instruction set {}, this processor uses {}: resuming here would mix "
                        "results that differ in their last digits; --allow-other-instruction-set does it anyway",
                        options.output.string(), file.header().instruction_set, job.header.instruction_set));
    }
}

/// The file that a symbolic link stands for, so that renaming a new file into place does not replace the link.
std::filesystem::path without_links(std::filesystem::path path) {
    std::error_code error;
    for (int depth = 0; depth < 40 && std::filesystem::is_symlink(path, error); ++depth) {
        const auto target = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path;
}

/// On the first rank: the file exists afterwards and belongs to this job. Returns the claim on it.
FileLock prepare_file(const Job& job, const SweepOptions& options) {
    const auto& path = options.output;
    std::error_code error;
    const auto present_kind = std::filesystem::status(path, error).type();
    if (error && present_kind != std::filesystem::file_type::not_found) {
        throw IoError(fmt::format("{}: {}; choose another --output", path.string(), error.message()));
    }
    error.clear();
    if (present_kind == std::filesystem::file_type::directory) {
        throw UsageError(fmt::format("{} is a directory; --output takes a file name", path.string()));
    }
    const bool exists = present_kind != std::filesystem::file_type::not_found;
    if (exists && present_kind != std::filesystem::file_type::regular) {
        throw UsageError(fmt::format("{} is no regular file; --output takes the name of one", path.string()));
    }
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
        throw IoError(fmt::format("cannot create the directory '{}': {}; choose another place with --output",
                                  path.parent_path().string(), error.message()));
    }
    FileLock lock = FileLock::claim(path);
    try {
        bool create = true;
        if (exists) {
            const SweepReader present(path);  // refuses to touch what is no sweep file
            create = options.overwrite;
            if (!create) refuse_other_job(present, job, options);
        }
        if (create) create_sweep_file(path, job.header);
    } catch (const Error&) {
        lock.remove_sidecar();
        throw;
    }
    return lock;
}

/// What the file holds, row by row, verified by all ranks together.
std::vector<std::uint8_t> read_states(const Communicator& world, const std::filesystem::path& path) {
    std::vector<std::uint8_t> states;
    world.together([&] {
        const SweepReader reader(path);
        const std::size_t rows = reader.header().rows();
        states.assign(rows, 0);
        const auto ranks = static_cast<std::size_t>(world.size());
        const std::size_t first = rows / ranks * static_cast<std::size_t>(world.rank()) +
                                  std::min(rows % ranks, static_cast<std::size_t>(world.rank()));
        const std::size_t count = rows / ranks + (static_cast<std::size_t>(world.rank()) < rows % ranks ? 1 : 0);
        const auto own = reader.states(first, count, true);
        std::transform(own.begin(), own.end(), states.begin() + static_cast<std::ptrdiff_t>(first),
                       [](RowState state) { return static_cast<std::uint8_t>(state); });
    });
    world.max(states);
    return states;
}

std::vector<double> costs_of(const Job& job) {
    std::vector<double> costs(job.header.points, 1.0);
    if (!job.experiment->cost) return costs;
    for (std::size_t p = 0; p < costs.size(); ++p) {
        costs[p] = std::max(job.experiment->cost(job.header.point(p)), std::numeric_limits<double>::min());
    }
    return costs;
}

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

/// What one rank does: takes chunks, computes their replicas, and hands them to the file in batches.
class Worker {
  public:
    Worker(const Job& job, const Inputs& inputs, const Context& context, Scheduler& scheduler, SweepWriter& writer,
           const SweepOptions& options, std::size_t first_failure_slot, double whole_work)
        : job_(job),
          inputs_(inputs),
          context_(context),
          scheduler_(scheduler),
          writer_(writer),
          flush_interval_(options.flush_interval),
          first_failure_slot_(first_failure_slot),
          work_scale_(whole_work > 0 ? work_units / whole_work : 0),
          layout_(job.header.layout()),
          stop_(&stop_flag(), &scheduler.counters().stop) {}

    void work(const std::vector<Chunk>& chunks) {
        while (const auto number = scheduler_.next()) {
            if (stop_.requested()) break;
            const Chunk& chunk = chunks[static_cast<std::size_t>(*number)];
            if (batch_.rows() > 0 && batch_.first + batch_.rows() != chunk.first) flush();
            const double work_of_row = chunk.cost / static_cast<double>(chunk.rows) * work_scale_;
            for (std::size_t row = chunk.first; row < chunk.first + chunk.rows; ++row) {
                if (!compute(row)) break;
                auto& counters = scheduler_.counters();
                counters.rows_done.fetch_add(1, std::memory_order_relaxed);
                counters.work_done.fetch_add(static_cast<std::int64_t>(work_of_row), std::memory_order_relaxed);
            }
            if (stop_.requested()) break;
        }
        flush();
        // Whoever got the signal tells its neighbours.
        if (stop_.requested()) scheduler_.counters().stop.store(true);
    }

    [[nodiscard]] std::int64_t computed() const noexcept { return computed_; }
    [[nodiscard]] std::int64_t failed() const noexcept { return failed_; }

  private:
    /// False if a stop was requested: the row is not done.
    bool compute(std::size_t row) {
        if (stop_.requested()) return false;
        const std::size_t p = row / job_.header.replicas;
        const std::size_t r = row % job_.header.replicas;
        if (p != point_index_) {
            point_ = job_.header.point(p);
            key_ = point_key(job_, point_, inputs_);
            point_index_ = p;
        }
        if (batch_.rows() == 0) {
            batch_.first = row;
            batch_start_ = Clock::now();
        }
        const std::size_t offset = batch_.blocks.size();
        batch_.blocks.resize(offset + layout_.size());
        const auto block = std::span(batch_.blocks).subspan(offset);
        Values values(layout_, block);
        const auto start = Clock::now();
        std::uint64_t checksum = checksum_failed;
        try {
            job_.experiment->run(point_, context_, RandomStream(key_, static_cast<std::uint32_t>(r)), stop_, values);
            checksum = row_checksum(p, r, block);
        } catch (const Stopped&) {
            batch_.blocks.resize(offset);
            return false;
        } catch (const std::exception& failure) {
            std::fill(block.begin(), block.end(), std::numeric_limits<double>::quiet_NaN());
            report(p, r, failure.what());
        }
        const auto end = Clock::now();
        batch_.checksums.push_back(checksum);
        batch_.seconds.push_back(std::chrono::duration<double>(end - start).count());
        ++computed_;
        const bool large = batch_.blocks.size() * sizeof(double) > (std::size_t{8} << 20);
        if (large || std::chrono::duration<double>(end - batch_start_).count() > flush_interval_) flush();
        return true;
    }

    void report(std::size_t point, std::size_t replica, const std::string& message) {
        // Slots are interleaved between nodes, so that no two ranks take the same one.
        const std::int64_t place = scheduler_.counters().rows_failed.fetch_add(1);
        const auto nodes = static_cast<std::size_t>(scheduler_.nodes());
        const std::size_t slot = first_failure_slot_ + static_cast<std::size_t>(scheduler_.node_index()) +
                                 nodes * static_cast<std::size_t>(place);
        writer_.write_failure(slot, {point, replica, message});
        ++failed_;
    }

    void flush() {
        writer_.write(batch_);
        batch_.clear();
    }

    const Job& job_;
    const Inputs& inputs_;
    const Context& context_;
    Scheduler& scheduler_;
    SweepWriter& writer_;
    double flush_interval_;
    std::size_t first_failure_slot_;
    double work_scale_;
    Layout layout_;
    Stop stop_;
    std::size_t point_index_ = std::numeric_limits<std::size_t>::max();
    Point point_;
    std::uint64_t key_ = 0;
    RowBatch batch_;
    Clock::time_point batch_start_;
    std::int64_t computed_ = 0;
    std::int64_t failed_ = 0;
};

}  // namespace

ExitCode SweepOutcome::code() const noexcept {
    if (missing() > 0) return ExitCode::resumable;
    return failed > 0 ? ExitCode::replicas_failed : ExitCode::complete;
}

SweepOutcome run_sweep(const MpiSession& mpi, const Communicator& world, const Job& given, const Inputs& inputs,
                       const SweepOptions& given_options) {
    SweepOptions options = given_options;
    options.output = without_links(options.output);
    Job job = given;
    job.header.code_version = code_version();
    job.header.created = utc_now();
    job.header.instruction_set = instruction_set();

    // First, because it may refuse a dataset, and then nothing is to be written.
    Context context;
    world.together([&] {
        if (job.experiment->prepare) context = job.experiment->prepare(job.header.point(0), inputs);
    });

    // The same file on every rank, claimed by the first before anything is written.
    FileLock lock;
    world.on_first([&] { lock = prepare_file(job, options); });
    world.together([&] {
        if (world.rank() != 0) lock = FileLock::join(options.output);
    });

    SweepOutcome outcome;
    outcome.rows = static_cast<std::int64_t>(job.header.rows());
    auto states = read_states(world, options.output);
    const auto count = [&](RowState state) {
        return std::count(states.begin(), states.end(), static_cast<std::uint8_t>(state));
    };
    outcome.done = count(RowState::done);
    outcome.failed = options.retry_failed ? 0 : count(RowState::failed);
    outcome.torn = count(RowState::torn);
    std::transform(states.begin(), states.end(), states.begin(), [&](std::uint8_t state) -> std::uint8_t {
        const auto row = static_cast<RowState>(state);
        return row == RowState::absent || row == RowState::torn || (row == RowState::failed && options.retry_failed);
    });
    // When every rank has come this far, none touches the file any more, and a sweep that follows may claim it.
    const auto leave = [&] {
        world.barrier();
        if (world.rank() == 0) lock.remove_sidecar();
    };
    if (outcome.missing() == 0) {
        leave();
        return outcome;
    }
    if (world.rank() == 0 && options.on_start) options.on_start();

    const auto costs = costs_of(job);
    const auto chunks = make_chunks(states, costs, job.header.replicas, static_cast<std::size_t>(world.size()));
    double whole_work = 0;
    for (const auto& chunk : chunks) whole_work += chunk.cost;

    SessionRecord session = present_session(world, job, options);
    std::int64_t session_number = 0, failures_before = 0;
    world.on_first([&] {
        const SweepReader reader(options.output);
        session_number = static_cast<std::int64_t>(reader.sessions().size());
        failures_before = static_cast<std::int64_t>(reader.failure_rows());
    });
    session_number = world.broadcast(session_number);
    failures_before = world.broadcast(failures_before);

    // The file is opened first: between nodes the scheduler's master answers from a thread of its own, and no collective
    // call may run while it does.
    SweepWriter writer(world, options.output, job.header);
    writer.set_session(static_cast<std::uint32_t>(session_number));
    const Communicator node = world.node(options.ranks_per_node);
    Scheduler scheduler(world, node, static_cast<std::int64_t>(chunks.size()), mpi.threads_may_communicate());
    Worker worker(job, inputs, context, scheduler, writer, options, static_cast<std::size_t>(failures_before), whole_work);
    const auto start = Clock::now();
    std::optional<Error> trouble;
    {
        std::optional<Progress> progress;
        if (world.rank() == 0 && !options.quiet) {
            progress.emplace(Progress::Plan{job.experiment->name, outcome.rows, outcome.rows - outcome.missing(),
                                            isatty(STDERR_FILENO) != 0},
                             [&] { return scheduler.tally(); });
        }
        // An error of one rank stops the others by the flag they all watch, so that all reach the closing of the file.
        try {
            if (world.rank() == 0) writer.write_session(static_cast<std::uint32_t>(session_number), session);
            worker.work(chunks);
        } catch (const Error& error) {
            trouble = error;
            scheduler.counters().stop.store(true);
        }
        scheduler.finish();
        world.barrier();
    }
    outcome.seconds = seconds_since(start);
    const auto attempt = [&](const auto& action) {
        try {
            action();
        } catch (const Error& error) {
            if (!trouble) trouble = error;
        }
    };
    attempt([&] {
        session.end = utc_now();
        if (world.rank() == 0) writer.write_session(static_cast<std::uint32_t>(session_number), session);
    });
    attempt([&] { writer.close(); });
    if (world.rank() == 0) attempt([&] { sync_file(options.output); });
    leave();
    world.together([&] {
        if (trouble) throw Error(*trouble);
    });

    outcome.computed = world.sum(worker.computed());
    const std::int64_t failed_now = world.sum(worker.failed());
    outcome.failed += failed_now;
    outcome.done += outcome.computed - failed_now;
    return outcome;
}

}  // namespace gdm
