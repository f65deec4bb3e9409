#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "program.hpp"

namespace gdm {

inline constexpr int command_line_style =
    boost::program_options::command_line_style::unix_style & ~boost::program_options::command_line_style::allow_guessing;

/// Understands the words after the program's name, alike in all programs: no abbreviated options, a near name for an unknown
/// one, and no option taken for the value of another (`-o --dry-run`; `-o=--dry-run` names such a file). Throws UsageError,
/// one line; `program` is whose --help it points to.
[[nodiscard]] boost::program_options::variables_map parse_command_line(
    const std::vector<std::string>& words, const boost::program_options::options_description& options,
    const boost::program_options::positional_options_description& positional, const std::string& program);

/// The words of main() after the program's name. A value that may be left out is joined to its option, as those are that
/// must be there: `--help all` means `--help=all`, and `--watch 5` `--watch=5`; `--watch FILE` leaves the file alone.
[[nodiscard]] std::vector<std::string> words_of(int argc, char** argv);

/// The page that `PROGRAM --help man`, bash or zsh writes: its manual page and completions. For builds, and so without MPI.
[[nodiscard]] std::optional<std::string> page_alone(int argc, char** argv, const Program& program);

/// What the program says of itself if it is asked to: --help, --help all, --version; also the pages. Throws UsageError for
/// another topic.
[[nodiscard]] std::optional<std::string> asked_of_itself(const boost::program_options::variables_map& given,
                                                         const Program& program);

/// Text as a terminal of standard output shows it best: its lines cut at the terminal's width, or broken there. Elsewhere it
/// stays as it is.
[[nodiscard]] std::string cut_for_terminal(const std::string& text);
[[nodiscard]] std::string wrapped_for_terminal(const std::string& text);

}  // namespace gdm
