#include "gdm/runner/dry_run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/text.hpp"
#include "gdm/runner/describe.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/runner/launcher.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/sweep/states.hpp"
#include "replica_times.hpp"

namespace gdm {
namespace {

constexpr double clear_factor = 1.5 * 1.5;  ///< between the ends of an estimate that is told as one number
constexpr double write_rate = 1e9;          ///< bytes a second, roughly, of a new file

/// Between what an adaptive job computes for certain and what it may compute at most.
struct Extent {
    std::size_t least_replicas = 1;  ///< of a point
    double most_replicas = 1;
    double most_points = 1;
};

Extent extent_of(const Job& job) {
    const SweepHeader& header = job.header;
    Extent extent{header.replicas, static_cast<double>(header.replicas), static_cast<double>(header.points)};
    if (!header.adaptive.any()) return extent;
    extent.least_replicas = header.adaptive.first_replicas;
    extent.most_replicas = static_cast<double>(header.adaptive.max_replicas);
    if (const AxisRecord* axis = job.refinement ? header.find_axis(job.refinement->axis) : nullptr) {
        const auto n = static_cast<double>(axis->values.size());
        extent.most_points *= ((n - 1) * std::ldexp(1., static_cast<int>(job.refinement->levels)) + 1) / n;
    }
    return extent;
}

/// Points, replicas and the size of the file.
std::string size_text(const Job& job, const Extent& extent, bool adaptive) {
    const SweepHeader& header = job.header;
    std::string text;
    std::vector<std::string> axes;
    for (const auto& axis : header.axes) {
        if (axis.role == Role::grid)
            axes.push_back(
                job.table != nullptr && !axis.columns.empty()
                    ? fmt::format("{} rows of {} ({})", axis.values.size(), job.table->path, join(axis.columns, ", "))
                    : fmt::format("{} {}", axis.values.size(), axis.name));
    }
    text += fmt::format("points         {} = {}\n", header.points, join(axes, " × "));
    if (extent.most_points > static_cast<double>(header.points)) {
        text += fmt::format("               up to {:.0f} after {} refinements of {}\n", extent.most_points,
                            header.adaptive.refine_levels, header.adaptive.refine);
    }
    if (adaptive) {
        text += fmt::format("replicas       {} to {:.0f} ({}{} of each point)\n", header.rows(),
                            extent.most_points * extent.most_replicas, extent.least_replicas,
                            extent.most_replicas > static_cast<double>(extent.least_replicas)
                                ? fmt::format(" to {:.0f}, until target_error is reached,", extent.most_replicas)
                                : "");
    } else {
        text += fmt::format("replicas       {} ({} of each point{})\n", header.rows(), header.replicas,
                            has_no_errors(job) ? ", so without errors" : "");
    }
    const double file_bytes = sweep_file_bytes(header);
    text += fmt::format(
        "file size      {}{}\n", bytes_text(file_bytes),
        adaptive ? fmt::format(" to {}", bytes_text(file_bytes * std::max(1., extent.most_points * extent.most_replicas /
                                                                                  static_cast<double>(header.rows()))))
                 : "");
    return text;
}

/// Core-hours, and what the whole command takes on the ranks: beside computing, what it takes to start, and to make the
/// file.
std::string core_hours_text(double least_seconds, double most_seconds, double core_seconds, double longest, double overhead,
                            int ranks) {
    const auto wall = [&](double seconds) { return duration_text(overhead + std::max(seconds / ranks, longest)); };
    const auto on_ranks = fmt::format("on {} rank{}", ranks, ranks == 1 ? "" : "s");
    if (most_seconds > clear_factor * least_seconds) {
        return fmt::format("core-hours     {:.3g} to {:.3g} (estimated), {} to {} {}\n", least_seconds / 3600,
                           most_seconds / 3600, wall(least_seconds), wall(most_seconds), on_ranks);
    }
    return fmt::format("core-hours     {:.3g} (estimated), {} {}\n", core_seconds / 3600, wall(core_seconds), on_ranks);
}

std::string state_text(const SweepHeader& header) {
    if (!header.state.any()) return "";
    const StateRoom& room = header.state;
    return fmt::format("states         {} a replica at most, places for {}, {} in all{}\n",
                       bytes_text(static_cast<double>(room.width)), room.places,
                       bytes_text(bytes_of_place(room) * static_cast<double>(room.places)),
                       room.kept ? ", kept at the end" : "");
}

}  // namespace

std::string dry_run_text(Job job, const Inputs& inputs, const std::string& output, int ranks) {
    SweepHeader& header = job.header;
    header.state.at_once = static_cast<std::size_t>(ranks);
    make_state_room(header);
    const Extent extent = extent_of(job);
    const double start_seconds = seconds_of_command();
    const ReplicaTimes times = measured_times(job, inputs);
    const double least_seconds = times.all_points / times.factor * static_cast<double>(extent.least_replicas);
    const double most_seconds =
        times.all_points * times.factor * extent.most_points * extent.most_replicas / static_cast<double>(header.points);
    // For what must choose one number: how far it goes is known to orders of magnitude.
    const double core_seconds = std::sqrt(least_seconds * most_seconds);
    const bool adaptive = header.adaptive.any();

    std::string text = fmt::format("experiment     {}\noutput         {}\n", header.experiment, output);
    text += size_text(job, extent, adaptive);
    text += state_text(header);
    const double row_bytes = 8.0 * static_cast<double>(header.layout().size());
    const double memory =
        9.0 * static_cast<double>(header.rows()) + 64.0 * static_cast<double>(header.points) + (8 << 20) + row_bytes;
    text += fmt::format("memory         {} a rank beside the experiment's own\n", bytes_text(memory));
    double shared = 0;
    for (const auto& [name, array] : inputs) {
        double bytes = sizeof(double);
        for (const std::size_t n : array.shape) bytes *= static_cast<double>(n);
        shared += bytes;
        text += fmt::format("{:<14} {} shared by the ranks of a node\n", name, bytes_text(bytes));
    }
    text += fmt::format("longest        {} a replica (estimated)\n", duration_text(times.longest));
    text += core_hours_text(least_seconds, most_seconds, core_seconds, times.longest / times.factor,
                            start_seconds + sweep_file_bytes(header) / write_rate, ranks);
    // The replicas measured above have shown what the experiment itself needs.
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    // What a run must last to come further: replicas with a state go on in the next one.
    const double longest_piece = header.state.any() ? std::min(times.longest, 60.) : times.longest;
    const double peak = std::max(1024.0 * static_cast<double>(used.ru_maxrss) - shared, 0.0) + memory;
    text += fmt::format(
        "for scripts    replicas={} core_seconds={:.4g} longest_seconds={:.4g} rank_bytes={:.0f} node_bytes={:.0f}\n",
        header.rows(), core_seconds, longest_piece, peak, shared);
    return text;
}

}  // namespace gdm
