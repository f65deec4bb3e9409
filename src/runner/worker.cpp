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

bool Worker::compute(std::size_t row) {
    if (stop_.requested()) return false;
    const Job& job = plan_.job;
    const std::size_t p = row / job.header.replicas;
    const std::size_t r = row % job.header.replicas;
    if (p != point_index_) {
        point_ = points_[p];
        key_ = point_key(job, point_, plan_.inputs);
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
    std::optional<FileCheckpoint> checkpoint;
    try {
        run(checkpoint, row, values);
        if (const std::string what = not_allowed(job.experiment->observables, layout_, point_, block); !what.empty())
            throw std::runtime_error(what);
        checksum = row_checksum(p, r, block);
    } catch (const Stopped&) {
        batch_.blocks.resize(offset);
        if (checkpoint && checkpoint->is_saved()) ++saved_;
        return false;
    } catch (const std::exception& failure) {
        if (checkpoint && checkpoint->trouble()) {
            batch_.blocks.resize(offset);
            throw;
        }
        std::fill(block.begin(), block.end(), std::numeric_limits<double>::quiet_NaN());
        report(p, r, failure.what());
    }
    const auto end = Clock::now();
    batch_.checksums.push_back(checksum);
    batch_.seconds.push_back(checkpoint ? checkpoint->seconds() : seconds_between(start, end));
    ++computed_;
    plan_.trace.computed(p, r, checksum == checksum_failed, start, end);
    const bool large = batch_.blocks.size() * sizeof(double) > (std::size_t{8} << 20);
    // A place may be another replica's only when the file says that this one is done.
    const bool shares_place = checkpoint && checkpoint->shares_place();
    if (large || shares_place || seconds_between(batch_start_, end) > plan_.flush_interval) flush();
    if (shares_place) checkpoint->release();
    return true;
}

void Worker::leave() {
    const std::size_t replicas = plan_.job.header.replicas;
    std::string trouble;
    try {
        batch_.blocks.resize(batch_.rows() * layout_.size());  // without the row under way
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
