#include "gdm/storage/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace gdm {

void require_room(const std::filesystem::path& path, double bytes, const std::string& why) {
    const auto directory = directory_of(path);
    std::error_code error;
    const auto space = std::filesystem::space(directory, error);
    if (error) throw IoError(fmt::format("cannot write in '{}': {}", directory.string(), error.message()));
    if (static_cast<double>(space.available) < bytes) {
        throw IoError(fmt::format("{} needs {}{}, but '{}' has {} free; free some space or choose another --output",
                                  path.string(), bytes_text(bytes), why, directory.string(),
                                  bytes_text(static_cast<double>(space.available))));
    }
    rlimit most{};
    if (getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur != RLIM_INFINITY &&
        static_cast<double>(most.rlim_cur) < bytes) {
        throw IoError(fmt::format("{} needs {}, but files may have {} at most here (ulimit -f)", path.string(),
                                  bytes_text(bytes), bytes_text(static_cast<double>(most.rlim_cur))));
    }
}

void require_memory(double bytes, const std::string& what) {
    const double there = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    if (bytes <= there) return;
    throw IoError(fmt::format("{} needs {} of memory, and this machine has {}", what, bytes_text(bytes), bytes_text(there)));
}

NewFolder::NewFolder(const std::filesystem::path& file) {
    const auto folder = file.parent_path();
    if (folder.empty()) return;
    std::error_code error;
    for (auto one = folder; !one.empty() && !std::filesystem::exists(one, error); one = one.parent_path()) {
        made_.push_back(one);
        if (error || one == one.parent_path()) break;
    }
    error.clear();
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw IoError(fmt::format("cannot create the directory '{}': {}; choose another place with --output",
                                  folder.string(), error.message()));
    }
}

NewFolder::~NewFolder() {
    for (const auto& one : made_) rmdir(one.c_str());  // does nothing to one that holds something
}

void require_regular_file(const std::filesystem::path& path, const char* what) {
    std::error_code error;
    switch (std::filesystem::status(path, error).type()) {
        case std::filesystem::file_type::regular:
            return;
        case std::filesystem::file_type::not_found:
            throw UsageError(fmt::format("{}: no such {}", path.string(), what));
        case std::filesystem::file_type::none:
        case std::filesystem::file_type::unknown:
            throw IoError(fmt::format("{}: {}", path.string(), error ? error.message() : "cannot be looked at"));
        case std::filesystem::file_type::directory:
            throw UsageError(fmt::format("{} is a directory; name a {}", path.string(), what));
        default:
            throw UsageError(fmt::format("{} is no regular file (a pipe or a device?); name a {}", path.string(), what));
    }
}

void sync_file(const std::filesystem::path& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    const bool failed = fsync(descriptor) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT);
    const int reason = errno;
    close(descriptor);
    if (failed) throw IoError(fmt::format("cannot put {} on disk: {}", path.string(), std::strerror(reason)));
}

std::filesystem::path named_after(const std::filesystem::path& path, const std::string& suffix) {
    std::string name = path.filename().string();
    if (name.size() > 3 && name.ends_with(".h5")) name.resize(name.size() - 3);
    return path.parent_path() / (name + suffix);
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
    return path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
}

}  // namespace gdm
