#include "gdm/runner/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "gdm/base/clock.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

constexpr double first_pause = 1, longest_pause = 60;  ///< seconds between lines of a log
constexpr double first_of_intervals = 10;              ///< at the latest, where they are given

std::string rate_text(double per_second) {
    if (per_second >= 1e4) return fmt::format("{:.0f}k/s", per_second / 1e3);
    if (per_second >= 1e3) return fmt::format("{:.1f}k/s", per_second / 1e3);
    return fmt::format("{:.{}f}/s", per_second, per_second < 10 ? 2 : 0);
}

}  // namespace

std::string Progress::announcement(const Plan& plan) {
    const std::int64_t to_do = plan.rows - plan.rows_before;
    return fmt::format("{}: {}{} replica{} at {} point{}, on {} rank{}{}", plan.name,
                       plan.rows_before > 0 ? fmt::format("{} done; ", plan.rows_before) : "", to_do, to_do == 1 ? "" : "s",
                       plan.points, plan.points == 1 ? "" : "s", plan.ranks, plan.ranks == 1 ? "" : "s",
                       plan.estimate > 0 ? fmt::format("; by a rough estimate {}", duration_text(plan.estimate)) : "");
}

std::string Progress::line(const Plan& plan, const Tally& tally, double seconds) {
    const std::int64_t done = plan.rows_before + tally.rows_done;
    const double work = std::min(1.0, static_cast<double>(tally.work_done) / work_units);
    const double share = plan.rows > 0 ? static_cast<double>(done) / static_cast<double>(plan.rows) : 1;
    std::string text = plan.name;
    if (plan.terminal) {
        constexpr int width = 28;
        const int filled = static_cast<int>(share * width);
        text += fmt::format(" [{:=<{}}{: <{}}]", "", filled, "", width - filled);
    }
    text += fmt::format(" {:3.0f} %  {} of {} replicas", std::floor(100 * share), done, plan.rows);
    if (seconds > 0.5 && tally.rows_done > 0) text += "  " + rate_text(static_cast<double>(tally.rows_done) / seconds);
    if (work > 0 && work < 1 && seconds > 0.5) text += fmt::format("  {} left", duration_text(seconds * (1 - work) / work));
    if (!plan.terminal && plan.ranks > 0) {
        const std::int64_t at_work = plan.ranks - tally.ranks_finished;
        text += fmt::format("  {}{} rank{} at work", at_work, at_work < plan.ranks ? fmt::format(" of {}", plan.ranks) : "",
                            plan.ranks == 1 ? "" : "s");
    }
    if (tally.rows_failed > 0) text += fmt::format("  {} failed", tally.rows_failed);
    return text;
}

double Progress::pause(const Plan& plan, int lines) {
    if (plan.log_interval > 0) return lines == 0 ? std::min(first_of_intervals, plan.log_interval) : plan.log_interval;
    return std::min(longest_pause, first_pause * std::pow(1.5, lines));
}

Progress::Progress(Plan plan, std::function<Tally()> tally)
    : plan_(std::move(plan)), tally_(std::move(tally)), thread_([this] { watch(); }) {}

Progress::~Progress() {
    {
        const std::lock_guard guard(mutex_);
        over_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Progress::watch() {
    const auto start = Clock::now();
    const auto seconds = [&] { return seconds_since(start); };
    int lines = 0;
    if (!plan_.terminal && !plan_.announced) {
        std::fputs(fmt::format("{} {}\n", utc_now(), announcement(plan_)).c_str(), stderr);
    }
    std::unique_lock guard(mutex_);
    for (bool over = false; !over;) {
        const auto interval = std::chrono::duration<double>(plan_.terminal ? 0.2 : pause(plan_, lines));
        over = wake_.wait_for(guard, interval, [this] { return over_; });
        const std::string text = line(plan_, tally_(), seconds());
        // The last state stays on the terminal; in a log the summary that follows says it.
        if (plan_.terminal) {
            std::fputs(fmt::format("\r{}\x1b[K{}", text, over ? "\n" : "").c_str(), stderr);
        } else if (!over) {
            std::fputs(fmt::format("{} {}\n", utc_now(), text).c_str(), stderr);
            ++lines;
        }
        std::fflush(stderr);
    }
}

}  // namespace gdm
