#include "command_program.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

/// "xxh3-128 … of 1234 bytes".
std::string hash_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
    XXH3_128bits_reset(state.get());
    std::vector<char> buffer(std::size_t{1} << 16);
    std::uintmax_t bytes = 0;
    while (file) {
        file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        XXH3_128bits_update(state.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
        bytes += static_cast<std::uintmax_t>(file.gcount());
    }
    if (!file.eof()) throw UsageError(fmt::format("{} cannot be read", path.string()));
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    return fmt::format("xxh3-128 {:016x}{:016x} of {} bytes\n", hash.high64, hash.low64, bytes);
}

/// The file of that name in the present folder or in the job's, as a path that is good here.
std::optional<fs::path> find_file(const std::string& name, const fs::path& job_folder) {
    if (is_file(name)) return fs::path(name);
    if (const fs::path there = job_folder / name; fs::path(name).is_relative() && is_file(there)) return there;
    return std::nullopt;
}

std::optional<fs::path> find_along_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    for (const auto& folder : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
        const fs::path file = fs::path(folder) / name;
        if (is_file(file) && access(file.c_str(), X_OK) == 0) return file;
    }
    return std::nullopt;
}

bool is_of_the_system(const fs::path& program) {
    constexpr std::array folders{"/bin", "/sbin", "/usr/bin", "/usr/sbin"};
    return std::find(folders.begin(), folders.end(), program.parent_path().string()) != folders.end();
}

/// Hashes of files by their names, each name once.
class Hashes {
  public:
    void add(const fs::path& file) {
        const std::string name = file.filename().string();
        std::string free = name == "command" ? "command (file)" : name;  // "command" is its line
        for (int number = 2; find_named(all, free) != nullptr; ++number) free = fmt::format("{} ({})", name, number);
        all.push_back({free, hash_text(file)});
    }
    std::vector<CodeFile> all;
};

fs::path find_executable(const std::string& name, const fs::path& job_folder) {
    if (name.empty()) throw UsageError("its first word, the program, holds a placeholder");
    const bool along_path = name.find('/') == std::string::npos;
    const auto found = along_path ? find_along_path(name) : find_file(name, job_folder);
    if (!found) {
        const auto here = along_path ? find_file("./" + name, job_folder) : std::nullopt;
        throw UsageError(fmt::format("there is no program {}{}{}", name,
                                     along_path            ? " along PATH"
                                     : name.front() == '/' ? ""
                                     : job_folder.empty() || job_folder == "."
                                         ? ", seen from the present folder"
                                         : fmt::format(", seen from the present folder or {}", job_folder.string()),
                                     here ? fmt::format("; write ./{} for that of the folder", name) : ""));
    }
    if (access(found->c_str(), X_OK) != 0) {
        throw UsageError(fmt::format("{} is not executable (chmod +x {}, or write its interpreter before it)", name, name));
    }
    return *found;
}

}  // namespace

CommandProgram find_program(CommandTemplate& command, const std::vector<std::string>& more, const fs::path& job_folder,
                            bool works_elsewhere) {
    CommandProgram program;
    Hashes hashes;
    const fs::path executable = find_executable(command.literal(0), job_folder);
    program.path = fs::absolute(executable).lexically_normal().string();
    if (!is_of_the_system(program.path)) hashes.add(program.path);
    for (std::size_t i = 1; i < command.words().size(); ++i) {
        const std::string word = command.literal(i);
        if (word.find_first_of("./") == std::string::npos) continue;
        const auto file = find_file(word, job_folder);
        if (!file) continue;
        hashes.add(*file);
        if (works_elsewhere || *file != fs::path(word)) command.replace(i, fs::absolute(*file).lexically_normal().string());
    }
    for (const auto& name : more) {
        const auto file = find_file(name, job_folder);
        if (!file) throw UsageError(fmt::format("there is no file {}", name));
        hashes.add(*file);
    }
    program.files = std::move(hashes.all);
    return program;
}

}  // namespace gdm
