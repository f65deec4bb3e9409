#include "status_app.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/storage/hdf5.hpp"
#include "status_render.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

constexpr double terminal_interval = 2, log_interval = 10;  ///< seconds, unless --watch says otherwise

struct Request {
    std::vector<std::string> files;
    StatusDetail detail;
    bool verify = false, json = false, help = false, version = false;
    std::optional<double> watch;  ///< seconds between looks
};

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

Request read_request(int argc, char** argv) {
    const po::options_description all = all_options();
    po::positional_options_description positional;
    positional.add("file", -1);
    const auto given = parse_command_line(joined_values(argc, argv), all, positional, "gdm-status");
    Request request;
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

StatusEntry look_at(const std::string& file, bool verify, const std::vector<Experiment>& experiments) {
    StatusEntry entry;
    entry.file = file;
    try {
        entry.census = take_census(file, verify, experiments);
        entry.code = entry.census->code();
    } catch (const Error& error) {
        entry.trouble = error.what();
        entry.code = error.code();
    } catch (const std::exception& error) {
        entry.trouble = fmt::format("{}: {}", file, error_text(error));
        entry.code = ExitCode::input_output;
    }
    return entry;
}

ExitCode worst_of(const std::vector<StatusEntry>& entries) {
    // From harmless to what needs a person.
    static constexpr ExitCode order[] = {ExitCode::complete, ExitCode::replicas_failed, ExitCode::resumable, ExitCode::usage,
                                         ExitCode::input_output};
    std::size_t worst = 0;
    for (const auto& entry : entries) {
        const auto place = static_cast<std::size_t>(std::find(std::begin(order), std::end(order), entry.code) - order);
        worst = std::max(worst, place);
    }
    return order[worst];
}

std::string total_line(const std::vector<StatusEntry>& entries) {
    std::size_t running = 0, complete = 0, unread = 0, done = 0, failed = 0, wanted = 0;
    for (const auto& entry : entries) {
        if (!entry.census) {
            ++unread;
            continue;
        }
        running += entry.census->running ? 1 : 0;
        complete += entry.census->missing == 0 ? 1 : 0;
        done += entry.census->done;
        failed += entry.census->failed;
        wanted += entry.census->wanted;
    }
    return fmt::format("{} files: {} complete, {} running{}; {} of {} replicas{}", entries.size(), complete, running,
                       unread > 0 ? fmt::format(", {} not readable", unread) : "", done, wanted,
                       failed > 0 ? fmt::format(", {} failed", failed) : "");
}

std::string text_of(const std::vector<StatusEntry>& entries, const StatusDetail& detail) {
    const bool blocks = entries.size() == 1 || detail.points > 0 || detail.ranks > 0 || detail.failures;
    std::string text;
    for (const auto& entry : entries) {
        if (blocks && !text.empty()) text += "\n";
        if (!entry.census) {
            // The trouble of a single file goes to stderr alone.
            if (entries.size() > 1) text += entry.trouble + "\n";
        } else {
            text += blocks ? status_block(*entry.census, detail) : status_line(*entry.census) + "\n";
        }
    }
    if (entries.size() > 1) text += (blocks ? "\n" : "") + total_line(entries) + "\n";
    return text;
}

/// Writes texts over one another on a terminal.
class Screen {
  public:
    void show(const std::string& text) {
        winsize size{};
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) size = {24, 80, 0, 0};
        std::string drawn = lines_ > 0 ? fmt::format("\r\x1b[{}A", lines_) : "";
        lines_ = 0;
        std::size_t first = 0;
        while (first < text.size() && lines_ + 1 < size.ws_row) {
            const std::size_t end = std::min(text.find('\n', first), text.size());
            drawn += cut_text(text.substr(first, end - first), size.ws_col) + "\x1b[K\n";
            first = end + 1;
            ++lines_;
        }
        fmt::print("{}\x1b[J", drawn);
        std::fflush(stdout);
    }

  private:
    int lines_ = 0;
};

void complain(const std::vector<StatusEntry>& entries) {
    for (const auto& entry : entries) {
        if (!entry.census) fmt::print(stderr, "gdm-status: {}\n", entry.trouble);
    }
}

int show(const Request& request, const std::vector<Experiment>& experiments) {
    const bool in_place = request.watch && isatty(STDOUT_FILENO) != 0;
    Screen screen;
    for (;;) {
        std::vector<StatusEntry> entries;
        for (const auto& file : request.files) entries.push_back(look_at(file, request.verify, experiments));
        const bool again = request.watch && std::any_of(entries.begin(), entries.end(), [](const StatusEntry& entry) {
                               return entry.census && entry.census->running;
                           });
        if (request.json) {
            fmt::print("{}", status_json(entries, worst_of(entries), request.detail));
        } else if (in_place) {
            screen.show(text_of(entries, request.detail) +
                        (again ? fmt::format("(every {} s; Ctrl-C ends this, not the sweep)\n", *request.watch) : ""));
        } else if (request.watch) {
            for (const auto& entry : entries) {
                if (entry.census) fmt::print("{} {}\n", utc_now(), status_line(*entry.census));
            }
        } else {
            fmt::print("{}", text_of(entries, request.detail));
        }
        std::fflush(stdout);
        if (!again) {
            if (!request.json && (entries.size() == 1 || (request.watch && !in_place))) complain(entries);
            return static_cast<int>(worst_of(entries));
        }
        std::this_thread::sleep_for(std::chrono::duration<double>(*request.watch));
    }
}

}  // namespace

int status_main(int argc, char** argv, const std::vector<Experiment>& experiments) {
    hdf5::silence();
    try {
        const Request request = read_request(argc, argv);
        if (request.help) {
            fmt::print(help_text, json_keys());
            return 0;
        }
        if (request.version) {
            fmt::print("gdm-status {}\n", code_version());
            return 0;
        }
        return show(request, experiments);
    } catch (const Error& error) {
        fmt::print(stderr, "gdm-status: {}\n", error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "gdm-status: {}\n", error_text(error));
        return static_cast<int>(ExitCode::input_output);
    }
}

}  // namespace gdm
