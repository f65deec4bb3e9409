#pragma once

#include <filesystem>

#include "gdm/storage/hdf5.hpp"

namespace gdm {

/// A new file under a name of its own, `.NAME.HOST-PID-RANDOM.tmp` beside NAME, until it is complete and takes that name.
/// No file that was there before is touched: the name is new, and of earlier ones only those go that are recognisably left
/// by a process that died, by their name, and because nobody holds the lock that every such file has while it is made.
class TemporaryFile {
  public:
    /// Makes it, empty. Throws IoError.
    explicit TemporaryFile(std::filesystem::path target);
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    /// Removes it, unless it has taken its place.
    ~TemporaryFile();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// Puts it on disk and gives it the name of the target. Throws IoError.
    void take_place();

  private:
    std::filesystem::path target_, path_;
    int descriptor_ = -1;
};

/// Makes the HDF5 file of these properties in it; `access` is told to take none of HDF5's own locks, which would meet ours.
/// Throws IoError.
[[nodiscard]] hdf5::File create_hdf5_file(const TemporaryFile& file, hid_t creation, const hdf5::PropertyList& access);

/// Removes what processes that died have left beside `target` of its temporary files.
void remove_left_behind(const std::filesystem::path& target);

}  // namespace gdm
