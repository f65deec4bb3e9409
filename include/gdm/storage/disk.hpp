#pragma once

#include <filesystem>
#include <string>

namespace gdm {

/// Throws IoError if the file system that `path` is to lie on has less than `bytes` free, or files may not be as large here:
/// told before HDF5 meets it. `why` follows the number of bytes in the message.
void require_room(const std::filesystem::path& path, double bytes, const std::string& why = {});

/// Throws IoError if the machine has less than `bytes` of memory: told before the system kills the process. `what` needs them.
void require_memory(double bytes, const std::string& what);

/// Asks the system to put what was written to `path` on disk (fsync); protects against power loss, not needed against the
/// death of processes. Throws IoError if the system cannot.
void sync_file(const std::filesystem::path& path);

/// The directory of `path`, "." if it names none.
[[nodiscard]] std::filesystem::path directory_of(const std::filesystem::path& path);

}  // namespace gdm
