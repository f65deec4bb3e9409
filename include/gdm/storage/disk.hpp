#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gdm {

/// Throws IoError if the file system that `path` is to lie on has less than `bytes` free, or files may not be as large here:
/// told before HDF5 meets it. `why` follows the number of bytes in the message.
void require_room(const std::filesystem::path& path, double bytes, const std::string& why = {});

/// Throws IoError if the machine has less than `bytes` of memory: told before the system kills the process. `what` needs
/// them.
void require_memory(double bytes, const std::string& what);

/// Throws unless `path` is there, by whatever links, and a regular file: to be asked before a file is opened that a user
/// named, because opening a pipe waits for its other end. UsageError if there is none or it is something else, IoError if
/// the system does not let us look (permission, a loop of links). `what` it should be, for the message.
void require_regular_file(const std::filesystem::path& path, const char* what = "file");

/// Asks the system to put what was written to `path` on disk (fsync); protects against power loss, not needed against the
/// death of processes. Throws IoError if the system cannot.
void sync_file(const std::filesystem::path& path);

/// The name of what is made of `path`: NAME.h5 gives NAME and `suffix`; from any other name nothing is taken away, so that
/// beta0.1 and beta0.2 stay apart.
[[nodiscard]] std::filesystem::path named_after(const std::filesystem::path& path, const std::string& suffix);

/// The folder that a file is to lie in, made with all above it; what was made is taken away again, if nothing is in it,
/// unless it is kept: a command that fails leaves no empty folder.
class NewFolder {
  public:
    /// Throws IoError.
    explicit NewFolder(const std::filesystem::path& file);
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder();
    void keep() noexcept { made_.clear(); }

  private:
    std::vector<std::filesystem::path> made_;  ///< innermost first
};

/// The directory of `path`, "." if it names none.
[[nodiscard]] std::filesystem::path directory_of(const std::filesystem::path& path);

}  // namespace gdm
