#include "command_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "gdm/base/error.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

constexpr const char* topics[] = {"all", "man", "bash", "zsh"};  // of --help

bool is_topic(const std::string& word) { return std::find(std::begin(topics), std::end(topics), word) != std::end(topics); }

std::optional<std::string> page_of(const std::string& topic, const Program& program) {
    if (topic == "man") return man_page(program);
    if (topic == "bash") return bash_completion(program);
    if (topic == "zsh") return zsh_completion(program);
    return std::nullopt;
}

/// Of standard output; 0 if it is no terminal.
std::size_t terminal_columns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool looks_like_an_option(const std::string& word) {
    if (word.size() < 2 || word[0] != '-' || parse_number(word)) return false;
    return word[1] == '-' || std::isalpha(static_cast<unsigned char>(word[1])) != 0;
}

void check_values(const po::parsed_options& parsed) {
    for (const auto& option : parsed.options) {
        if (option.string_key.empty() || option.position_key >= 0) continue;
        const auto& tokens = option.original_tokens;
        for (std::size_t i = 1; i < tokens.size(); ++i) {
            if (!looks_like_an_option(tokens[i])) continue;
            throw UsageError(fmt::format("{0} {1}: an option stands where {0} needs a value; {0}={1} if that is meant",
                                         "--" + option.string_key, tokens[i]));
        }
        const bool given = tokens.size() > 1 || (!tokens.empty() && tokens.front().ends_with('='));
        for (const auto& value : option.value) {
            if (given && value.empty()) throw UsageError(fmt::format("--{}: the value is empty", option.string_key));
        }
    }
}

}  // namespace

po::variables_map parse_command_line(const std::vector<std::string>& words, const po::options_description& options,
                                     const po::positional_options_description& positional, const std::string& program) {
    po::variables_map given;
    try {
        const auto parsed =
            po::command_line_parser(words).options(options).positional(positional).style(command_line_style).run();
        check_values(parsed);
        po::store(parsed, given);
    } catch (const po::unknown_option& error) {
        std::vector<std::string> names;
        for (const auto& option : options.options()) names.push_back("--" + option->long_name());
        const std::string nearest = did_you_mean(error.get_option_name(), names);
        throw UsageError(fmt::format("unknown option '{}'; {}", error.get_option_name(),
                                     nearest.empty() ? fmt::format("see {} --help", program) : nearest));
    } catch (const po::error& error) {
        throw UsageError(fmt::format("{}; see {} --help", error.what(), program));
    }
    return given;
}

std::vector<std::string> words_of(int argc, char** argv) {
    std::vector<std::string> words, alone;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i], next = i + 1 < argc ? argv[i + 1] : "";
        const bool help = word == "--help" || word == "-h", number = word == "--watch" || word == "--ranks";
        if (word == "--") {
            words.insert(words.end(), alone.begin(), alone.end());
            words.insert(words.end(), argv + i, argv + argc);
            return words;
        }
        if ((help && is_topic(next)) || (number && parse_number(next))) {
            words.push_back((help ? "--help" : word) + "=" + next);
            ++i;
        } else {
            (help || number ? alone : words).push_back(word);
        }
    }
    words.insert(words.end(), alone.begin(), alone.end());  // where no word follows that Boost would take for the value
    return words;
}

std::optional<std::string> page_alone(int argc, char** argv, const Program& program) {
    const std::string first = argc == 3 ? argv[1] : "", topic = argc == 3 ? argv[2] : "";
    return first == "--help" ? page_of(topic, program) : std::nullopt;
}

std::optional<std::string> asked_of_itself(const po::variables_map& given, const Program& program) {
    if (given.count("version") != 0) return fmt::format("{} {}\n", program.name, code_version());
    if (given.count("help") == 0) return std::nullopt;
    const auto& topic = given["help"].as<std::string>();
    if (auto page = page_of(topic, program)) return page;
    if (!topic.empty() && topic != "all") {
        throw UsageError(fmt::format("--help={}: takes all, or man, bash, zsh for the manual page and completions", topic));
    }
    return help_text(program, topic == "all");
}

std::string cut_for_terminal(const std::string& text) {
    const std::size_t columns = terminal_columns();
    if (columns == 0) return text;
    std::string cut;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) cut += cut_text(line, columns) + "\n";
    return cut;
}

std::string wrapped_for_terminal(const std::string& text) {
    const std::size_t columns = terminal_columns();
    return columns == 0 ? text : wrapped_lines(text, columns - 1);
}

}  // namespace gdm
