#include "gdm/storage/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

/// Opens the sidecar and takes the lock `kind`; false if another process holds it. File systems without flock (ENOSYS,
/// ENOLCK, EOPNOTSUPP) count as unlocked: refusing to run there would help nobody.
bool try_lock(int descriptor, int kind) {
    // held() of another program takes the lock for an instant; only one that stays is a sweep's.
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (flock(descriptor, kind | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

/// Whether `descriptor` is still what `path` names: a finished sweep may have removed the sidecar in between.
bool is_current(int descriptor, const std::filesystem::path& path) {
    struct stat opened {
    }, named{};
    return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

int open_sidecar(const std::filesystem::path& sidecar) {
    const int descriptor = open(sidecar.c_str(), O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        throw IoError(fmt::format("cannot write in '{}': {}; choose another place with --output",
                                  sidecar.parent_path().empty() ? "." : sidecar.parent_path().string(),
                                  std::strerror(errno)));
    }
    return descriptor;
}

}  // namespace

FileLock FileLock::claim(const std::filesystem::path& file) {
    const auto sidecar = sidecar_of(file);
    for (;;) {
        FileLock lock(open_sidecar(sidecar), sidecar);
        if (!try_lock(lock.descriptor_, LOCK_EX)) {
            throw IoError(
                fmt::format("{} is in use by another sweep (or by ranks of a killed one, for a few seconds); "
                            "wait for it or choose another --output",
                            file.string()));
        }
        if (!is_current(lock.descriptor_, sidecar)) continue;
        // Shared from now on, so that the other ranks can join; a second claim is exclusive and fails.
        flock(lock.descriptor_, LOCK_SH);
        return lock;
    }
}

FileLock FileLock::join(const std::filesystem::path& file) {
    const auto sidecar = sidecar_of(file);
    FileLock lock(open_sidecar(sidecar), sidecar);
    if (!try_lock(lock.descriptor_, LOCK_SH)) throw IoError(fmt::format("{} is in use by another sweep", file.string()));
    return lock;
}

Held FileLock::held(const std::filesystem::path& file) {
    const auto sidecar = sidecar_of(file);
    int descriptor = open(sidecar.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return Held::no;
    // Of another user's sweep: most file systems lock what is open for reading, too.
    if (descriptor < 0) descriptor = open(sidecar.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return errno == ENOENT ? Held::no : Held::unknown;
    Held held = Held::no;
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) held = errno == EWOULDBLOCK ? Held::yes : Held::unknown;
    close(descriptor);
    return held;
}

std::filesystem::path FileLock::sidecar_of(const std::filesystem::path& file) {
    return file.parent_path() / ("." + file.filename().string() + ".lock");
}

FileLock::FileLock(int descriptor, std::filesystem::path sidecar) : descriptor_(descriptor), sidecar_(std::move(sidecar)) {}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), sidecar_(std::move(other.sidecar_)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(sidecar_, other.sidecar_);
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

void FileLock::remove_sidecar() {
    if (descriptor_ >= 0) unlink(sidecar_.c_str());
}

}  // namespace gdm
