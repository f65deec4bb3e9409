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

constexpr const char* estimates_text =
    R"(Work left: a missing replica counts with the mean time of its point's replicas; where none is done, with that of the
neighbours in the grid, scaled by the experiment's own estimate of its cost.

Ranks at work: the time of their finished replicas over the time of the run; what a replica has taken that still runs is not
in the file.

A killed run does not say when it ended: it counts with the time of its busiest rank, the least it can have had.

Failures count together where their messages differ in nothing but numbers.)";

std::vector<OptionGroup> option_groups() {
    OptionGroup look{"What to look at"};
    look.options.add_options()("verify", "read all values and compare their checksums")(
        "points", po::value<std::string>()->value_name("N"), "the N slowest points")(
        "ranks", po::value<std::string>()->implicit_value("10")->value_name("N"),
        "all runs, and the N idlest ranks of the last one (10)")("failures",
                                                                 "all kinds of failures, with their whole messages");
    OptionGroup show{"How to show it"};
    show.options.add_options()(
        "watch", po::value<std::string>()->implicit_value("")->value_name("SECONDS"),
        "look again until none of the files is being computed: in place on a terminal (every 2 s), else a line each (10 s)")(
        "json", "one JSON document instead of text");
    return {look, show, help_group()};
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

Program status_program(const std::string& name) {
    Program program{
        name, {"FILE.h5... [OPTION]..."}, "tell how far sweeps are, also while they run", {}, "FILE.h5...", option_groups()};
    program.description =
        "Tells how far sweeps are, also while they run. One file gives a block of lines,\nseveral give a line each (a block "
        "each with --points, --ranks or --failures).";
    program.sections.push_back({"How it is estimated", estimates_text, {}, false});
    program.sections.push_back({"Keys of --json", json_keys(), {}, false});
    program.sections.push_back({"Exit codes",
                                {},
                                {{"0", "complete"},
                                 {"3", "complete, with failures"},
                                 {"75", "resumable or running"},
                                 {"2", "usage, or no sweep file"},
                                 {"74", "unreadable; of several files the worst counts: 74, 2, 75, 3, 0"}}});
    program.see_also = {"gdm-sweep", "gdm-reduce", "gdm-merge"};
    return program;
}

StatusRequest read_status_request(const std::vector<std::string>& words, const Program& program) {
    po::options_description all = program.options();
    all.add_options()("file", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("file", -1);
    const auto given = parse_command_line(words, all, positional, program.name);
    StatusRequest request;
    request.about_itself = asked_of_itself(given, program);
    if (request.about_itself) return request;
    if (given.count("file") == 0)
        throw UsageError(fmt::format("which file? usage: {0} FILE.h5... (see {0} --help)", program.name));
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

}  // namespace gdm
