#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/text.hpp"
#include "gdm/storage/file_lock.hpp"
#include "status_render.hpp"

namespace gdm {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t indent = 11;  ///< of what a line says, after its name
constexpr std::size_t shown_failures = 3;

std::string line(const char* name, const std::string& text) { return fmt::format("{:<{}}{}\n", name, indent, text); }

std::string percent(double share) {
    // 100 % only of what is whole.
    const double shown = share < 1 ? std::min(100 * share, 99.9) : 100;
    return fmt::format("{:.{}f} %", shown, share < 1 ? 1 : 0);
}

std::string core_time(double seconds) {
    if (seconds < 360) return fmt::format("{:.3g} core-seconds", seconds);
    const double hours = seconds / 3600;
    return hours < 999.5 ? fmt::format("{:.3g} core-hours", hours) : fmt::format("{:.0f} core-hours", hours);
}

std::string count(std::size_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string rate_text(double per_second) { return fmt::format("{:.{}f} replicas/s", per_second, per_second < 10 ? 2 : 0); }

std::string state_text(const Census& census) {
    switch (census.state()) {
        case Census::State::running:
            return census.running_is_known
                       ? "running"
                       : fmt::format(
                             "perhaps running, which the file system does not tell; if no sweep\n{:{}}runs, remove {}", "",
                             indent, FileLock::sidecar_of(census.file).string());
        case Census::State::resumable:
            return "resumable: the same command continues it";
        case Census::State::failed:
            return "finished with failures; --retry-failed computes them again";
        case Census::State::complete:
            return "complete";
    }
    return {};
}

/// To the second, as the file knows it.
std::string wall_text(const SessionCensus& session) {
    if (!session.wall) return "?";
    return *session.wall < 60 ? fmt::format("{:.0f} s", *session.wall) : duration_text(*session.wall);
}

std::string run_state(const SessionCensus& session) {
    switch (session.state) {
        case SessionCensus::State::running:
            return "running";
        case SessionCensus::State::ended:
            return "ended after " + wall_text(session);
        case SessionCensus::State::killed:
            return "killed";
    }
    return {};
}

std::string use_text(const Utilisation& use) {
    if (!use.least) return fmt::format("busy {:.0f} % of the time on average", 100 * use.mean);
    return fmt::format("busy {:.0f} to {:.0f} % of the time, {:.0f} % on average", 100 * *use.least, 100 * *use.most,
                       100 * use.mean);
}

std::string last_run(const Census& census) {
    if (census.sessions.empty()) return {};
    const auto& last = census.sessions.back();
    std::string text = line("last run", fmt::format("{} on {}, {}, {}", last.record.start, last.record.host,
                                                    count(last.record.ranks, "rank"), run_state(last)));
    if (const auto use = last.utilisation()) text += line("ranks", use_text(*use));
    return text;
}

std::string work_left(const Census& census) {
    if (!census.settled && census.missing == 0) return line("left", "not known: more is to be planned");
    if (census.missing == 0) return {};
    if (!census.seconds_left) return line("left", "not known before a first replica is done or saved");
    std::string text = fmt::format("{} {}", census.settled ? "about" : "at least", core_time(*census.seconds_left));
    if (const auto time = census.time_left()) {
        const std::size_t ranks = census.sessions.back().record.ranks;
        text += fmt::format(", {} on {}", duration_text(*time),
                            census.running ? fmt::format("the present {}", count(ranks, "rank"))
                                           : fmt::format("{} as in the last run", count(ranks, "rank")));
    }
    text = line("left", text);
    if (census.points_estimated > 0) {
        text += line("", fmt::format("({} with nothing done: guessed from neighbours in the grid)",
                                     count(census.points_estimated, "point")));
    }
    return text;
}

std::string failures(const Census& census, bool all) {
    std::string text;
    bool cut = false;
    const auto fitted = [&](const std::string& whole) {
        if (all) return whole;
        std::string fits = cut_text(whole, width - indent);
        cut = cut || fits != whole;
        return fits;
    };
    const std::size_t shown = all ? census.failures.size() : std::min(shown_failures, census.failures.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& [number, example] = census.failures[i];
        const std::string place = fmt::format("{}at {}, replica {}", number > 1 ? "for example " : "",
                                              census.header.varying_text(example.point), example.replica);
        text += line("failed", fitted(fmt::format("{} × {}", number, example.message)));
        text += line("", fitted(all ? fmt::format("{} (point {})", place, example.point) : place));
    }
    if (const std::size_t others = census.failures.size() - shown; others > 0) {
        text +=
            line("", fmt::format("… and {}: --failures{}", count(others, "other message"), cut ? ", which cuts none" : ""));
    } else if (cut) {
        text += line("", "--failures shows the whole of what is cut");
    }
    if (census.failures_untold > 0) {
        text += line("failed", fmt::format("{} more, whose messages the file has no room for", census.failures_untold));
    }
    return text;
}

std::string slowest_points(const Census& census, std::size_t most) {
    const auto slowest = census.slowest_points(most);
    if (slowest.empty()) return "\nslowest points: none has a replica done yet\n";
    std::string text = fmt::format("\nslowest points, by the mean time of a replica\n{:>14} {:>14} {:>14}   {}\n", "mean",
                                   "longest", "done", "point");
    for (const std::size_t p : slowest) {
        const PointCensus& point = census.points[p];
        text += fmt::format("{:>14} {:>14} {:>14}   {}\n", duration_text(*point.mean()), duration_text(point.longest),
                            fmt::format("{} of {}", point.done, point.wanted), census.header.varying_text(p));
    }
    return text;
}

/// The three columns on ranks at work, or why there is nothing in them.
std::string use_columns(const SessionCensus& session) {
    const auto use = session.utilisation();
    if (!use) {
        return session.state == SessionCensus::State::killed    ? "end unknown"
               : session.state == SessionCensus::State::running ? "too early to tell"
                                                                : "too short to tell";
    }
    const auto column = [](std::optional<double> share) { return share ? fmt::format("{:.0f} %", 100 * *share) : "?"; };
    return fmt::format("{:>6} {:>6} {:>6}", column(use->least), column(use->mean), column(use->most));
}

std::string runs_and_ranks(const Census& census, std::size_t most) {
    std::string text = fmt::format(
        "\nruns, and the shares of the time that their ranks were computing\n"
        "{:>4}  {:<20} {:>6} {:>12} {:>10} {:>6} {:>6} {:>6}\n",
        "run", "start", "ranks", "time", "replicas", "least", "mean", "most");
    const SessionCensus* chosen = nullptr;
    for (std::size_t i = 0; i < census.sessions.size(); ++i) {
        const auto& session = census.sessions[i];
        text += fmt::format("{:>4}  {:<20} {:>6} {:>12} {:>10} {}\n", i, session.record.start, session.record.ranks,
                            wall_text(session), session.replicas, use_columns(session));
        if (session.tells_ranks()) chosen = &session;
    }
    if (chosen == nullptr) return text + "\nidlest ranks: not known of any run\n";
    text += fmt::format("\nidlest ranks of run {}\n{:>8} {:>8} {:>12}\n", chosen - census.sessions.data(), "rank",
                        "computing", "replicas");
    for (const std::size_t rank : Census::idlest_ranks(*chosen, most)) {
        text +=
            fmt::format("{:>8} {:>6.1f} % {:>12}\n", rank, 100 * chosen->utilisation_of(rank), chosen->ranks[rank].replicas);
    }
    return text;
}

}  // namespace

std::string status_block(const Census& census, const StatusDetail& detail) {
    const SweepHeader& header = census.header;
    std::string text = fmt::format("{}: {} (version {})\n", census.file, header.experiment, header.experiment_version);
    text += line("sweep", fmt::format("{} × {}, created {}", count(header.points, "point"),
                                      count(header.replicas, "replica"), header.created));
    std::string replicas = fmt::format("{} of {} done ({})", census.done, census.wanted, percent(census.share_done()));
    if (census.failed > 0) replicas += fmt::format(", {} failed", census.failed);
    if (census.torn > 0) replicas += fmt::format(", {} damaged (the next run computes them again)", census.torn);
    const char* verified = census.header_protected ? "; header and checksums verified" : "; checksums verified";
    text += line("replicas", replicas + (census.verified ? verified : ""));
    if (!census.header_protected)
        text += line("header", "not verified: an older version, which made the file, kept no hash of it");
    std::size_t complete = 0, begun = 0;
    for (const PointCensus& point : census.points) {
        if (point.missing == 0) {
            ++complete;
        } else if (point.done + point.failed > 0) {
            ++begun;
        }
    }
    text += line("points", fmt::format("{} of {} complete, {} begun", complete, header.points, begun));
    const std::size_t finished = census.done + census.failed;
    if (census.under_way > 0) {
        text += line("under way", fmt::format("{} with {} state saved, {} of the way{}", count(census.under_way, "replica"),
                                              census.under_way == 1 ? "its" : "their", percent(census.progress),
                                              census.under_way == 1 ? "" : " on average"));
    }
    std::string computed = core_time(census.seconds + census.seconds_under_way);
    if (finished > 0) {
        computed +=
            fmt::format("; a replica {} on average, {} at most",
                        duration_text(census.seconds / static_cast<double>(finished)), duration_text(census.longest));
    }
    text += line("computed", computed);
    if (const auto allotted = census.allotted()) {
        const auto efficiency = census.efficiency();
        text +=
            line("allotted", fmt::format("{}{} in {}{}", census.allotted_is_bound() ? "at least " : "", core_time(*allotted),
                                         count(census.sessions.size(), "run"),
                                         efficiency ? fmt::format(", {:.0f} % spent computing", 100 * *efficiency) : ""));
    }
    text += last_run(census);
    if (const auto rate = census.rate()) text += line("rate", rate_text(*rate));
    text += work_left(census);
    text += failures(census, detail.failures);
    text += line("state", state_text(census));
    if (detail.points > 0) text += slowest_points(census, detail.points);
    if (detail.ranks > 0) text += runs_and_ranks(census, detail.ranks);
    return text;
}

std::string status_line(const Census& census) {
    const auto state = census.state();
    std::string text = fmt::format("{}: {}{}, {}, {} of {} replicas", census.file, census.running_is_known ? "" : "perhaps ",
                                   state == Census::State::failed ? "finished with failures" : census_state_words[state],
                                   percent(census.share_done()), census.done, census.wanted);
    if (census.failed > 0) text += fmt::format(", {} failed", census.failed);
    if (census.torn > 0) text += fmt::format(", {} damaged", census.torn);
    if (census.under_way > 0) text += fmt::format(", {} under way ({})", census.under_way, percent(census.progress));
    if (const auto rate = census.rate()) text += ", " + rate_text(*rate);
    const auto time = census.time_left();
    if (census.missing > 0 && time) text += fmt::format(", {} left", duration_text(*time));
    return text;
}

}  // namespace gdm
