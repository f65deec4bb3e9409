#include "joined_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/sweep/difference.hpp"

namespace gdm {
namespace {

/// Where values or words stand on an axis.
class Places {
  public:
    explicit Places(const AxisRecord& axis) {
        for (std::size_t i = 0; i < axis.values.size(); ++i) places_[key(axis, i)] = i;
    }
    /// Of number `i` of another axis, whose values are among these.
    [[nodiscard]] std::size_t of(const AxisRecord& axis, std::size_t i) const { return places_.at(key(axis, i)); }

  private:
    static std::string key(const AxisRecord& axis, std::size_t i) {
        if (!axis.words.empty()) return axis.words[i];
        const double value = axis.values[i];
        return std::isnan(value) ? "nan" : fmt::format("{:016x}", std::bit_cast<std::uint64_t>(value));
    }
    std::unordered_map<std::string, std::size_t> places_;
};

class PointJoiner {
  public:
    PointJoiner(std::span<const NamedHeader> files, std::span<const std::vector<std::size_t>> rows, SweepHeader& joined)
        : files_(files), rows_(rows), joined_(joined) {}

    void run() {
        std::vector<Origin> all;
        for (std::size_t file = 0; file < files_.size(); ++file) place_points(file, all);
        std::sort(all.begin(), all.end());
        std::vector<Origin> points;
        for (const auto& one : all) {
            if (points.empty() || points.back().place != one.place) {
                points.push_back(one);
            } else {
                refuse_other_point(points.back(), one);
            }
        }
        joined_.points = points.size();
        joined_.grid_index.clear();
        if (points.size() < joined_.places()) {
            for (const auto& point : points) joined_.grid_index.push_back(point.place);
        }
        for (auto& record : joined_.point_values) gather(record, points);
    }

  private:
    struct Origin {
        std::size_t place, file, point;
        bool operator<(const Origin& other) const {
            return std::tie(place, file, point) < std::tie(other.place, other.file, other.point);
        }
    };

    /// Where each point of a file lies in the grid of the joined one.
    void place_points(std::size_t file, std::vector<Origin>& all) const {
        const SweepHeader& header = *files_[file].header;
        const auto theirs = grid_axes(header), joined = grid_axes(joined_);
        std::vector<std::vector<std::size_t>> index(joined.size());
        for (std::size_t i = 0; i < joined.size(); ++i) {
            if (!joined[i]->columns.empty()) {
                index[i] = rows_[file];
                continue;
            }
            const Places places(*joined[i]);
            for (std::size_t k = 0; k < theirs[i]->values.size(); ++k) index[i].push_back(places.of(*theirs[i], k));
        }
        for (std::size_t point = 0; point < header.points; ++point) {
            std::size_t place = 0, stride = 1, rest = header.place_of(point);
            for (std::size_t i = joined.size(); i-- > 0;) {
                place += index[i][rest % index[i].size()] * stride;
                rest /= index[i].size();
                stride *= joined[i]->values.size();
            }
            all.push_back({place, file, point});
        }
    }

    [[nodiscard]] const PointRecord& record_of(const std::string& name, std::size_t file) const {
        const auto& records = files_[file].header->point_values;
        const auto found = std::find_if(records.begin(), records.end(), [&](const auto& one) { return one.name == name; });
        if (found != records.end()) return *found;
        throw UsageError(
            fmt::format("{} has no values of '{}' at its points, but {} has", files_[file].name, name, files_.front().name));
    }

    void refuse_other_point(const Origin& one, const Origin& other) const {
        for (const auto& record : files_[one.file].header->point_values) {
            const PointRecord& theirs = record_of(record.name, other.file);
            for (std::size_t i = 0; i < record.width; ++i) {
                const double mine = record.values[one.point * record.width + i];
                const double value = theirs.values[other.point * theirs.width + i];
                const bool same = record.words.empty() ? same_value(mine, value)
                                                       : record.words.at(static_cast<std::size_t>(mine)) ==
                                                             theirs.words.at(static_cast<std::size_t>(value));
                if (same) continue;
                throw UsageError(fmt::format("{} has {} = {} at {}, but {} has {}", files_[one.file].name, record.name, mine,
                                             files_[one.file].header->point_text(one.point), files_[other.file].name,
                                             value));
            }
        }
    }

    void gather(PointRecord& record, const std::vector<Origin>& points) const {
        std::vector<const PointRecord*> records;
        for (std::size_t file = 0; file < files_.size(); ++file) {
            records.push_back(&record_of(record.name, file));
            append_new_words(record.words, records.back()->words);
        }
        std::vector<double> values;
        values.reserve(points.size() * record.width);
        for (const auto& point : points) {
            const PointRecord& from = *records[point.file];
            for (std::size_t i = 0; i < record.width; ++i) {
                double value = from.values[point.point * record.width + i];
                if (from.words != record.words) {
                    const std::string& word = from.words.at(static_cast<std::size_t>(value));
                    value = static_cast<double>(std::find(record.words.begin(), record.words.end(), word) -
                                                record.words.begin());
                }
                values.push_back(value);
            }
        }
        record.values = std::move(values);
    }

    std::span<const NamedHeader> files_;
    std::span<const std::vector<std::size_t>> rows_;
    SweepHeader& joined_;
};

}  // namespace

std::vector<const AxisRecord*> grid_axes(const SweepHeader& header) {
    std::vector<const AxisRecord*> axes;
    for (const auto& axis : header.axes) {
        if (axis.role == Role::grid) axes.push_back(&axis);
    }
    return axes;
}

void append_new_words(std::vector<std::string>& words, const std::vector<std::string>& more) {
    for (const auto& word : more) {
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
}

void join_points(std::span<const NamedHeader> files, std::span<const std::vector<std::size_t>> rows, SweepHeader& joined) {
    PointJoiner(files, rows, joined).run();
}

}  // namespace gdm
