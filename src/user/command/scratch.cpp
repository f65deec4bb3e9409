#include "gdm/user/command/scratch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

namespace fs = std::filesystem;

/// How the folders of this host's processes begin: on a file system that several share, locks of others may not be seen.
std::string name_begin() {
    char host[65] = {};
    gethostname(host, sizeof host - 1);
    return fmt::format("gdm-command-{}-", host);
}

/// Also what a program has left without the permission to look into it.
void remove_folder(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (!error) return;
    fs::permissions(path, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow, error);
    for (fs::recursive_directory_iterator one(path, error), end; !error && one != end; one.increment(error)) {
        std::error_code ignored;
        if (one->is_directory(ignored) && !one->is_symlink(ignored)) {
            fs::permissions(one->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
        }
    }
    fs::remove_all(path, error);
}

/// Removes a folder of this user whose process is gone: nobody holds its lock. One without a lock is just being made.
void remove_if_left(const fs::path& folder) {
    struct stat about {};
    if (lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != geteuid()) return;
    const int lock = open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0) {
        constexpr std::time_t hour = 3600;
        if (errno == ENOENT && std::time(nullptr) - about.st_mtime > hour) remove_folder(folder);
        return;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) remove_folder(folder);
    close(lock);
}

}  // namespace

Scratch::Scratch() {
    std::error_code error;
    const fs::path root = fs::temp_directory_path(error);
    if (error) throw IoError(fmt::format("TMPDIR is no folder for the files of commands: {}", error.message()));
    const std::string begin = name_begin();
    constexpr std::string_view random = "XXXXXX";  // in the place of which mkdtemp puts what nobody has
    for (fs::directory_iterator one(root, error), end; !error && one != end; one.increment(error)) {
        const std::string other = one->path().filename().string();  // gpu-1 is another host than gpu
        if (other.size() == begin.size() + random.size() && other.starts_with(begin)) remove_if_left(one->path());
    }
    std::string name = (root / (begin + std::string(random))).string();
    if (mkdtemp(name.data()) == nullptr) {
        throw IoError(
            fmt::format("no folder for the files of commands in {} (TMPDIR): {}", root.string(), std::strerror(errno)));
    }
    path_ = name;
    // Seen by others when it is held, as they remove folders whose lock is free.
    const fs::path unseen = path_ / "lock.new";
    lock_ = open(unseen.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock_ >= 0 && flock(lock_, LOCK_EX | LOCK_NB) == 0) fs::rename(unseen, path_ / "lock", error);
}

Scratch::~Scratch() {
    remove_folder(path_);
    if (lock_ >= 0) close(lock_);
}

Scratch::Folder::Folder(Scratch& scratch) : path_(scratch.path_ / std::to_string(scratch.folders_++)) {
    if (mkdir(path_.c_str(), 0700) != 0) {
        throw IoError(fmt::format("{}: {}", path_.string(), std::strerror(errno)));
    }
}

Scratch::Folder::~Folder() { remove_folder(path_); }

}  // namespace gdm
