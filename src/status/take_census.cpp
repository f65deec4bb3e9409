#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/status/census.hpp"
#include "gdm/status/estimate.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

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
        const PointCensus& point = census.points[p];
        left += (static_cast<double>(missing) - point.progress) * scaled[p] * costs[p];
        const double most_left = point.under_way == missing ? 1 - point.least_progress : 1;
        census.longest_left = std::max(census.longest_left, most_left * scaled[p] * costs[p]);
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

/// The replicas under way, by what their states say of them.
void count_states(Census& census, const SweepReader& reader) {
    const std::size_t replicas = census.header.replicas;
    const auto saved = saved_states(census.header, reader.states_of_replicas().records());
    for (auto& session : census.sessions) session.shares_replicas = !saved.empty();
    for (const SavedState& one : saved) {
        const std::size_t p = one.row / replicas;
        PointCensus& point = census.points[p];
        if (one.row % replicas >= point.wanted || reader.read_checksums(one.row, 1).front() != checksum_absent) continue;
        ++point.under_way;
        point.progress += one.progress;
        point.least_progress = std::min(point.least_progress, one.progress);
        point.seconds_under_way += one.seconds;
        ++census.under_way;
        census.progress += one.progress;
        census.seconds_under_way += one.seconds;
    }
    if (census.under_way > 0) census.progress /= static_cast<double>(census.under_way);
}

}  // namespace

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
    count_states(census, reader);
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
