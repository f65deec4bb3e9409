#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

/// Running programs from tests, and killing them.
namespace gdm::test {

struct ProcessResult {
    int code = -1;  ///< exit status; 128 + n if it died of signal n
    bool signalled = false;
    std::string output;  ///< stdout and stderr together
};

/// A program in a process group of its own, so that it can be killed with all its children.
class Process {
  public:
    /// `environment` adds "NAME=value" entries to the present one.
    explicit Process(const std::vector<std::string>& command, const std::vector<std::string>& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] bool running();
    void kill_group(int signal) const;
    void kill_leader(int signal) const;
    /// The processes it started that are alive at present: the ranks of an mpirun.
    [[nodiscard]] std::vector<pid_t> children() const;
    [[nodiscard]] ProcessResult wait();

  private:
    pid_t pid_ = -1;
    int status_ = 0;
    bool reaped_ = false;
    std::filesystem::path log_;
};

[[nodiscard]] ProcessResult run(const std::vector<std::string>& command, const std::vector<std::string>& environment = {});
/// Waits until `condition` holds, as long as the process runs; whether it holds.
template <class Condition>
bool wait_for(Process& process, const Condition& condition) {
    while (!condition()) {
        if (!process.running()) return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}
/// For the environment of a program: it stops itself (SIGSTOP) in the middle of its write number `at` to files whose names
/// begin with `file`, once there is no `mark`, and makes that.
[[nodiscard]] std::vector<std::string> stop_in_write(const std::string& library, const std::filesystem::path& file,
                                                     const std::filesystem::path& mark, int at);
/// Whether the process that made such a mark has come to its stop, which is a moment later: a signal that continues it
/// before would be lost.
[[nodiscard]] bool has_stopped(const std::filesystem::path& mark);
/// mpirun -n ranks, quietly, as root too and with more ranks than cores.
[[nodiscard]] std::vector<std::string> mpirun(int ranks, std::vector<std::string> command);

/// A directory that is removed at the end.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace gdm::test
