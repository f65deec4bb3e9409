#include "gdm/runner/adaptive.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

/// Where points of the grid lie on lines along one axis.
class Lines {
  public:
    Lines(const SweepHeader& header, const std::string& axis) {
        bool passed = false;
        for (const auto& one : header.axes) {
            if (one.role != Role::grid) continue;
            if (passed) stride_ *= one.values.size();
            if (one.name == axis) {
                length_ = one.values.size();
                passed = true;
            }
        }
    }
    [[nodiscard]] std::size_t line(std::size_t place) const {
        return place / (stride_ * length_) * stride_ + place % stride_;
    }
    [[nodiscard]] std::size_t index(std::size_t place) const { return place / stride_ % length_; }
    /// The place of (line, index) on an axis of `length` values.
    [[nodiscard]] std::size_t place(std::size_t line, std::size_t index, std::size_t length) const {
        return line / stride_ * stride_ * length + index * stride_ + line % stride_;
    }

  private:
    std::size_t stride_ = 1, length_ = 1;
};

/// Blocks of the first `count` replicas of a point that are done.
std::vector<double> blocks_of(const SweepReader& reader, std::size_t point, std::size_t count) {
    const std::size_t first = point * reader.header().replicas, width = reader.layout().size();
    const auto rows = reader.read_rows(first, count);
    const auto checksums = reader.read_checksums(first, count);
    std::vector<double> blocks;
    for (std::size_t i = 0; i < count; ++i) {
        if (checksums[i] <= checksum_failed) continue;
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * width);
        blocks.insert(blocks.end(), row, row + static_cast<std::ptrdiff_t>(width));
    }
    return blocks;
}

bool is_there(std::uint8_t state) {
    return state == static_cast<std::uint8_t>(RowState::done) || state == static_cast<std::uint8_t>(RowState::failed);
}

}  // namespace

AdaptivePlan::AdaptivePlan(const Job& job, const Judge& judge)
    : judge_(judge),
      first_(job.header.adaptive.any() ? job.header.adaptive.first_replicas : job.header.replicas),
      most_(job.header.adaptive.any() ? job.header.adaptive.max_replicas : job.header.replicas),
      refinement_(job.refinement) {
    if (refinement_) {
        base_values_ = job.header.find_axis(refinement_->axis)->values;
        const Parameter* refined = job.experiment->find_parameter(refinement_->axis);
        whole_values_ = refined != nullptr && refined->kind == Kind::integer;
    }
    restart(job.header.points);
}

void AdaptivePlan::restart(std::size_t points) {
    planned_.assign(points, first_);
    asked_.assign(points, 0);
}

std::vector<std::uint8_t> AdaptivePlan::todo(const Job& job, std::span<const std::uint8_t> states) const {
    const std::size_t room = job.header.replicas;
    std::vector<std::uint8_t> rows(states.size(), 0);
    for (std::size_t p = 0; p < planned_.size(); ++p) {
        for (std::size_t r = 0; r < std::min(planned_[p], room); ++r)
            rows[p * room + r] = is_there(states[p * room + r]) ? 0 : 1;
    }
    return rows;
}

void AdaptivePlan::plan_replicas(const Communicator& world, const Job& job, const std::filesystem::path& path,
                                 std::span<const std::uint8_t> states) {
    if (job.targets.empty()) return;
    const std::size_t room = job.header.replicas;
    std::vector<std::uint32_t> wanted(planned_.begin(), planned_.end());
    std::vector<std::uint32_t> asked(asked_.begin(), asked_.end());
    world.together([&] {
        const SweepReader reader(path);
        const Points points(job.header);
        for (auto p = static_cast<std::size_t>(world.rank()); p < planned_.size();
             p += static_cast<std::size_t>(world.size())) {
            const auto row = states.subspan(p * room, room);
            const auto has = [&](std::size_t n) {
                return n <= room && std::all_of(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n), is_there);
            };
            while (wanted[p] < most_ && asked[p] < wanted[p] && has(wanted[p])) {
                asked[p] = wanted[p];
                const std::size_t n = judge_.replicas_wanted(points[p], blocks_of(reader, p, asked[p]), asked[p]);
                wanted[p] = static_cast<std::uint32_t>(std::min(std::max<std::size_t>(n, asked[p]), most_));
            }
        }
    });
    world.max(wanted);
    world.max(asked);
    planned_.assign(wanted.begin(), wanted.end());
    asked_.assign(asked.begin(), asked.end());
}

bool AdaptivePlan::differ(double left, double right) const {
    if (refinement_->level)
        return std::isfinite(left) && std::isfinite(right) && (left < *refinement_->level) != (right < *refinement_->level);
    if (std::isnan(left) || std::isnan(right)) return std::isnan(left) != std::isnan(right);
    return std::round(left) != std::round(right);
}

double AdaptivePlan::between(double left, double right) const {
    const double middle = round_to_12_digits((left + right) / 2);
    return whole_values_ ? std::floor(middle) : middle;
}

std::vector<double> AdaptivePlan::halve(std::map<double, double>& level, const std::map<double, double>& known) const {
    std::vector<double> fresh;
    std::map<double, double> halves;
    for (auto left = level.begin(), right = std::next(left); right != level.end(); ++left, ++right) {
        if (!differ(left->second, right->second)) continue;
        const double middle = between(left->first, right->first);
        if (middle <= left->first || middle >= right->first) continue;
        if (const auto found = known.find(middle); found != known.end()) {
            halves.insert(*found);
        } else {
            fresh.push_back(middle);
        }
    }
    level.merge(halves);
    return fresh;
}

std::optional<Job> AdaptivePlan::plan_points(const Job& job, const std::filesystem::path& path) const {
    if (!refinement_) return std::nullopt;
    const SweepReader reader(path);
    const SweepHeader& header = job.header;
    const auto& values = header.find_axis(refinement_->axis)->values;
    const Lines lines(header, refinement_->axis);

    // What the quantity is, and which of it belongs to the grid as given: by line, along the axis.
    std::map<std::size_t, std::map<double, double>> known, level;
    const Points points(header);
    for (std::size_t p = 0; p < points.size(); ++p) {
        const std::size_t place = header.place_of(p);
        const double value = values[lines.index(place)];
        const double quantity = judge_.refined_quantity(points[p], blocks_of(reader, p, planned_[p]));
        known[lines.line(place)][value] = quantity;
        if (std::binary_search(base_values_.begin(), base_values_.end(), value)) level[lines.line(place)][value] = quantity;
    }
    std::map<std::size_t, std::vector<double>> fresh;
    for (std::size_t depth = 0; depth < refinement_->levels && fresh.empty(); ++depth) {
        for (auto& [line, along] : level) {
            if (auto added = halve(along, known[line]); !added.empty()) fresh[line] = std::move(added);
        }
    }
    if (fresh.empty()) return std::nullopt;

    std::vector<double> axis = values;
    for (const auto& [line, added] : fresh) axis.insert(axis.end(), added.begin(), added.end());
    std::sort(axis.begin(), axis.end());
    axis.erase(std::unique(axis.begin(), axis.end()), axis.end());
    std::vector<std::uint64_t> places;
    const auto add = [&](std::size_t line, double value) {
        const auto index = static_cast<std::size_t>(std::lower_bound(axis.begin(), axis.end(), value) - axis.begin());
        places.push_back(lines.place(line, index, axis.size()));
    };
    for (const auto& [line, along] : known) {
        for (const auto& [value, quantity] : along) add(line, value);
    }
    for (const auto& [line, added] : fresh) {
        for (const double value : added) add(line, value);
    }
    std::sort(places.begin(), places.end());
    Job refined = refined_job(job, axis, places);
    refined.header.replicas = header.replicas;
    return refined;
}

void adopt_growth(Job& job, const SweepHeader& file) {
    if (!job.header.adaptive.any() || !(file.adaptive == job.header.adaptive)) return;
    const std::size_t room = file.replicas;
    if (job.refinement) {
        const AxisRecord* grown = file.find_axis(job.refinement->axis);
        const AxisRecord* given = job.header.find_axis(job.refinement->axis);
        if (grown == nullptr ||
            !std::includes(grown->values.begin(), grown->values.end(), given->values.begin(), given->values.end())) {
            return;
        }
        if (grown->values.size() > given->values.size()) {
            job = refined_job(job, grown->values, file.grid_index);
        }
    }
    job.header.replicas = room;
}

}  // namespace gdm
