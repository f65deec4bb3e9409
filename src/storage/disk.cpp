#include "gdm/storage/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
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
}

void sync_file(const std::filesystem::path& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    const bool failed = fsync(descriptor) != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT);
    const int reason = errno;
    close(descriptor);
    if (failed) throw IoError(fmt::format("cannot put {} on disk: {}", path.string(), std::strerror(reason)));
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
    return path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
}

}  // namespace gdm
