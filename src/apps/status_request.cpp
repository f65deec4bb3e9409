#include "status_request.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options.hpp>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

constexpr double terminal_interval = 2, log_interval = 10;  ///< seconds, unless --watch says otherwise

constexpr const char* help_text = R"(gdm-status FILE... [options]: how far sweeps are, also while they run.

One file gives a block of lines, several give a line each (a block each with
--points, --ranks or --failures).

  --verify           read all values and compare their checksums
  --points N         the N slowest points
  --ranks [N]        all runs, and the N idlest ranks of the last one (10)
  --failures         all kinds of failures, with their whole messages
  --watch [SECONDS]  look again until none of the files is being computed: on a
                     terminal in place (every 2 s), else a line each (10 s)
  --json             one JSON document instead of text
  --version, --help

Work left: a missing replica counts with the mean time of its point's replicas;
where none is done, with that of the neighbours in the grid, scaled by the
experiment's own estimate of its cost.
Ranks at work: the time of their finished replicas over the time of the run;
what a replica has taken that still runs is not in the file.
A killed run does not say when it ended: it counts with the time of its busiest
rank, the least it can have had.
Failures count together where their messages differ in nothing but numbers.

{}
Exit codes: 0 complete; 3 complete, with failures; 75 resumable or running;
2 usage, or no sweep file; 74 unreadable. Of several files the worst: 74, 2, 75,
3, 0.
)";

po::options_description all_options() {
    po::options_description options;
    auto add = options.add_options();
    for (const char* name : {"verify", "failures", "json", "version", "help,h"}) add(name, "");
    add("points", po::value<std::string>());
    add("ranks", po::value<std::string>()->implicit_value("10"));
    add("watch", po::value<std::string>()->implicit_value(""));
    add("file", po::value<std::vector<std::string>>());
    return options;
}

/// `--watch 5` means `--watch=5`, as for options that must have a value; `--watch FILE` is left alone.
std::vector<std::string> joined_values(int argc, char** argv) {
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!words.empty() && (words.back() == "--watch" || words.back() == "--ranks") && parse_number(word)) {
            words.back() += "=" + word;
        } else {
            words.push_back(word);
        }
    }
    return words;
}

double number_of(const po::variables_map& given, const std::string& name, double least, const char* allowed) {
    const auto& text = given[name].as<std::string>();
    const auto value = parse_number(text);
    if (!value || !(*value >= least && *value <= 1e6)) {
        throw UsageError(fmt::format("--{} {}: takes {}", name, text, allowed));
    }
    return *value;
}

}  // namespace

StatusRequest read_status_request(int argc, char** argv) {
    const po::options_description all = all_options();
    po::positional_options_description positional;
    positional.add("file", -1);
    const auto given = parse_command_line(joined_values(argc, argv), all, positional, "gdm-status");
    StatusRequest request;
    request.help = given.count("help") != 0;
    request.version = given.count("version") != 0;
    if (request.help || request.version) return request;
    if (given.count("file") == 0) throw UsageError("which file? usage: gdm-status FILE... (see gdm-status --help)");
    request.files = given["file"].as<std::vector<std::string>>();
    request.verify = given.count("verify") != 0;
    request.json = given.count("json") != 0;
    request.detail.failures = given.count("failures") != 0;
    const char* whole = "a number of 1 or more";
    if (given.count("points") != 0) request.detail.points = static_cast<std::size_t>(number_of(given, "points", 1, whole));
    if (given.count("ranks") != 0) request.detail.ranks = static_cast<std::size_t>(number_of(given, "ranks", 1, whole));
    if (given.count("watch") != 0) {
        request.watch = given["watch"].as<std::string>().empty()
                            ? (isatty(STDOUT_FILENO) != 0 ? terminal_interval : log_interval)
                            : number_of(given, "watch", 0.1, "seconds, 0.1 or more");
        if (request.json) throw UsageError("--watch and --json do not go together; ask for --json as often as you need it");
    }
    return request;
}

std::string status_help() { return fmt::format(help_text, json_keys()); }

}  // namespace gdm
