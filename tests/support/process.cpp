#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gdm::test {
namespace {

std::filesystem::path temporary_name(const std::string& pattern) {
    std::string name = (std::filesystem::temp_directory_path() / pattern).string();
    const int descriptor = mkstemp(name.data());
    if (descriptor < 0) throw std::runtime_error("cannot create a temporary file");
    close(descriptor);
    return name;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::vector<std::string>& environment)
    : log_(temporary_name("gdm-test-log-XXXXXX")) {
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) {
        setpgid(0, 0);
        const int log = open(log_.c_str(), O_WRONLY | O_APPEND);
        const int none = open("/dev/null", O_RDONLY);
        dup2(none, STDIN_FILENO);
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        for (const auto& entry : environment) putenv(const_cast<char*>(entry.c_str()));
        std::vector<char*> arguments;
        for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    setpgid(pid_, pid_);
}

Process::~Process() {
    if (!reaped_) {
        kill_group(SIGKILL);
        waitpid(pid_, &status_, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(log_, ignored);
}

bool Process::running() {
    if (!reaped_ && waitpid(pid_, &status_, WNOHANG) == pid_) reaped_ = true;
    return !reaped_;
}

void Process::kill_group(int signal) const {
    // mpirun gives each rank a process group of its own, so the group alone does not reach them.
    const auto ranks = children();
    kill(-pid_, signal);
    for (const pid_t rank : ranks) kill(rank, signal);
}

void Process::kill_leader(int signal) const { kill(pid_, signal); }

std::vector<pid_t> Process::children() const {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream stat(entry.path() / "stat");
        std::string line;
        if (!std::getline(stat, line) || line.rfind(')') == std::string::npos) continue;
        std::istringstream rest(line.substr(line.rfind(')') + 2));
        char state = 0;
        pid_t parent = 0;
        rest >> state >> parent;
        if (parent == pid_) found.push_back(std::atoi(name.c_str()));
    }
    return found;
}

ProcessResult Process::wait() {
    if (!reaped_) waitpid(pid_, &status_, 0);
    reaped_ = true;
    ProcessResult result;
    result.signalled = WIFSIGNALED(status_);
    result.code = result.signalled ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    std::ifstream log(log_);
    std::ostringstream text;
    text << log.rdbuf();
    result.output = text.str();
    return result;
}

ProcessResult run(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
    return Process(command, environment).wait();
}

std::vector<std::string> stop_in_write(const std::string& library, const std::filesystem::path& file,
                                       const std::filesystem::path& mark, int at) {
    return {"LD_PRELOAD=" + library, "STOP_FILE=" + file.string(), "STOP_MARK=" + mark.string(),
            "STOP_AT=" + std::to_string(at), "ASAN_OPTIONS=verify_asan_link_order=0"};
}

bool has_stopped(const std::filesystem::path& mark) {
    pid_t process = 0;
    if (!(std::ifstream(mark) >> process)) return false;
    std::string status;
    std::getline(std::ifstream("/proc/" + std::to_string(process) + "/stat"), status);
    const auto name_end = status.rfind(") ");
    return name_end != std::string::npos && status.compare(name_end, 3, ") T") == 0;
}

std::vector<std::string> mpirun(int ranks, std::vector<std::string> command) {
    std::vector<std::string> words{"mpirun", "-q", "--allow-run-as-root", "--oversubscribe", "-n", std::to_string(ranks)};
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

TemporaryDirectory::TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "gdm-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot create a temporary directory");
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace gdm::test
