#include "gdm/sweep/states.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/named.hpp"

namespace gdm {
namespace {

constexpr double always_affordable = 64 << 20;
constexpr std::size_t fewest_places = 64, places_a_rank = 4;

const SettingRecord* length_of(const SweepHeader& header) {
    return header.state.lengthened_by.empty() ? nullptr : find_named(header.settings, header.state.lengthened_by);
}

bool is_plausible(const SweepHeader& header, const StateRecord& record) {
    return record.sequence > 0 && record.point < header.points && record.replica < header.replicas && record.bytes > 0 &&
           record.bytes <= header.state.width && record.progress >= 0 && record.progress <= 1 && record.seconds >= 0 &&
           std::isfinite(record.seconds);
}

}  // namespace

std::uint64_t state_checksum(const std::string& header_hash, const StateRecord& record, std::span<const std::byte> state) {
    StateRecord fields = record;
    fields.checksum = XXH3_64bits(header_hash.data(), header_hash.size());
    static_assert(sizeof fields == std::size_t{7} * 8, "no padding in what is hashed");
    return XXH3_64bits_withSeed(state.data(), state.size(), XXH3_64bits(&fields, sizeof fields));
}

double bytes_of_place(const StateRoom& room) {
    return 2 * (static_cast<double>(room.width) + static_cast<double>(sizeof(StateRecord)));
}

void make_state_room(SweepHeader& header) {
    StateRoom& room = header.state;
    if (!room.any()) return;
    const std::size_t rows = header.rows();
    const double results = 8.0 * static_cast<double>(header.layout().size()) * static_cast<double>(rows);
    const bool affordable = bytes_of_place(room) * static_cast<double>(rows) <= std::max(always_affordable, results);
    room.places = room.kept || affordable ? rows : std::min(rows, std::max(fewest_places, places_a_rank * room.at_once));
}

std::vector<SavedState> saved_states(const SweepHeader& header, std::span<const StateRecord> records) {
    std::vector<SavedState> saved;
    for (std::size_t place = 0; 2 * place + 1 < records.size(); ++place) {
        const StateRecord &one = records[2 * place], &other = records[2 * place + 1];
        const StateRecord& newest = one.sequence > other.sequence ? one : other;
        if (!is_plausible(header, newest)) continue;
        saved.push_back({newest.point * header.replicas + newest.replica, place, newest.progress, newest.seconds});
    }
    std::stable_sort(saved.begin(), saved.end(), [](const SavedState& a, const SavedState& b) {
        return a.row != b.row ? a.row < b.row : a.progress > b.progress;
    });
    saved.erase(
        std::unique(saved.begin(), saved.end(), [](const SavedState& a, const SavedState& b) { return a.row == b.row; }),
        saved.end());
    return saved;
}

bool is_lengthened(const SweepHeader& file, const SweepHeader& job) {
    if (!file.state.kept || file.state.lengthened_by != job.state.lengthened_by || file.adaptive.any() ||
        job.adaptive.any()) {
        return false;
    }
    const SettingRecord *shorter = length_of(file), *longer = length_of(job);
    return shorter != nullptr && longer != nullptr && shorter->value < longer->value;
}

SweepHeader as_long_as(const SweepHeader& file, const SweepHeader& job) {
    SweepHeader header = file;
    if (!is_lengthened(file, job)) return header;
    for (auto& setting : header.settings) {
        if (setting.name == job.state.lengthened_by) setting.value = length_of(job)->value;
    }
    return header;
}

}  // namespace gdm
