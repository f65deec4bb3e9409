#include "gdm/storage/sweep_join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/row_map.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

std::string replica_text(const SweepHeader& header, std::size_t row) {
    return fmt::format("{}, replica {}", header.point_text(row / header.replicas), row % header.replicas);
}

/// One file to take from.
struct Source {
    Source(const std::filesystem::path& path, const SweepHeader& target)
        : reader(path),
          map(agreeing(reader.header(), target, path), target),
          taken{path},
          sessions(reader.sessions()),
          states(saved_states(reader.header(), reader.states_of_replicas().records())) {
        if (is_lengthened(reader.header(), target)) {
            const std::string& setting = target.state.lengthened_by;
            share_of_work =
                find_named(reader.header().settings, setting)->value / find_named(target.settings, setting)->value;
        }
        for (const auto& failure : reader.failures()) {
            messages[failure.point * reader.header().replicas + failure.replica] = failure.message;
        }
    }
    /// What is session `number` here is called in the new file.
    [[nodiscard]] std::uint32_t session(std::uint32_t number) const {
        const std::size_t shifted = first_session + number;
        return static_cast<std::uint32_t>(number < sessions.size() ? std::min(shifted, schema::session_capacity)
                                                                   : schema::session_capacity);
    }

    SweepReader reader;
    RowMap map;
    Takeover taken;
    std::vector<SessionRecord> sessions;
    std::size_t first_session = 0;
    std::map<std::size_t, std::string> messages;  ///< of failed replicas, by row
    std::vector<SavedState> states;               ///< ascending by row
    double share_of_work = 1;                     ///< that its replicas are of the new file's; below 1 they all go on

    [[nodiscard]] const SavedState* state_of(std::size_t row) const {
        const auto found = std::lower_bound(states.begin(), states.end(), row,
                                            [](const SavedState& one, std::size_t wanted) { return one.row < wanted; });
        return found != states.end() && found->row == row ? &*found : nullptr;
    }

  private:
    static const SweepHeader& agreeing(const SweepHeader& header, const SweepHeader& target,
                                       const std::filesystem::path& path) {
        const std::string difference = reuse_difference(as_long_as(header, target), target, {path.string(), "the new file"});
        if (!difference.empty()) throw UsageError(fmt::format("{} holds another job: {}", path.string(), difference));
        return header;
    }
};

/// Fills batches of the new file from the sources.
class Gatherer {
  public:
    Gatherer(const SweepHeader& target, std::vector<std::unique_ptr<Source>>& sources, const Stop& stop)
        : target_(target), sources_(sources), stop_(stop), width_(target.layout().size()) {}

    [[nodiscard]] const RowBatch& gather(std::size_t first, std::size_t rows) {
        batch_ = absent_rows(first, rows, width_);
        origin_.assign(rows, {});
        for (const auto& source : sources_) {
            if (source->share_of_work < 1) continue;
            for (std::size_t layer = 0; layer < source->map.layers(); ++layer) gather(*source, layer);
        }
        for (std::size_t place = 0; place < rows; ++place) {
            if (batch_.checksums[place] == checksum_failed) keep_message(place);
        }
        return batch_;
    }
    /// Of the failed replicas that were taken so far, as many as the file's table holds.
    [[nodiscard]] const std::vector<FailureRecord>& failures() const noexcept { return failures_; }

  private:
    struct Pair {
        std::size_t source_row;
        std::size_t place;  ///< in the batch
        bool operator<(const Pair& other) const { return source_row < other.source_row; }
    };

    void gather(Source& source, std::size_t layer) {
        pairs_.clear();
        for (std::size_t place = 0; place < batch_.rows(); ++place) {
            const std::size_t row = source.map.source_row(layer, batch_.first + place);
            if (row != RowMap::nowhere) pairs_.push_back({row, place});
        }
        std::sort(pairs_.begin(), pairs_.end());
        // Rows that are close in the source are read at once, with what lies between them.
        const std::size_t gap = std::max<std::size_t>(1, 65536 / (8 * width_));
        for (std::size_t begin = 0, end = 0; begin < pairs_.size(); begin = end) {
            stop_.check();
            for (end = begin + 1; end < pairs_.size(); ++end) {
                if (pairs_[end].source_row - pairs_[end - 1].source_row > gap) break;
                if (pairs_[end].source_row - pairs_[begin].source_row >= 2 * rows_of_batch(width_)) break;
            }
            take(source, std::span(pairs_).subspan(begin, end - begin));
        }
    }

    void take(Source& source, std::span<const Pair> pairs) {
        const std::size_t first = pairs.front().source_row, rows = pairs.back().source_row - first + 1;
        // Checksums before values: a running sweep writes them after.
        const auto checksums = source.reader.read_checksums(first, rows);
        if (std::all_of(checksums.begin(), checksums.end(), [](auto sum) { return sum == checksum_absent; })) return;
        const auto blocks = source.reader.read_rows(first, rows), seconds = source.reader.read_seconds(first, rows);
        const auto sessions = source.reader.read_session_numbers(first, rows), ranks = source.reader.read_ranks(first, rows);
        const std::size_t replicas = source.reader.header().replicas;
        for (const auto& [row, place] : pairs) {
            const std::size_t i = row - first;
            if (checksums[i] == checksum_absent) continue;
            const auto block = std::span(blocks).subspan(i * width_, width_);
            const bool failed = checksums[i] == checksum_failed;
            if (!failed && row_checksum(row / replicas, row % replicas, block) != checksums[i]) {
                ++source.taken.torn;
            } else if (is_new(source, place, block, failed)) {
                ++(failed ? source.taken.failed : source.taken.done);
                origin_[place] = {&source, row};
                const std::size_t target_row = batch_.first + place;
                batch_.checksums[place] =
                    failed ? checksum_failed
                           : row_checksum(target_row / target_.replicas, target_row % target_.replicas, block);
                // A failed replica is NaN, also where a retry of it was cut off.
                if (!failed) {
                    std::copy(block.begin(), block.end(),
                              batch_.blocks.begin() + static_cast<std::ptrdiff_t>(place * width_));
                }
                batch_.seconds[place] = seconds[i];
                batch_.sessions[place] = source.session(sessions[i]);
                batch_.ranks[place] = ranks[i];
            } else {
                ++source.taken.repeated;
            }
        }
    }

    /// Whether a replica is to be taken. Throws UsageError if it contradicts one that is there already.
    bool is_new(const Source& source, std::size_t place, std::span<const double> block, bool failed) {
        Source* const earlier = origin_[place].source;
        if (earlier == nullptr) return true;
        if (batch_.checksums[place] == checksum_failed) {
            if (failed) return false;
            --earlier->taken.failed;
            return true;
        }
        if (failed || std::memcmp(block.data(), batch_.blocks.data() + place * width_, block.size_bytes()) == 0)
            return false;
        throw UsageError(fmt::format(
            "{} and {} hold different numbers for {}: they do not come from the same program and "
            "data; nothing was written",
            earlier->taken.source.string(), source.taken.source.string(), replica_text(target_, batch_.first + place)));
    }

    void keep_message(std::size_t place) {
        const auto& [source, row] = origin_[place];
        const auto found = source->messages.find(row);
        if (found == source->messages.end() || failures_.size() == schema::failure_capacity) return;
        const std::size_t target_row = batch_.first + place;
        failures_.push_back({target_row / target_.replicas, target_row % target_.replicas, found->second});
    }

    struct Origin {
        Source* source = nullptr;
        std::size_t row = 0;
    };
    const SweepHeader& target_;
    std::vector<std::unique_ptr<Source>>& sources_;
    const Stop& stop_;
    std::size_t width_;
    RowBatch batch_;
    std::vector<Origin> origin_;  ///< by place in the batch
    std::vector<Pair> pairs_;
    std::vector<FailureRecord> failures_;
};

/// Brings the states of replicas under way into the new file.
class StateCarrier {
  public:
    StateCarrier(const SweepHeader& target, const std::vector<std::unique_ptr<Source>>& sources)
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
        Source* source;
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
    bool carry(const Source& source, const SavedState& state, std::size_t row, StateSlots& slots) {
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
    const std::vector<std::unique_ptr<Source>>& sources_;
    bool any_ = false;
    std::size_t next_place_ = 0;
};

/// What the sources have decided of an adaptive sweep that is theirs too.
std::vector<std::size_t> common_plan(const SweepHeader& target, const std::vector<std::unique_ptr<Source>>& sources) {
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
    std::vector<std::unique_ptr<Source>> sources;
    std::size_t sessions = 0;
    for (const auto& one : paths) {
        sources.push_back(std::make_unique<Source>(one, larger));
        sources.back()->first_session = sessions;
        sessions += sources.back()->sessions.size();
    }
    const auto fill = [&](SweepWriter& writer) {
        Gatherer gatherer(larger, sources, stop);
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
    for (const auto& source : sources) taken.push_back(source->taken);
    return taken;
}

}  // namespace gdm
