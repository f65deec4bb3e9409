#pragma once

#include <cstddef>
#include <filesystem>

namespace gdm {

/// A folder of this process for what commands leave, under $TMPDIR or /tmp, removed at the end. What processes that were
/// killed have left behind there is removed when one begins: each holds a lock on its own.
class Scratch {
  public:
    /// Throws IoError if none can be made.
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// A folder in it for one replica, removed with all that is in it.
    class Folder {
      public:
        explicit Folder(Scratch& scratch);
        ~Folder();
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

      private:
        std::filesystem::path path_;
    };

  private:
    std::filesystem::path path_;
    int lock_ = -1;
    std::size_t folders_ = 0;
};

}  // namespace gdm
