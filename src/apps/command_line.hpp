#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

namespace gdm {

inline constexpr int command_line_style =
    boost::program_options::command_line_style::unix_style & ~boost::program_options::command_line_style::allow_guessing;

/// Understands the words after the program's name, alike in all programs: no abbreviated options, a near name for an unknown
/// one, and no option taken for the value of another (`-o --dry-run`; `-o=--dry-run` names such a file). Throws UsageError,
/// one line; `program` is whose --help it points to.
[[nodiscard]] boost::program_options::variables_map parse_command_line(
    const std::vector<std::string>& words, const boost::program_options::options_description& options,
    const boost::program_options::positional_options_description& positional, const char* program);

/// The words of main() after the program's name.
[[nodiscard]] std::vector<std::string> words_of(int argc, char** argv);

}  // namespace gdm
