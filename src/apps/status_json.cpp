#include "gdm/base/json.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "status_render.hpp"

namespace gdm {
namespace {

std::optional<double> hours(std::optional<double> seconds) {
    return seconds ? std::optional(*seconds / 3600) : std::nullopt;
}

void write_place(JsonWriter& json, const Census& census, std::size_t point) {
    json.member("point", point).key("parameters").begin_object();
    for (const auto& parameter : census.header.parameters(point)) {
        json.key(parameter.name);
        parameter.word.empty() ? json.value(parameter.value) : json.value(parameter.word);
    }
    json.end_object();
}

void write_sessions(JsonWriter& json, const Census& census) {
    static constexpr const char* states[] = {"running", "ended", "killed"};
    json.key("runs").begin_array();
    for (const auto& session : census.sessions) {
        json.begin_object();
        json.member("state", states[static_cast<int>(session.state)]);
        json.member("start", session.record.start);
        json.member("end", session.record.end.empty() ? std::nullopt : std::optional(session.record.end));
        json.member("host", session.record.host);
        json.member("ranks", session.record.ranks);
        json.member("seconds", session.wall);
        json.member("replicas", session.replicas);
        json.member("core_seconds_computing", session.busy);
        const auto use = session.utilisation();
        json.key("utilisation").begin_object();
        json.member("least", use ? use->least : std::nullopt);
        json.member("mean", use ? std::optional(use->mean) : std::nullopt);
        json.member("most", use ? use->most : std::nullopt);
        json.end_object();
        json.member("command_line", session.record.command_line).end_object();
    }
    json.end_array();
}

void write_failures(JsonWriter& json, const Census& census) {
    json.key("failures").begin_array();
    for (const auto& [count, example] : census.failures) {
        json.begin_object().member("message", example.message).member("count", count);
        write_place(json, census, example.point);
        json.member("replica", example.replica).end_object();
    }
    json.end_array();
}

void write_slowest_points(JsonWriter& json, const Census& census, std::size_t most) {
    json.key("slowest_points").begin_array();
    for (const std::size_t p : census.slowest_points(most)) {
        const PointCensus& point = census.points[p];
        json.begin_object();
        write_place(json, census, p);
        json.member("wanted", point.wanted).member("done", point.done).member("failed", point.failed);
        json.member("seconds_mean", point.mean()).member("seconds_longest", point.longest).end_object();
    }
    json.end_array();
}

void write_idlest_ranks(JsonWriter& json, const Census& census, std::size_t most) {
    json.key("idlest_ranks").begin_array();
    for (std::size_t i = census.sessions.size(); i-- > 0;) {
        const auto& session = census.sessions[i];
        if (!session.tells_ranks()) continue;
        for (const std::size_t rank : Census::idlest_ranks(session, most)) {
            json.begin_object().member("run", i).member("rank", rank);
            json.member("utilisation", session.utilisation_of(rank)).member("replicas", session.ranks[rank].replicas);
            json.end_object();
        }
        break;
    }
    json.end_array();
}

void write_census(JsonWriter& json, const Census& census, const StatusDetail& detail) {
    const SweepHeader& header = census.header;
    json.member("state", std::string(census_state_words[census.state()]));
    json.member("running_is_known", census.running_is_known);
    json.member("experiment", header.experiment).member("experiment_version", header.experiment_version);
    json.member("created", header.created).member("seed", header.seed);
    json.member("points", header.points).member("replicas_per_point", header.replicas);
    json.member("settled", census.settled).member("verified", census.verified);
    json.member("header_protected", census.header_protected);
    json.key("replicas").begin_object();
    json.member("wanted", census.wanted).member("done", census.done).member("failed", census.failed);
    json.member("damaged", census.torn).member("missing", census.missing).end_object();
    json.key("under_way").begin_object().member("replicas", census.under_way);
    json.member("mean_progress", census.under_way > 0 ? std::optional(census.progress) : std::nullopt).end_object();
    json.member("rate", census.rate());
    const std::size_t finished = census.done + census.failed;
    json.key("seconds").begin_object();
    json.member("mean", finished > 0 ? std::optional(census.seconds / static_cast<double>(finished)) : std::nullopt);
    json.member("longest", finished > 0 ? std::optional(census.longest) : std::nullopt).end_object();
    json.key("core_hours").begin_object();
    json.member("computing", (census.seconds + census.seconds_under_way) / 3600)
        .member("allotted", hours(census.allotted()));
    json.member("allotted_is_lower_bound", census.allotted_is_bound()).member("efficiency", census.efficiency());
    json.member("left", hours(census.seconds_left)).end_object();
    json.key("time_left").begin_object();
    json.member("seconds", census.missing > 0 ? census.time_left() : std::optional(0.0));
    json.member("ranks", census.sessions.empty() ? std::nullopt : std::optional(census.sessions.back().record.ranks));
    json.member("points_guessed", census.points_estimated).end_object();
    write_failures(json, census);
    json.member("failures_without_message", census.failures_untold);
    write_sessions(json, census);
    write_slowest_points(json, census, detail.points);
    write_idlest_ranks(json, census, detail.ranks);
}

}  // namespace

const char* json_keys() {
    return R"(Unknown numbers are null; keys stay, new ones may come.

  format, format_version
                      "gdm-status", 1
  written, program    when, and by which version
  exit_code           the worst of all files
  sweeps[]            one object a file:
    file, exit_code   with error, and nothing else, if it cannot be read
    state             running, complete, failed (finished with
                      failures), resumable
    running_is_known  false where the file system does not tell whether
                      a sweep runs; the state is running then
    experiment, experiment_version, created, seed, points,
    replicas_per_point
    settled           whether all replicas that are wanted are planned
    verified          whether --verify compared the values
    header_protected  whether the file has a hash of its header (always
                      compared; files of old versions have none)
    replicas          wanted, done, failed, damaged, missing
    under_way         replicas that are missing and have a state in the
                      file; mean_progress (0 to 1)
    rate              replicas a second of the running sweep
    seconds           mean and longest of a replica
    core_hours        computing, allotted (ranks × time of all runs),
                      allotted_is_lower_bound, left, efficiency
                      (computing/allotted)
    time_left         seconds, on the ranks of the last run;
                      points_guessed
    failures[]        message, count; an example: point, parameters,
                      replica
    failures_without_message
    runs[]            state (running, ended, killed), start, end, host,
                      ranks, seconds, replicas, core_seconds_computing,
                      utilisation (least, mean, most), command_line
    slowest_points[]  with --points: point, parameters, wanted, done,
                      failed, seconds_mean, seconds_longest
    idlest_ranks[]    with --ranks: run, rank, utilisation, replicas
)";
}

std::string status_json(const std::vector<StatusEntry>& entries, ExitCode worst, const StatusDetail& detail) {
    JsonWriter json(2);
    json.begin_object().member("format", "gdm-status").member("format_version", 1);
    json.member("written", utc_now()).member("program", code_version()).member("exit_code", static_cast<int>(worst));
    json.key("sweeps").begin_array();
    for (const auto& entry : entries) {
        json.begin_object().member("file", entry.file).member("exit_code", static_cast<int>(entry.code));
        if (entry.census) {
            write_census(json, *entry.census, detail);
        } else {
            json.member("error", entry.trouble);
        }
        json.end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

}  // namespace gdm
