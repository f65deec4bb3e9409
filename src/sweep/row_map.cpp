#include "gdm/sweep/row_map.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "gdm/sweep/difference.hpp"

namespace gdm {
namespace {

/// The records of /points that decide whether two points are the same, in the order of `target`'s.
std::vector<const PointRecord*> deciding_records(const SweepHeader& header, const SweepHeader& target) {
    std::vector<const PointRecord*> records;
    const auto parameters = target.grid_parameters();
    for (std::size_t i = 0; i < target.point_values.size(); ++i) {
        const std::string& name = target.point_values[i].name;
        const AxisRecord* axis = target.find_axis(name);
        if (i >= parameters.size() && (axis == nullptr || axis->role != Role::inner)) continue;  // an alternative
        const auto found = std::find_if(header.point_values.begin(), header.point_values.end(),
                                        [&](const PointRecord& one) { return one.name == name; });
        records.push_back(&*found);
    }
    return records;
}

const std::string& word_at(const PointRecord& record, std::size_t point) {
    return record.words.at(static_cast<std::size_t>(record.values[point]));
}

std::uint64_t hash_of(const std::vector<const PointRecord*>& records, std::size_t point) {
    std::uint64_t hash = 0;
    for (const PointRecord* record : records) {
        if (!record->words.empty()) {
            const std::string& word = word_at(*record, point);
            hash = XXH3_64bits_withSeed(word.data(), word.size(), hash);
            continue;
        }
        for (std::size_t i = 0; i < record->width; ++i) {
            const double value = record->values[point * record->width + i];
            const std::uint64_t bits = std::isnan(value) ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(value);
            hash = XXH3_64bits_withSeed(&bits, sizeof bits, hash);
        }
    }
    return hash;
}

bool equal_points(const std::vector<const PointRecord*>& records, std::size_t point,
                  const std::vector<const PointRecord*>& others, std::size_t other) {
    for (std::size_t k = 0; k < records.size(); ++k) {
        const PointRecord &mine = *records[k], &theirs = *others[k];
        if (mine.words.empty() != theirs.words.empty() || mine.width != theirs.width) return false;
        if (!mine.words.empty()) {
            if (word_at(mine, point) != word_at(theirs, other)) return false;
            continue;
        }
        for (std::size_t i = 0; i < mine.width; ++i) {
            if (!same_value(mine.values[point * mine.width + i], theirs.values[other * mine.width + i])) return false;
        }
    }
    return true;
}

}  // namespace

RowMap::RowMap(const SweepHeader& source, const SweepHeader& target)
    : source_replicas_per_point_(source.replicas),
      target_replicas_per_point_(target.replicas),
      point_is_contained_(source.points, false),
      source_replicas_(target.replicas, nowhere),
      replica_is_contained_(source.replicas, false) {
    const auto mine = deciding_records(source, target), theirs = deciding_records(target, target);
    std::vector<std::pair<std::uint64_t, std::size_t>> index(source.points);
    for (std::size_t p = 0; p < source.points; ++p) index[p] = {hash_of(mine, p), p};
    std::sort(index.begin(), index.end());
    for (std::size_t p = 0; p < target.points; ++p) {
        const std::uint64_t hash = hash_of(theirs, p);
        std::size_t layer = 0;
        for (auto at = std::lower_bound(index.begin(), index.end(), std::pair{hash, std::size_t{0}});
             at != index.end() && at->first == hash; ++at) {
            if (!equal_points(mine, at->second, theirs, p)) continue;
            if (layer == source_points_.size()) source_points_.emplace_back(target.points, nowhere);
            source_points_[layer++][p] = at->second;
            point_is_contained_[at->second] = true;
        }
    }
    std::size_t to = 0;
    for (const auto& wanted : target.shares()) {
        std::size_t from = 0;
        for (const auto& share : source.shares()) {
            for (std::size_t r = 0; share.seed == wanted.seed && r < std::min(share.replicas, wanted.replicas); ++r) {
                source_replicas_[to + r] = from + r;
                replica_is_contained_[from + r] = true;
            }
            from += share.replicas;
        }
        to += wanted.replicas;
    }
}

std::size_t RowMap::source_row(std::size_t layer, std::size_t target_row) const {
    const std::size_t point = source_points_[layer][target_row / target_replicas_per_point_];
    const std::size_t replica = source_replicas_[target_row % target_replicas_per_point_];
    return point == nowhere || replica == nowhere ? nowhere : point * source_replicas_per_point_ + replica;
}

bool RowMap::contains(std::size_t row) const {
    return point_is_contained_[row / source_replicas_per_point_] && replica_is_contained_[row % source_replicas_per_point_];
}

}  // namespace gdm
