#include "gdm/status/census.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <map>
#include <numeric>
#include <regex>

#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/status/estimate.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/exit_code.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

/// Sessions begin and end on whole seconds in the file: below this the error would show.
constexpr double shortest_wall = 10;
/// A running session tells its utilisation when it is this many replicas long: those in work are not in the file yet.
constexpr double fewest_replicas = 10;

double seconds_between(const std::string& start, const std::string& end) {
    const auto first = parse_utc(start), last = parse_utc(end);
    return first && last && *last >= *first ? *last - *first : std::numeric_limits<double>::quiet_NaN();
}

std::vector<SessionCensus> sessions_of(const SweepReader& reader, bool running) {
    std::vector<SessionCensus> sessions;
    for (auto& record : reader.sessions()) {
        SessionCensus session;
        session.state = record.end.empty() ? SessionCensus::State::killed : SessionCensus::State::ended;
        const double wall = seconds_between(record.start, record.end);
        if (!std::isnan(wall)) session.wall = wall;
        session.ranks.resize(record.ranks);
        session.record = std::move(record);
        sessions.push_back(std::move(session));
    }
    if (running && !sessions.empty() && sessions.back().state == SessionCensus::State::killed) {
        auto& last = sessions.back();
        last.state = SessionCensus::State::running;
        const double wall = seconds_between(last.record.start, utc_now());
        if (!std::isnan(wall)) last.wall = wall;
    }
    return sessions;
}

/// Adds a finished replica to its session. A rank that the session cannot have had makes all of its ranks unknown.
void add_to_session(SessionCensus& session, double seconds, std::uint32_t rank) {
    ++session.replicas;
    session.busy += seconds;
    session.longest = std::max(session.longest, seconds);
    if (rank >= session.ranks.size()) {
        session.ranks.clear();
        return;
    }
    ++session.ranks[rank].replicas;
    session.ranks[rank].busy += seconds;
}

/// Where each point sits in the full grid.
std::vector<std::size_t> places_of(const SweepHeader& header) {
    std::vector<std::size_t> places(header.points);
    for (std::size_t p = 0; p < places.size(); ++p) places[p] = header.place_of(p);
    return places;
}

void estimate_work_left(Census& census, const std::vector<Experiment>& experiments) {
    if (census.missing == 0) {
        census.seconds_left = 0;
        return;
    }
    const auto costs =
        costs_of(find_named(experiments, census.header.experiment), Points(census.header), 0, census.header.points);
    std::vector<double> scaled(census.points.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t p = 0; p < scaled.size(); ++p) {
        if (const auto mean = census.points[p].mean()) scaled[p] = *mean / costs[p];
    }
    const std::vector<double> measured = scaled;
    fill_from_neighbours(scaled, places_of(census.header), census.header.grid_shape());
    double left = 0;
    for (std::size_t p = 0; p < scaled.size(); ++p) {
        const std::size_t missing = census.points[p].missing;
        if (missing == 0) continue;
        left += static_cast<double>(missing) * scaled[p] * costs[p];
        census.longest_left = std::max(census.longest_left, scaled[p] * costs[p]);
        if (std::isnan(measured[p])) ++census.points_estimated;
    }
    if (!std::isnan(left)) census.seconds_left = left;
}

void count_replicas(Census& census, const SweepReader& reader) {
    const std::size_t replicas = census.header.replicas, rows = census.header.rows();
    constexpr std::size_t batch = std::size_t{1} << 16;
    for (std::size_t first = 0; first < rows; first += batch) {
        const std::size_t count = std::min(batch, rows - first);
        const auto states = reader.states(first, count, census.verified);
        const auto seconds = reader.read_seconds(first, count);
        const auto sessions = reader.read_session_numbers(first, count), ranks = reader.read_ranks(first, count);
        for (std::size_t i = 0; i < count; ++i) {
            PointCensus& point = census.points[(first + i) / replicas];
            const RowState state = states[i];
            const bool is_wanted = (first + i) % replicas < point.wanted;
            if (state == RowState::torn) ++census.torn;
            if (is_wanted && (state == RowState::absent || state == RowState::torn)) ++point.missing;
            if (state != RowState::done && state != RowState::failed) continue;
            const double time = std::isnan(seconds[i]) ? 0 : seconds[i];
            if (state == RowState::done) {
                ++point.done;
                point.seconds += time;
                point.longest = std::max(point.longest, time);
            } else {
                ++point.failed;
            }
            census.seconds += time;
            census.longest = std::max(census.longest, time);
            if (sessions[i] < census.sessions.size()) add_to_session(census.sessions[sessions[i]], time, ranks[i]);
        }
    }
}

/// A message with its numbers taken out: "no root below #".
std::string without_numbers(const std::string& message) {
    static const std::regex number(R"(([-+]?\d+(\.\d+)?(e[-+]?\d+)?))");
    return std::regex_replace(message, number, "#");
}

}  // namespace

std::optional<double> PointCensus::mean() const {
    return done > 0 ? std::optional(seconds / static_cast<double>(done)) : std::nullopt;
}

std::optional<Utilisation> SessionCensus::utilisation() const {
    if (!wall || *wall < shortest_wall || record.ranks == 0) return std::nullopt;
    if (state == State::running && (replicas == 0 || *wall < fewest_replicas * busy / static_cast<double>(replicas))) {
        return std::nullopt;
    }
    Utilisation result{std::min(1.0, busy / (*wall * static_cast<double>(record.ranks))), {}, {}};
    if (!ranks.empty()) {
        const auto [least, most] =
            std::minmax_element(ranks.begin(), ranks.end(), [](const Rank& a, const Rank& b) { return a.busy < b.busy; });
        result.least = std::min(1.0, least->busy / *wall);
        result.most = std::min(1.0, most->busy / *wall);
    }
    return result;
}

double SessionCensus::utilisation_of(std::size_t rank) const { return std::min(1.0, ranks.at(rank).busy / wall.value()); }

double SessionCensus::allotted() const {
    const auto cores = static_cast<double>(record.ranks);
    if (wall) return std::max(busy, cores * *wall);
    double least = longest;
    for (const Rank& rank : ranks) least = std::max(least, rank.busy);
    return std::max(busy, cores * least);
}

Census::State Census::state() const {
    if (running) return State::running;
    if (missing > 0 || !settled) return State::resumable;
    return failed > 0 ? State::failed : State::complete;
}

ExitCode Census::code() const { return exit_code(missing, failed, settled); }

double Census::share_done() const { return wanted > 0 ? static_cast<double>(done) / static_cast<double>(wanted) : 1; }

std::optional<double> Census::rate() const {
    if (sessions.empty() || sessions.back().state != SessionCensus::State::running) return std::nullopt;
    const auto& session = sessions.back();
    if (!session.wall || *session.wall < 2 || session.replicas == 0) return std::nullopt;
    return static_cast<double>(session.replicas) / *session.wall;
}

std::optional<double> Census::time_left() const {
    if (!seconds_left || sessions.empty() || sessions.back().record.ranks == 0) return std::nullopt;
    const auto use = sessions.back().utilisation();
    const double share = use ? std::max(0.01, use->mean) : 1;
    return std::max(*seconds_left / (static_cast<double>(sessions.back().record.ranks) * share), longest_left);
}

std::optional<double> Census::allotted() const {
    double sum = 0, wall = 0;
    for (const auto& session : sessions) {
        sum += session.allotted();
        if (session.record.ranks > 0) wall += session.allotted() / static_cast<double>(session.record.ranks);
    }
    return wall >= shortest_wall ? std::optional(sum) : std::nullopt;
}

bool Census::allotted_is_bound() const {
    return std::any_of(sessions.begin(), sessions.end(), [](const auto& session) { return !session.wall; });
}

std::optional<double> Census::efficiency() const {
    double used = 0, given = 0;
    for (const auto& session : sessions) {
        if (!session.utilisation()) continue;
        used += session.busy;
        given += session.allotted();
    }
    return given > 0 ? std::optional(used / given) : std::nullopt;
}

std::vector<std::size_t> Census::slowest_points(std::size_t most) const {
    std::vector<std::size_t> order;
    for (std::size_t p = 0; p < points.size(); ++p) {
        if (points[p].done > 0) order.push_back(p);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return *points[a].mean() > *points[b].mean(); });
    order.resize(std::min(order.size(), most));
    return order;
}

std::vector<std::size_t> Census::idlest_ranks(const SessionCensus& session, std::size_t most) {
    std::vector<std::size_t> order(session.tells_ranks() ? session.ranks.size() : 0);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return session.ranks[a].busy < session.ranks[b].busy; });
    order.resize(std::min(order.size(), most));
    return order;
}

std::vector<FailureGroup> grouped(const std::vector<FailureRecord>& failures) {
    std::vector<FailureGroup> groups;
    std::map<std::string, std::size_t> place;
    for (const auto& failure : failures) {
        const auto [known, is_new] = place.insert({without_numbers(failure.message), groups.size()});
        if (is_new) groups.push_back({0, failure});
        ++groups[known->second].count;
    }
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    return groups;
}

Census take_census(const std::filesystem::path& path, bool verify, const std::vector<Experiment>& experiments) {
    Census census;
    // Looked at first: of a sweep that ends in between, the counts below are then already its last ones.
    const Held held = FileLock::held(path);
    census.running = held != Held::no;
    census.running_is_known = held != Held::unknown;
    const SweepReader reader(path);
    census.file = path.string();
    census.header = reader.header();
    census.header_protected = reader.header_is_protected();
    census.verified = verify;
    census.points.resize(census.header.points);
    census.settled = reader.settled();
    const auto wanted = reader.planned();
    for (std::size_t p = 0; p < census.points.size(); ++p) census.points[p].wanted = wanted[p];
    census.sessions = sessions_of(reader, census.running);
    count_replicas(census, reader);
    for (const PointCensus& point : census.points) {
        census.wanted += point.wanted;
        census.done += point.done;
        census.failed += point.failed;
        census.missing += point.missing;
    }
    if (census.failed > 0) {
        census.failures = grouped(reader.failures());
        std::size_t told = 0;
        for (const auto& group : census.failures) told += group.count;
        census.failures_untold = census.failed - std::min(census.failed, told);
    }
    estimate_work_left(census, experiments);
    return census;
}

}  // namespace gdm
