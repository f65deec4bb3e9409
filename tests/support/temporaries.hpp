#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gdm::test {

/// The files on their way to the name `target`: .NAME.HOST-PID-RANDOM.tmp beside it.
inline std::vector<std::filesystem::path> temporaries_of(const std::filesystem::path& target) {
    std::vector<std::filesystem::path> found;
    const std::string prefix = "." + target.filename().string() + ".";
    std::error_code error;
    for (std::filesystem::directory_iterator entry(target.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(".tmp")) found.push_back(entry->path());
    }
    return found;
}

}  // namespace gdm::test
