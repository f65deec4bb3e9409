#include "gdm/status/census.hpp"

#include <algorithm>
#include <numeric>

#include "gdm/sweep/exit_code.hpp"

namespace gdm {
namespace {

/// Sessions begin and end on whole seconds in the file: below this the error would show.
constexpr double shortest_wall = 10;
/// A running session tells its utilisation when it is this many replicas long: those in work are not in the file yet.
constexpr double fewest_replicas = 10;

}  // namespace

std::optional<double> PointCensus::mean() const {
    if (done > 0) return seconds / static_cast<double>(done);
    return progress > 0 ? std::optional(seconds_under_way / progress) : std::nullopt;
}

std::optional<Utilisation> SessionCensus::utilisation() const {
    if (shares_replicas || !wall || *wall < shortest_wall || record.ranks == 0) return std::nullopt;
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
    if (shares_replicas) return wall ? cores * *wall : 0;
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
    // Of killed runs that share replicas no more is known than what was computed in all.
    if (!sessions.empty() && sessions.front().shares_replicas) sum = std::max(sum, seconds + seconds_under_way);
    return wall >= shortest_wall ? std::optional(sum) : std::nullopt;
}

bool Census::allotted_is_bound() const {
    return std::any_of(sessions.begin(), sessions.end(), [](const auto& session) { return !session.wall; });
}

std::optional<double> Census::efficiency() const {
    if (!sessions.empty() && sessions.front().shares_replicas) {
        const auto all = allotted();
        return all && !allotted_is_bound() ? std::optional(std::min(1.0, (seconds + seconds_under_way) / *all))
                                           : std::nullopt;
    }
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

}  // namespace gdm
