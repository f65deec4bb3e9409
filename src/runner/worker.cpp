#include "gdm/runner/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "gdm/runner/job/key.hpp"
#include "gdm/runner/signals.hpp"

namespace gdm {

Worker::Worker(const Plan& plan, Scheduler& scheduler, SweepWriter& writer, ReplicaStates& states)
    : plan_(plan),
      scheduler_(scheduler),
      writer_(writer),
      states_(states),
      layout_(plan.job.header.layout()),
      points_(plan.job.header),
      stop_(&stop_flag(), &scheduler.counters().stop),
      last_resort_(stop_, plan.job.experiment->grace, [this] { leave(); }) {}

void Worker::work(std::span<const Chunk> chunks) {
    const double whole_work = chunks.empty() ? 0 : chunks.back().before + chunks.back().cost;
    const double work_scale = whole_work > 0 ? work_units / whole_work : 0;
    while (const auto number = next()) {
        if (stop_.requested()) break;
        const Chunk& chunk = chunks[static_cast<std::size_t>(*number)];
        if (batch_.rows() > 0 && batch_.first + batch_.rows() != chunk.first) flush();
        const double work_of_row = chunk.cost / static_cast<double>(chunk.rows) * work_scale;
        for (std::size_t row = chunk.first; row < chunk.first + chunk.rows; ++row) {
            work_of_row_ = work_of_row;
            work_told_ = 0;
            if (!compute(row)) break;
            scheduler_.counters().rows_done.fetch_add(1, std::memory_order_relaxed);
            tell_work(1);
            scheduler_.report_now_and_then();
        }
        if (stop_.requested()) break;
    }
    scheduler_.counters().ranks_finished.fetch_add(1);
    flush();
    // Whoever got the signal tells its neighbours.
    if (stop_.requested()) scheduler_.counters().stop.store(true);
}

std::optional<std::int64_t> Worker::next() {
    const auto start = plan_.trace.now();
    const auto number = scheduler_.next();
    plan_.trace.waited(start);
    return number;
}

void Worker::tell_work(double share) {
    const auto done = static_cast<std::int64_t>(work_of_row_ * share);
    if (done <= work_told_) return;
    scheduler_.counters().work_done.fetch_add(done - work_told_, std::memory_order_relaxed);
    work_told_ = done;
}

void Worker::run(std::optional<FileCheckpoint>& checkpoint, std::size_t row, Values& values) {
    const Experiment& experiment = *plan_.job.experiment;
    row_ = row;
    const LastResort::Replica under_way(last_resort_);
    const RandomStream random(key_, static_cast<std::uint32_t>(row % plan_.job.header.replicas));
    if (!experiment.run_from || !plan_.job.header.state.any()) {
        experiment.compute(point_, plan_.context, random, stop_, values);
        return;
    }
    checkpoint.emplace(states_, row, experiment.state_size(point_), stop_, [&](double progress) {
        const double begun_at = checkpoint->begun_at();
        if (begun_at < 1) tell_work((progress - begun_at) / (1 - begun_at));
        scheduler_.report_now_and_then();
        watch_file();
    });
    experiment.run_from(point_, plan_.context, random, stop_, *checkpoint, values);
}

void Worker::turn_to(std::size_t point) {
    if (point == point_index_) return;
    point_ = points_[point];
    key_ = point_key(plan_.job, point_, plan_.inputs);
    point_index_ = point;
}

std::optional<std::uint64_t> Worker::checksum_of(std::size_t row, std::span<double> block,
                                                 std::optional<FileCheckpoint>& checkpoint) {
    const std::size_t p = row / plan_.job.header.replicas, r = row % plan_.job.header.replicas;
    Values values(layout_, block);
    try {
        run(checkpoint, row, values);
        if (const std::string what = not_allowed(plan_.job.experiment->observables, layout_, point_, block); !what.empty())
            throw std::runtime_error(what);
        return row_checksum(p, r, block);
    } catch (const Stopped&) {
        if (checkpoint && checkpoint->is_saved()) ++saved_;
        drop_row_under_way();
        return std::nullopt;
    } catch (const std::exception& failure) {
        if (checkpoint && checkpoint->trouble()) {
            drop_row_under_way();
            throw;
        }
        std::fill(block.begin(), block.end(), std::numeric_limits<double>::quiet_NaN());
        report(p, r, failure.what());
        return checksum_failed;
    }
}

bool Worker::compute(std::size_t row) {
    if (stop_.requested()) return false;
    const std::size_t p = row / plan_.job.header.replicas, r = row % plan_.job.header.replicas;
    turn_to(p);
    if (batch_.rows() == 0) {
        batch_.first = row;
        batch_start_ = Clock::now();
    }
    const std::size_t offset = batch_.blocks.size();
    batch_.blocks.resize(offset + layout_.size());
    std::optional<FileCheckpoint> checkpoint;
    const auto start = Clock::now();
    const auto checksum = checksum_of(row, std::span(batch_.blocks).subspan(offset), checkpoint);
    if (!checksum) return false;
    const auto end = Clock::now();
    batch_.checksums.push_back(*checksum);
    batch_.seconds.push_back(checkpoint ? checkpoint->seconds() : seconds_between(start, end));
    ++computed_;
    plan_.trace.computed(p, r, *checksum == checksum_failed, start, end);
    const bool large = batch_.blocks.size() * sizeof(double) > (std::size_t{8} << 20);
    // A place may be another replica's only when the file says that this one is done.
    const bool shares_place = checkpoint && checkpoint->shares_place();
    if (large || shares_place || seconds_between(batch_start_, end) > plan_.flush_interval) flush();
    if (shares_place) checkpoint->release();
    return true;
}

void Worker::drop_row_under_way() { batch_.blocks.resize(batch_.rows() * layout_.size()); }

void Worker::leave() {
    const std::size_t replicas = plan_.job.header.replicas;
    std::string trouble;
    try {
        drop_row_under_way();
        if (batch_.rows() > 0) writer_.write(batch_);
    } catch (const std::exception& error) {
        trouble = fmt::format("; {}", error.what());
    }
    fmt::print(stderr,
               "{}: replica {} of point {} has not returned {} s after the stop and is dropped; what is done is in the "
               "file, the same command continues it{}\n",
               plan_.program, row_ % replicas, row_ / replicas, plan_.job.experiment->grace, trouble);
    std::_Exit(static_cast<int>(trouble.empty() ? ExitCode::resumable : ExitCode::input_output));
}

void Worker::report(std::size_t point, std::size_t replica, const std::string& message) {
    // Slots are interleaved between nodes, so that no two ranks take the same one.
    const std::int64_t place = scheduler_.counters().rows_failed.fetch_add(1);
    const auto nodes = static_cast<std::size_t>(scheduler_.nodes());
    const std::size_t slot = plan_.first_failure_slot + static_cast<std::size_t>(scheduler_.node_index()) +
                             nodes * static_cast<std::size_t>(place);
    writer_.write_failure(slot, {point, replica, message});
    ++failed_;
}

void Worker::watch_file() {
    const auto now = Clock::now();
    if (plan_.watch == nullptr || seconds_between(last_look_, now) < plan_.flush_interval) return;
    last_look_ = now;
    plan_.watch->check();
}

void Worker::flush() {
    watch_file();
    const auto start = plan_.trace.now();
    writer_.write(batch_);
    plan_.trace.wrote(batch_.blocks.size() * sizeof(double), start);
    batch_.clear();
}

}  // namespace gdm
