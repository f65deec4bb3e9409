#include "replica_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>

#include "gdm/base/clock.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

constexpr double patience = 5;       ///< s, for a replica that tells nothing of its progress
constexpr double soon_enough = 0.5;  ///< s, after which a replica with a state is asked how far it is

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

/// Where the experiment's costs are wrong by a factor that differs between points, few points say little of all.
double uncertainty(const std::vector<double>& rates, std::size_t points) {
    if (points < 4) return 2;
    RunningMoments moments;
    for (const double rate : rates) moments.add(rate);
    return 1 + 3 * moments.standard_error() / moments.mean();
}

}  // namespace

ReplicaTimes measured_times(const Job& job, const Inputs& inputs) {
    const Points points(job.header);
    const auto costs = costs_of(job.experiment, points, 0, points.size());
    Context context;
    if (job.experiment->prepare) context = job.experiment->prepare(points[0], inputs);
    std::vector<std::size_t> order(costs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
    std::vector<double> before(costs.size() + 1, 0);
    for (std::size_t i = 0; i < order.size(); ++i) before[i + 1] = before[i] + costs[order[i]];

    // Points drawn by their share of the whole cost: the mean of seconds/cost is then an unbiased estimate of what one unit
    // of the whole cost takes.
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

}  // namespace gdm
