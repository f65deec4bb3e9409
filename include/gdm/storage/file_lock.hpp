#pragma once

#include <filesystem>

namespace gdm {

/// Whether a sweep holds a file at present; `unknown` where the file system does not tell, and then one may.
enum class Held { no, yes, unknown };

/// Keeps a second sweep off a file: a flock on the hidden sidecar `.NAME.lock`, held by every rank of the running one,
/// so that it outlives an mpirun that was killed before its ranks. Released by the system when the process ends.
class FileLock {
  public:
    /// Claims `file` for this sweep; to be called by its first rank alone. Throws IoError if another sweep holds it or
    /// the directory is not writable.
    [[nodiscard]] static FileLock claim(const std::filesystem::path& file);
    /// Joins the claim of the sweep's first rank.
    [[nodiscard]] static FileLock join(const std::filesystem::path& file);
    /// Whether a sweep holds `file`. It is open for writing while the lock is tried, because NFS gives no exclusive lock
    /// otherwise (EBADF).
    [[nodiscard]] static Held held(const std::filesystem::path& file);
    /// The hidden file that is locked; after a killed sweep it stays.
    [[nodiscard]] static std::filesystem::path sidecar_of(const std::filesystem::path& file);

    FileLock() = default;
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

    /// Takes the sidecar away; for the first rank at the end of a sweep.
    void remove_sidecar();

  private:
    FileLock(int descriptor, std::filesystem::path sidecar);
    int descriptor_ = -1;
    std::filesystem::path sidecar_;
};

}  // namespace gdm
