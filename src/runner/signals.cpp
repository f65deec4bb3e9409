#include "gdm/runner/signals.hpp"

#include <sys/time.h>
#include <array>
#include <cmath>
#include <csignal>

namespace gdm {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<bool> requested{false};
std::atomic<int> reason{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void handle(int signal) {
    if (signal == SIGINT && reason.load() == SIGINT) {
        std::signal(SIGINT, SIG_DFL);
        std::raise(SIGINT);
    }
    reason.store(signal);
    requested.store(true);
}

/// Whether the time limit is reached within a second: the clocks of the ranks start when each is ready, and the first to run
/// out stops all.
bool limit_is_near() noexcept {
    itimerval timer{};
    getitimer(ITIMER_REAL, &timer);
    const bool running = timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0;
    return running && timer.it_value.tv_sec < 1;
}

constexpr std::array stop_signals{SIGTERM, SIGINT, SIGUSR1, SIGALRM};

}  // namespace

void catch_stop_signals() {
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : stop_signals) sigaction(signal, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);  // a launcher that ignores it would leave the end of child processes unseen
}

void release_stop_signals() {
    const itimerval none{};
    setitimer(ITIMER_REAL, &none, nullptr);
    for (const int signal : stop_signals) std::signal(signal, SIG_DFL);
}

void stop_after(double seconds) {
    if (seconds <= 0) {
        std::raise(SIGALRM);
        return;
    }
    itimerval timer{};
    timer.it_value.tv_sec = static_cast<time_t>(seconds);
    timer.it_value.tv_usec = static_cast<suseconds_t>(std::fmod(seconds, 1.0) * 1e6);
    if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0) timer.it_value.tv_usec = 1;
    setitimer(ITIMER_REAL, &timer, nullptr);
}

const std::atomic<bool>& stop_flag() noexcept { return requested; }

const char* stop_reason() noexcept {
    switch (reason.load()) {
        case 0:
            return limit_is_near() ? "the time limit" : "";
        case SIGTERM:
            return "SIGTERM";
        case SIGINT:
            return "SIGINT";
        case SIGUSR1:
            return "SIGUSR1";
        case SIGALRM:
            return "the time limit";
        default:
            return "a signal";
    }
}

}  // namespace gdm
