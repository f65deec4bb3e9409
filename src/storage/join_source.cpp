#include "join_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/difference.hpp"

namespace gdm {
namespace {

const SweepHeader& agreeing(const SweepHeader& header, const SweepHeader& target, const std::filesystem::path& path) {
    const std::string difference = reuse_difference(as_long_as(header, target), target, {path.string(), "the new file"});
    if (!difference.empty()) throw UsageError(fmt::format("{} holds another job: {}", path.string(), difference));
    return header;
}

}  // namespace

std::string replica_text(const SweepHeader& header, std::size_t row) {
    return fmt::format("{}, replica {}", header.point_text(row / header.replicas), row % header.replicas);
}

JoinSource::JoinSource(const std::filesystem::path& path, const SweepHeader& target)
    : reader(path),
      map(agreeing(reader.header(), target, path), target),
      taken{path},
      sessions(reader.sessions()),
      states(saved_states(reader.header(), reader.states_of_replicas().records())) {
    if (is_lengthened(reader.header(), target)) {
        const std::string& setting = target.state.lengthened_by;
        share_of_work = find_named(reader.header().settings, setting)->value / find_named(target.settings, setting)->value;
    }
    for (const auto& failure : reader.failures()) {
        messages[failure.point * reader.header().replicas + failure.replica] = failure.message;
    }
}

std::uint32_t JoinSource::session(std::uint32_t number) const {
    const std::size_t shifted = first_session + number;
    return static_cast<std::uint32_t>(number < sessions.size() ? std::min(shifted, schema::session_capacity)
                                                               : schema::session_capacity);
}

const SavedState* JoinSource::state_of(std::size_t row) const {
    const auto found = std::lower_bound(states.begin(), states.end(), row,
                                        [](const SavedState& one, std::size_t wanted) { return one.row < wanted; });
    return found != states.end() && found->row == row ? &*found : nullptr;
}

}  // namespace gdm
