#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gdm/runner/scheduler.hpp"

namespace gdm {

/// Tells on stderr how far a sweep is: a bar that is redrawn on a terminal, a plain line now and then in a log. A thread of
/// its own, so that it also moves while one replica takes minutes.
class Progress {
  public:
    struct Plan {
        std::string name;
        std::int64_t points = 0;
        std::int64_t rows = 0;         ///< replicas of the whole sweep
        std::int64_t rows_before = 0;  ///< of these, done or failed before this run
        std::int64_t ranks = 0;
        bool terminal = false;
        double log_interval = 0;  ///< seconds between lines of a log; 0: a first one soon, then fewer
        bool announced = true;    ///< otherwise a log begins with what is going to be done
        double estimate = 0;      ///< seconds that this takes, as the experiment has it; 0: unknown
    };
    Progress(Plan plan, std::function<Tally()> tally);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// What is going to be done, for the beginning of a log.
    [[nodiscard]] static std::string announcement(const Plan& plan);
    /// One line for a state of things; `seconds` since the start of this run.
    [[nodiscard]] static std::string line(const Plan& plan, const Tally& tally, double seconds);
    /// Seconds from one line of a log to the next, `lines` having been written: 1 at first, growing to 60, unless an
    /// interval is given (of which the first line is due after 10 s at the latest).
    [[nodiscard]] static double pause(const Plan& plan, int lines);

  private:
    void watch();

    Plan plan_;
    std::function<Tally()> tally_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace gdm
