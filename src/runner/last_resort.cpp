#include "gdm/runner/last_resort.hpp"

#include <pthread.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <optional>
#include <utility>

#include "gdm/base/clock.hpp"

namespace gdm {

LastResort::LastResort(const Stop& stop, double grace, std::function<void()> leave)
    : stop_(stop), grace_(grace), leave_(std::move(leave)) {
    if (!std::isfinite(grace)) return;
    // Signals are for the thread that waits for them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { watch(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LastResort::~LastResort() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard guard(mutex_);
        closing_ = true;
    }
    over_.notify_one();
    thread_.join();
}

void LastResort::set(bool inside) {
    if (!thread_.joinable()) return;
    const std::lock_guard guard(mutex_);
    inside_ = inside;
}

void LastResort::watch() {
    std::optional<Clock::time_point> requested;
    std::unique_lock lock(mutex_);
    while (!over_.wait_for(lock, std::chrono::milliseconds(100), [&] { return closing_; })) {
        if (!stop_.requested()) continue;
        if (!requested) requested = Clock::now();
        if (inside_ && seconds_between(*requested, Clock::now()) > grace_) leave_();
    }
}

}  // namespace gdm
