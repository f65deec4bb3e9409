#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <utility>
#include <vector>

/// The one description of a program, of which its --help, its manual page and its completion are made.
namespace gdm {

/// Options that belong together. The name of a value says what completes it: FILE.h5 files that end so, EXPERIMENT
/// experiments; dots after it say that there may be several.
struct OptionGroup {
    std::string title;
    boost::program_options::options_description options = boost::program_options::options_description();
    bool on_first_screen = true;
};

/// What is told beside the options. Paragraphs are divided by empty lines; lines that begin with two blanks stay as they
/// are.
struct HelpSection {
    std::string title;
    std::string text = {};
    std::vector<std::pair<std::string, std::string>> entries = {};  ///< a term and what it means
    bool on_first_screen = true;
};

/// A key of jobs, which is an option too.
struct KeyHelp {
    std::string name;
    std::string description;
    std::string value;                    ///< the name of its value, as in OptionGroup
    std::vector<std::string> words = {};  ///< the values that there are, if they are words
};

/// The keys of an experiment; those of every job if it has no name.
struct KeyGroup {
    std::string experiment;
    std::vector<KeyHelp> keys;
};

struct Program {
    std::string name;
    std::vector<std::string> usage;  ///< what follows the name, a line for each way to call it
    std::string summary;             ///< what it does, in half a sentence
    std::string description;         ///< paragraphs
    std::string operand;             ///< what the words without an option are: "JOB.ini"
    std::vector<OptionGroup> groups;
    std::vector<HelpSection> sections = {};
    std::vector<KeyGroup> keys = {};         ///< of a program that takes keys of jobs
    std::string built_in_experiment = {};    ///< whose keys are meant where no job is named
    std::vector<std::string> see_also = {};  ///< other programs

    /// The options of all groups.
    [[nodiscard]] boost::program_options::options_description options() const;
    /// Names of the experiments that have keys.
    [[nodiscard]] std::vector<std::string> experiments() const;
};

/// --help and --version, alike in all programs.
[[nodiscard]] OptionGroup help_group();

/// What a program calls itself: the file that was started, without its folder; `otherwise` where the system does not tell.
[[nodiscard]] std::string program_name(int argc, char** argv, const char* otherwise);

/// An option as one types it.
struct OptionName {
    std::string brief;  ///< "-o", or empty
    std::string full;   ///< "--output"
    std::string value;  ///< "FILE.h5", or empty
    bool value_is_optional = false;
    bool takes_several = false;
};
[[nodiscard]] OptionName name_of(const boost::program_options::option_description& option);

/// The endings of the files that the name of a value stands for: {"ini", "py"} of "JOB.ini | FILE.py"; none if it is no
/// file.
[[nodiscard]] std::vector<std::string> file_endings(const std::string& value);
[[nodiscard]] bool names_file(const std::string& value);

/// What --help shows: one screen, or all.
[[nodiscard]] std::string help_text(const Program& program, bool all);
/// Lines broken at `most` columns; what follows a gap of two blanks or more goes on below itself.
[[nodiscard]] std::string wrapped_lines(const std::string& text, std::size_t most);
/// The manual page of section 1, in troff.
[[nodiscard]] std::string man_page(const Program& program);
/// What bash and zsh are to load.
[[nodiscard]] std::string bash_completion(const Program& program);
[[nodiscard]] std::string zsh_completion(const Program& program);

}  // namespace gdm
