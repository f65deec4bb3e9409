#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace gdm {

/// Notices when a file that is being written is no longer what stands under its name: removed, moved, replaced or cut.
/// Nothing else would tell, because all writes go on into the file that was opened.
class FileWatch {
  public:
    /// Holds on to the file as it is now. Throws IoError.
    explicit FileWatch(std::filesystem::path path);
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;
    ~FileWatch();

    /// Throws IoError that says what has happened, and where the data are. Two calls of the system.
    void check() const;
    /// The same at the end of a run, when nobody writes any more; a file that was removed and has no other name is first
    /// copied to `NAME.rescued.h5` beside it, if there is room and no such file.
    void check_and_rescue() const;

  private:
    enum class Fate { as_it_was, cut, moved, removed };
    [[nodiscard]] Fate fate() const;
    /// Where the file that was opened is now, as the system tells.
    [[nodiscard]] std::string present_name() const;
    /// "A was replaced by another file while the sweep ran"
    [[nodiscard]] std::string what_happened(Fate fate) const;
    [[nodiscard]] std::string rescue() const;

    std::filesystem::path path_;
    int descriptor_ = -1;
    struct stat at_first_ {};
};

}  // namespace gdm
