#include "gdm/runner/launcher.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace gdm {
namespace {

/// Of one process, from /proc/PID/stat; `start` in seconds since the machine was booted, negative if unknown.
struct ProcessRecord {
    std::string name;
    double start = -1;
};

ProcessRecord record_of(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string line;
    std::getline(file, line);
    const auto open = line.find('('), close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return {};
    ProcessRecord record{line.substr(open + 1, close - open - 1)};
    std::istringstream fields(line.substr(close + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number) fields >> field;  // 22: starttime, in ticks
    if (fields) record.start = std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return record;
}

/// The number of the mpirun that started this process on this host; empty if none did.
const std::string& launcher() {
    static const std::string pid = [] {
        constexpr std::array names{"mpirun", "mpiexec", "orterun", "prterun"};
        std::string parent = std::to_string(getppid());
        const std::string name = record_of(parent).name;
        return std::find(names.begin(), names.end(), name) == names.end() ? std::string() : parent;
    }();
    return pid;
}

bool is_terminal(const std::string& path) {
    struct stat about {};
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(path, error).string();
    const bool named_so = target.starts_with("/dev/pts/") || target.starts_with("/dev/tty");
    return named_so && stat(path.c_str(), &about) == 0 && S_ISCHR(about.st_mode);
}

}  // namespace

bool stderr_is_on_terminal() {
    return isatty(STDERR_FILENO) != 0 || (!launcher().empty() && is_terminal(fmt::format("/proc/{}/fd/2", launcher())));
}

double seconds_of_command() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double start = record_of(launcher().empty() ? "self" : launcher()).start;
    return start < 0 ? 0 : std::max(0., static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - start);
}

}  // namespace gdm
