#include "gdm/programs.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/hdf5.hpp"
#include "status_render.hpp"
#include "status_request.hpp"

namespace gdm {
namespace {

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

void complain(const std::vector<StatusEntry>& entries, const std::string& program) {
    for (const auto& entry : entries) {
        if (!entry.census) fmt::print(stderr, "{}: {}\n", program, entry.trouble);
    }
}

int show(const StatusRequest& request, const std::string& program, const std::vector<Experiment>& experiments) {
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
            if (!request.json && (entries.size() == 1 || (request.watch && !in_place))) complain(entries, program);
            return static_cast<int>(worst_of(entries));
        }
        std::this_thread::sleep_for(std::chrono::duration<double>(*request.watch));
    }
}

}  // namespace

int status_main(int argc, char** argv, const std::vector<Experiment>& experiments) {
    hdf5::silence();
    const Program program = status_program(program_name(argc, argv, "gdm-status"));
    try {
        const StatusRequest request = read_status_request(words_of(argc, argv), program);
        if (request.about_itself) {
            fmt::print("{}", *request.about_itself);
            return 0;
        }
        return show(request, program.name, experiments);
    } catch (const Error& error) {
        fmt::print(stderr, "{}: {}\n", program.name, error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", program.name, error_text(error));
        return static_cast<int>(ExitCode::input_output);
    }
}

}  // namespace gdm
