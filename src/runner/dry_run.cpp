#include "gdm/runner/dry_run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include "gdm/base/clock.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/describe.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/runner/launcher.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

constexpr double clear_factor = 1.5 * 1.5;  ///< between the ends of an estimate that is told as one number
constexpr double write_rate = 1e9;          ///< bytes a second, roughly, of a new file
constexpr double patience = 5;              ///< s, for a replica that tells nothing of its progress
constexpr double soon_enough = 0.5;         ///< s, after which a replica with a state is asked how far it is

/// Asks a replica for its state twice and stops it there: how far it came in between tells how long it takes, with what it
/// did before its first step.
class Trial : public Checkpoint {
  public:
    explicit Trial(const Stop& stop) : stop_(stop) {}

    [[nodiscard]] std::span<const std::byte> saved() const override { return {}; }
    [[nodiscard]] bool due() override { return stop_.requested() || seconds_since(start_) > next_; }
    void save(std::span<const std::byte>, double progress) override {
        const double now = seconds_since(start_);
        next_ = now + soon_enough / 2;
        if (first_progress_ > 0 && progress > first_progress_) {
            seconds_ = first_time_ + (1 - first_progress_) * (now - first_time_) / (progress - first_progress_);
            throw Stopped();
        }
        if (first_progress_ == 0 && progress > 0) {
            first_progress_ = progress;
            first_time_ = now;
            seconds_ = now / progress;
        }
        stop_.check();
    }
    /// Seconds of the whole replica, or nothing if it did not come to a step.
    [[nodiscard]] std::optional<double> seconds() const { return seconds_; }

  private:
    const Stop& stop_;
    Clock::time_point start_ = Clock::now();
    double next_ = soon_enough, first_time_ = 0, first_progress_ = 0;
    std::optional<double> seconds_;
};

/// Ends the program where a replica does not return: nothing else ends a call of a user's library.
[[noreturn]] void give_up(const Job& job, const Point& point) {
    std::string where;
    for (const auto& axis : job.header.axes) {
        if (axis.role == Role::grid && axis.columns.empty())
            where += fmt::format(" {} = {:.6g}", axis.name, point[axis.name]);
    }
    fmt::print(stderr, "a replica at{} does not return within {}: nothing can be estimated\n", where,
               duration_text(patience + job.experiment->grace));
    std::_Exit(static_cast<int>(ExitCode::usage));
}

/// Seconds that one replica takes, or nothing if it takes longer than `patience` and does not tell how far it is.
std::optional<double> seconds_of_replica(const Job& job, const Inputs& inputs, const Context& context, const Point& point) {
    const Layout layout = job.header.layout();
    std::vector<double> block(layout.size());
    Values values(layout, block);

    std::atomic<bool> over{false};
    std::condition_variable wake;
    std::mutex mutex;
    bool finished = false;
    std::thread clock([&] {
        std::unique_lock lock(mutex);
        const auto done = [&] { return finished; };
        if (wake.wait_for(lock, std::chrono::duration<double>(patience), done)) return;
        over.store(true);
        const double grace = job.experiment->grace;
        if (std::isfinite(grace) && !wake.wait_for(lock, std::chrono::duration<double>(grace), done)) give_up(job, point);
    });
    const auto start = Clock::now();
    const RandomStream random(point_key(job, point, inputs), 0);
    const Stop stop(&over);
    Trial trial(stop);
    std::optional<double> seconds;
    std::exception_ptr failure;
    try {
        if (job.experiment->run_from) {
            job.experiment->run_from(point, context, random, stop, trial, values);
        } else {
            job.experiment->run(point, context, random, stop, values);
        }
        seconds = seconds_since(start);
    } catch (const Stopped&) {
        seconds = trial.seconds();
    } catch (...) {
        failure = std::current_exception();
    }
    {
        const std::lock_guard lock(mutex);
        finished = true;
    }
    wake.notify_one();
    clock.join();
    if (failure) std::rethrow_exception(failure);
    return seconds;
}

/// What the time of a replica is, at the points of a job.
struct Times {
    double all_points = 0;  ///< seconds of one replica of each point
    double longest = 0;     ///< of one at the dearest point
    double factor = 1;      ///< by which all this may be too high or too low
};

/// Where the experiment's costs are wrong by a factor that differs between points, few points say little of all.
double uncertainty(const std::vector<double>& rates, std::size_t points) {
    if (points < 4) return 2;
    RunningMoments moments;
    for (const double rate : rates) moments.add(rate);
    return 1 + 3 * moments.standard_error() / moments.mean();
}

/// Replicas of points drawn by their share of the whole cost: the mean of seconds/cost is then an unbiased estimate of what
/// one unit of the whole cost takes.
Times measure(const Job& job, const Inputs& inputs) {
    const Points points(job.header);
    const auto costs = costs_of(job.experiment, points, 0, points.size());
    Context context;
    if (job.experiment->prepare) context = job.experiment->prepare(points[0], inputs);
    std::vector<std::size_t> order(costs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
    std::vector<double> before(costs.size() + 1, 0);
    for (std::size_t i = 0; i < order.size(); ++i) before[i + 1] = before[i] + costs[order[i]];

    constexpr std::size_t most = 64;
    const auto seconds_at = [&](std::size_t p) { return seconds_of_replica(job, inputs, context, points[p]); };
    double rate = 1e-9, longest = 0;  // costs count nanoseconds; to be measured where that does not take long
    std::vector<double> rates;
    std::map<std::size_t, double> measured;
    // The first replica pays for page faults and tables; what follows it is measured.
    const std::size_t cheapest = order.front();
    const auto begin = Clock::now();
    const auto first = seconds_at(cheapest);
    rate = first ? *first / costs[cheapest] : std::max(rate, seconds_since(begin) / costs[cheapest]);
    const bool is_long = seconds_since(begin) > patience / 2;
    if (is_long) rates.push_back(rate);
    for (std::size_t k = 0; k < most && !is_long; ++k) {
        const double place = std::fmod(0.5 + 0.6180339887498949 * static_cast<double>(k), 1) * before.back();
        const auto above = std::upper_bound(before.begin() + 1, before.end() - 1, place);
        const std::size_t p = order[static_cast<std::size_t>(above - before.begin()) - 1];
        // Once: what a point keeps for its other replicas would make it look cheap.
        if (const auto known = measured.find(p); known != measured.end()) {
            rates.push_back(known->second);
            continue;
        }
        const double trial = job.experiment->run_from ? std::min(rate * costs[p], soon_enough) : rate * costs[p];
        if (seconds_since(begin) + trial > patience) continue;
        try {
            const auto seconds = seconds_at(p);
            if (!seconds) continue;
            rates.push_back(measured[p] = *seconds / costs[p]);
            longest = std::max(longest, *seconds);
        } catch (const std::exception&) {  // a point where replicas fail; the others tell
        }
        if (!rates.empty()) rate = std::accumulate(rates.begin(), rates.end(), 0.) / static_cast<double>(rates.size());
    }
    return {before.back() * rate, std::max(longest, rate * costs[order.back()]), uncertainty(rates, measured.size())};
}

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
    const Times times = measure(job, inputs);
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
