#include "gdm/runner/job/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/disk.hpp"

namespace gdm {

JobEntries read_job_text(const std::string& text, const std::string& name) {
    JobEntries entries;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::string where = fmt::format("{}:{}", name, number);
        const auto content = trim(std::string_view(line).substr(0, line.find('#')));
        if (content.empty()) continue;
        if (content.front() == '[') {
            throw UsageError(fmt::format("{}: '{}': job files have no sections; write key = value lines", where, content));
        }
        const auto equals = content.find('=');
        if (equals == std::string_view::npos || trim(content.substr(0, equals)).empty()) {
            throw UsageError(fmt::format("{}: '{}': expected key = value", where, content));
        }
        const std::string key(trim(content.substr(0, equals)));
        const std::string value(trim(content.substr(equals + 1)));
        if (value.empty()) throw UsageError(fmt::format("{}: '{}' has no value", where, key));
        const auto [known, is_new] = entries.insert({key, {value, where}});
        if (!is_new) throw UsageError(fmt::format("{}: '{}' is given again (first at {})", where, key, known->second.where));
    }
    return entries;
}

JobEntries read_job_file(const std::filesystem::path& path) {
    require_regular_file(path, "job file");
    std::ifstream file(path);
    if (!file) throw IoError(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    std::string text(std::size_t{1} << 20, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() == std::size_t{1} << 20) throw UsageError(fmt::format("{}: too long for a job file", path.string()));
    if (text.find('\0') != std::string::npos) throw UsageError(fmt::format("{}: not a text file", path.string()));
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // the byte-order mark of some editors
    return read_job_text(text, path.string());
}

}  // namespace gdm
