#include "gdm/user/command/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "gdm/base/clock.hpp"
#include "gdm/base/text.hpp"
#include "log_tail.hpp"

namespace gdm {
namespace {

/// A file descriptor that is closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    [[nodiscard]] int get() const noexcept { return number_; }
    void set(int number) noexcept {
        close();
        number_ = number;
    }
    void close() noexcept {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

  private:
    int number_;
};

struct Pipe {
    Descriptor from_child, to_parent;
    Pipe() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(fmt::format("no pipe: {}", std::strerror(errno)));
        from_child.set(ends[0]);
        to_parent.set(ends[1]);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
};

/// All that the new process needs between vfork and exec, where it may not allocate.
struct Start {
    const char* program;
    char* const* arguments;
    char* const* environment;
    const char* folder;
    int input, output, log;
    rlim_t file_bytes;
    pid_t parent;
    volatile int error;  ///< of what failed: the memory is common until exec
};

[[noreturn]] void become(Start& start) {
    const auto leave = [&] {
        start.error = errno;
        _exit(127);
    };
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != start.parent) _exit(127);
    rlimit none{0, 0}, file{start.file_bytes, start.file_bytes};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &file);
    if (dup2(start.input, 0) < 0 || dup2(start.output, 1) < 0 || dup2(start.log, 2) < 0) leave();
    // Above all the sweep file and its lock, which HDF5 and flock would let a daemon inherit.
    if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) {
        for (int one = 3, end = static_cast<int>(sysconf(_SC_OPEN_MAX)); one < end; ++one) close(one);
    }
    if (start.folder != nullptr && chdir(start.folder) != 0) leave();
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &usual, nullptr);
    sigset_t no_signals;
    sigemptyset(&no_signals);
    sigprocmask(SIG_SETMASK, &no_signals, nullptr);
    execve(start.program, start.arguments, start.environment);
    leave();
    _exit(127);
}

/// vfork: a fork would copy the page tables of a rank, and endanger memory that a network adapter has registered.
[[gnu::noinline]] pid_t spawn(Start& start) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    const pid_t pid = vfork();
#pragma GCC diagnostic pop
    if (pid == 0) become(start);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pid;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

/// Watches over one running child.
class Child {
  public:
    Child(const ChildCommand& command, const ChildLimits& limits, const Stop& stop)
        : command_(command), limits_(limits), stop_(stop) {
        start();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) end_all();
    }

    std::string run() {
        while (!ended()) {
            wait();
            read_all();
            watch();
        }
        const int status = end_all();
        read_all();
        if (stopping_) throw Stopped();
        if (!excess_.empty()) throw failure(excess_);
        if (WIFSIGNALED(status)) {
            const int signal = WTERMSIG(status);
            throw failure(signal == SIGXFSZ ? fmt::format("wrote more than {} to a file",
                                                          bytes_text(static_cast<double>(limits_.file_bytes)))
                                            : fmt::format("killed by signal {} ({})", signal, strsignal(signal)));
        }
        if (WEXITSTATUS(status) != 0) throw failure(fmt::format("exit code {}", WEXITSTATUS(status)));
        return std::move(output_);
    }

  private:
    void start() {
        const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
        std::vector<char*> arguments = pointers(command_.arguments), environment = pointers(command_.environment);
        Start start{command_.program.c_str(),
                    arguments.data(),
                    environment.data(),
                    command_.folder.empty() ? nullptr : command_.folder.c_str(),
                    nothing.get(),
                    command_.wants_output ? output_pipe_.to_parent.get() : log_pipe_.to_parent.get(),
                    log_pipe_.to_parent.get(),
                    limits_.file_bytes,
                    getpid(),
                    0};
        begin_ = Clock::now();
        pid_ = spawn(start);
        const int error = pid_ < 0 ? errno : start.error;
        output_pipe_.to_parent.close();
        log_pipe_.to_parent.close();
        if (error != 0) {
            if (pid_ > 0) end_all();
            throw std::runtime_error(fmt::format(
                "{} cannot be started: {}", cut_text(command_.program, 120),
                error == ENOEXEC ? "neither a program nor a script whose first line begins with #!" : std::strerror(error)));
        }
        // Without it (Linux before 5.3) the end is found by asking.
        watched_.set(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    }

    /// Whether the process is over; it stays a zombie, whose number nobody else gets, until its group is ended.
    [[nodiscard]] bool ended() const {
        siginfo_t info{};
        const int result = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
        if (result != 0 && errno == ECHILD) throw std::runtime_error("its end went unseen: SIGCHLD is ignored here");
        return result == 0 && info.si_pid == pid_;
    }

    int end_all() {
        kill(-pid_, SIGKILL);
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

    void wait() {
        std::array<pollfd, 3> sources{{{output_pipe_.from_child.get(), POLLIN, 0},
                                       {log_pipe_.from_child.get(), POLLIN, 0},
                                       {watched_.get(), POLLIN, 0}}};
        poll(sources.data(), sources.size(), watched_.get() < 0 ? 1 : 20);
    }

    void read_all() {
        read_from(output_pipe_.from_child, [&](std::string_view text) {
            if (output_.size() + text.size() > limits_.output_bytes) {
                return too_much("stdout", limits_.output_bytes);
            }
            output_ += text;
        });
        read_from(log_pipe_.from_child, [&](std::string_view text) {
            log_.add(text);
            if (log_.bytes() > limits_.log_bytes)
                too_much(command_.wants_output ? "stderr" : "stdout and stderr", limits_.log_bytes);
        });
    }

    template <class Take>
    void read_from(Descriptor& from, const Take& take) {
        std::array<char, 65536> buffer{};
        // A child that writes without end is read no further than this at a time, so that its limits are looked after.
        for (int times = 0; times < 64 && from.get() >= 0; ++times) {
            const ssize_t count = read(from.get(), buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return;
            if (count == 0) return from.close();
            take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
            if (!excess_.empty()) return from.close();
        }
    }

    void too_much(const char* where, std::size_t limit) {
        if (excess_.empty())
            excess_ = fmt::format("wrote more than {} to {}", bytes_text(static_cast<double>(limit)), where);
        if (pid_ > 0) kill(-pid_, SIGKILL);
    }

    /// Asks it to end when it is time, and ends it when it does not.
    void watch() {
        const double seconds = seconds_since(begin_);
        if (!asked_) {
            stopping_ = stop_.requested();
            const bool late = limits_.seconds > 0 && seconds > limits_.seconds;
            if (!stopping_ && !late) return;
            if (!stopping_) excess_ = fmt::format("not done within {}", duration_text(limits_.seconds));
            asked_ = seconds;
            kill(-pid_, SIGTERM);
        } else if (seconds > *asked_ + limits_.grace) {
            kill(-pid_, SIGKILL);
        }
    }

    [[nodiscard]] std::runtime_error failure(const std::string& what) const {
        constexpr std::size_t most = 220;
        const std::string lines = log_.lines(most - std::min(most, what.size() + 2));
        return std::runtime_error(lines.empty() ? what : what + ": " + lines);
    }

    const ChildCommand& command_;
    const ChildLimits& limits_;
    const Stop& stop_;
    Pipe output_pipe_, log_pipe_;
    Descriptor watched_;
    pid_t pid_ = -1;
    Clock::time_point begin_;
    std::string output_;
    LogTail log_;
    std::string excess_;           ///< which limit it has met
    bool stopping_ = false;        ///< by request, not by a limit
    std::optional<double> asked_;  ///< to end, these seconds after its beginning
};

}  // namespace

std::string run_child(const ChildCommand& command, const ChildLimits& limits, const Stop& stop) {
    stop.check();
    return Child(command, limits, stop).run();
}

}  // namespace gdm
