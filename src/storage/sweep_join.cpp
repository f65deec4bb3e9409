#include "gdm/storage/sweep_join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/row_map.hpp"
#include "gdm/sweep/states.hpp"
#include "join_source.hpp"
#include "row_gatherer.hpp"

namespace gdm {
namespace {

/// Brings the states of replicas under way into the new file.
class StateCarrier {
  public:
    StateCarrier(const SweepHeader& target, const std::vector<std::unique_ptr<JoinSource>>& sources)
        : target_(target), sources_(sources) {
        any_ = target.state.any() &&
               std::any_of(sources.begin(), sources.end(), [](const auto& source) { return !source->states.empty(); });
    }

    /// Those of rows that were just written.
    void carry(const RowBatch& rows, StateSlots& slots) {
        for (std::size_t i = 0; any_ && i < rows.rows(); ++i) {
            const bool done = rows.checksums[i] > checksum_failed;
            if (rows.checksums[i] == checksum_failed || (done && !target_.state.kept)) continue;
            for (const auto& [source, state] : candidates(rows.first + i)) {
                if (!carry(*source, *state, rows.first + i, slots)) continue;
                if (!done) ++source->taken.begun;
                break;
            }
        }
    }

  private:
    struct Candidate {
        JoinSource* source;
        const SavedState* state;
    };

    /// States of a row, the furthest first.
    [[nodiscard]] std::vector<Candidate> candidates(std::size_t row) const {
        std::vector<Candidate> found;
        for (const auto& source : sources_) {
            for (std::size_t layer = 0; layer < source->map.layers(); ++layer) {
                const std::size_t from = source->map.source_row(layer, row);
                const SavedState* state = from == RowMap::nowhere ? nullptr : source->state_of(from);
                if (state != nullptr) found.push_back({source.get(), state});
            }
        }
        const auto work = [](const Candidate& one) { return one.state->progress * one.source->share_of_work; };
        std::stable_sort(found.begin(), found.end(),
                         [&](const Candidate& a, const Candidate& b) { return work(a) > work(b); });
        return found;
    }

    /// False if the state is damaged, or finds no place.
    bool carry(const JoinSource& source, const SavedState& state, std::size_t row, StateSlots& slots) {
        const std::size_t replicas = source.reader.header().replicas;
        auto found = source.reader.states_of_replicas().find(state.place, state.row / replicas, state.row % replicas);
        const bool by_row = target_.state.places == target_.rows();
        const std::size_t place = by_row ? row : next_place_;
        if (!found || found->bytes.size() > target_.state.width || place >= target_.state.places) return false;
        ++next_place_;
        found->record.point = row / target_.replicas;
        found->record.replica = row % target_.replicas;
        found->record.progress *= source.share_of_work;
        slots.write(place, 0, found->record, found->bytes);
        return true;
    }

    const SweepHeader& target_;
    const std::vector<std::unique_ptr<JoinSource>>& sources_;
    bool any_ = false;
    std::size_t next_place_ = 0;
};

/// What the sources have decided of an adaptive sweep that is theirs too.
std::vector<std::size_t> common_plan(const SweepHeader& target, const std::vector<std::unique_ptr<JoinSource>>& sources) {
    std::vector<std::size_t> planned(target.points, target.adaptive.first_replicas);
    for (const auto& source : sources) {
        if (!(source->reader.header().adaptive == target.adaptive)) continue;
        const auto theirs = source->reader.planned();
        for (std::size_t layer = 0; layer < source->map.layers(); ++layer) {
            for (std::size_t point = 0; point < target.points; ++point) {
                const std::size_t row = source->map.source_row(layer, point * target.replicas);
                if (row == RowMap::nowhere) continue;
                planned[point] = std::max(planned[point], theirs[row / source->reader.header().replicas]);
            }
        }
    }
    return planned;
}

}  // namespace

std::string takeover_text(const Takeover& taken) {
    std::vector<std::string> remarks;
    if (taken.failed > 0) remarks.push_back(fmt::format("{} of them failed", taken.failed));
    if (taken.repeated > 0) remarks.push_back(fmt::format("{} more were there already", taken.repeated));
    if (taken.begun > 0) remarks.push_back(fmt::format("{} more to be continued", taken.begun));
    if (taken.torn > 0) remarks.push_back(fmt::format("{} damaged ones left out", taken.torn));
    return fmt::format("{} replicas from {}{}", taken.done + taken.failed, taken.source.string(),
                       remarks.empty() ? "" : " (" + join(remarks, "; ") + ")");
}

void refuse_running(const std::filesystem::path& source) {
    const Held held = FileLock::held(source);
    if (held == Held::yes) {
        throw IoError(
            fmt::format("{} is being written by a running sweep; wait until it has ended, or stop it", source.string()));
    }
    if (held == Held::unknown) {
        throw IoError(
            fmt::format("{} may be being written by a running sweep, which the file system does not tell; if none "
                        "runs, remove {}",
                        source.string(), FileLock::sidecar_of(source).string()));
    }
}

Loss loss_of(const SweepReader& source, const SweepHeader& target) {
    const RowMap map(source.header(), target);
    const std::size_t rows = source.header().rows();
    constexpr std::size_t batch = std::size_t{1} << 16;
    Loss loss;
    for (std::size_t first = 0; first < rows; first += batch) {
        const auto checksums = source.read_checksums(first, std::min(batch, rows - first));
        for (std::size_t i = 0; i < checksums.size(); ++i) {
            if (checksums[i] <= checksum_failed || map.contains(first + i)) continue;
            if (loss.replicas++ == 0) loss.first = replica_text(source.header(), first + i);
        }
    }
    return loss;
}

std::vector<Takeover> rebuild_sweep_file(const std::filesystem::path& path, const SweepHeader& larger,
                                         std::span<const std::filesystem::path> paths, const Stop& stop,
                                         std::size_t alignment) {
    std::vector<std::unique_ptr<JoinSource>> sources;
    std::size_t sessions = 0;
    for (const auto& one : paths) {
        sources.push_back(std::make_unique<JoinSource>(one, larger));
        sources.back()->first_session = sessions;
        sessions += sources.back()->sessions.size();
    }
    const auto fill = [&](SweepWriter& writer) {
        RowGatherer gatherer(larger, sources, stop);
        StateCarrier states(larger, sources);
        const std::size_t most = rows_of_batch(larger.layout().size());
        for (std::size_t first = 0; first < larger.rows(); first += most) {
            stop.check();
            const RowBatch& rows = gatherer.gather(first, std::min(most, larger.rows() - first));
            writer.write(rows);
            states.carry(rows, writer.states());
        }
        for (std::size_t i = 0; i < gatherer.failures().size(); ++i) writer.write_failure(i, gatherer.failures()[i]);
        if (larger.adaptive.any()) writer.write_plan(common_plan(larger, sources), false);
        for (const auto& source : sources) {
            for (std::size_t i = 0; i < source->sessions.size(); ++i) {
                const std::size_t number = source->first_session + i;
                if (number < schema::session_capacity) {
                    writer.write_session(static_cast<std::uint32_t>(number), source->sessions[i]);
                }
            }
        }
    };
    create_sweep_file(path, larger, stop, fill, alignment);
    std::vector<Takeover> taken;
    taken.reserve(sources.size());
    for (const auto& source : sources) taken.push_back(source->taken);
    return taken;
}

}  // namespace gdm
