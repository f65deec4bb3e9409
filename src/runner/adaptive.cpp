#include "gdm/runner/adaptive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/grid_planes.hpp"
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

/// The first `count` replicas of a point that are done.
ReplicaBlocks replicas_of(const SweepReader& reader, std::size_t point, std::size_t count) {
    const std::size_t first = point * reader.header().replicas, width = reader.layout().size();
    const auto rows = reader.read_rows(first, count);
    const auto checksums = reader.read_checksums(first, count);
    ReplicaBlocks done;
    for (std::size_t i = 0; i < count; ++i) {
        if (checksums[i] <= checksum_failed) continue;
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * width);
        done.blocks.insert(done.blocks.end(), row, row + static_cast<std::ptrdiff_t>(width));
        done.replicas.push_back(static_cast<std::uint32_t>(i));
    }
    return done;
}
std::vector<double> blocks_of(const SweepReader& reader, std::size_t point, std::size_t count) {
    return replicas_of(reader, point, count).blocks;
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
    // Results of many points come to their turn when no single point wants more, in the whole sweep: a rule that does not
    // depend on which replicas happen to be there already.
    while (plan_each(world, job, path, states) && plan_jointly(world, job, path)) {
    }
}

bool AdaptivePlan::plan_each(const Communicator& world, const Job& job, const std::filesystem::path& path,
                             std::span<const std::uint8_t> states) {
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
    for (std::size_t p = 0; p < planned_.size(); ++p) {
        const auto row = states.subspan(p * room, room);
        if (planned_[p] > room ||
            !std::all_of(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(planned_[p]), is_there))
            return false;
    }
    return true;
}

bool AdaptivePlan::plan_jointly(const Communicator& world, const Job& job, const std::filesystem::path& path) {
    std::vector<std::uint32_t> wanted(planned_.begin(), planned_.end());
    world.together([&] {
        const SweepReader reader(path);
        std::size_t number = 0;  // of planes of all results, dealt to the ranks in turn
        for (const auto& decision_for : judge_.joint) {
            const JointDecision decision = decision_for(job.header);
            for (std::size_t plane = 0; plane < decision.planes.size(); ++plane) {
                if (number++ % static_cast<std::size_t>(world.size()) != static_cast<std::size_t>(world.rank())) continue;
                const auto& members = decision.planes[plane];
                std::vector<ReplicaBlocks> blocks;
                std::vector<std::size_t> asked;
                for (const std::size_t p : members) {
                    blocks.push_back(replicas_of(reader, p, planned_[p]));
                    asked.push_back(planned_[p]);
                }
                const auto answer = decision.replicas_wanted(plane, blocks, asked);
                for (std::size_t i = 0; i < members.size(); ++i)
                    wanted[members[i]] =
                        std::max(wanted[members[i]], static_cast<std::uint32_t>(std::min(answer[i], most_)));
            }
        }
    });
    world.max(wanted);
    const bool more = !std::equal(wanted.begin(), wanted.end(), planned_.begin());
    planned_.assign(wanted.begin(), wanted.end());
    return more;
}

std::size_t AdaptivePlan::missed(const Communicator& world, const Job& job, const std::filesystem::path& path) const {
    if (job.targets.empty()) return 0;
    std::vector<std::uint32_t> missing(planned_.size(), 0);
    world.together([&] {
        const SweepReader reader(path);
        const Points points(job.header);
        for (auto p = static_cast<std::size_t>(world.rank()); p < planned_.size();
             p += static_cast<std::size_t>(world.size())) {
            if (planned_[p] < most_) continue;
            missing[p] = judge_.replicas_wanted(points[p], blocks_of(reader, p, most_), most_) > most_ ? 1 : 0;
        }
    });
    world.max(missing);
    return static_cast<std::size_t>(std::count(missing.begin(), missing.end(), 1U));
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

std::map<std::size_t, std::vector<double>> AdaptivePlan::changes(const Known& known, const Known& base) const {
    std::map<std::size_t, std::map<double, double>> all, level;
    for (const auto& [line, along] : known)
        for (const auto& [value, quantity] : along) all[line][value] = quantity.first;
    for (const auto& [line, along] : base)
        for (const auto& [value, quantity] : along) level[line][value] = quantity.first;
    std::map<std::size_t, std::vector<double>> fresh;
    for (std::size_t depth = 0; depth < refinement_->levels && fresh.empty(); ++depth) {
        for (auto& [line, along] : level) {
            if (auto added = halve(along, all[line]); !added.empty()) fresh[line] = std::move(added);
        }
    }
    return fresh;
}

std::map<std::size_t, std::vector<double>> AdaptivePlan::crossings(const SweepHeader& header, const Known& known,
                                                                   Known level) const {
    const Lines lines(header, refinement_->axis);
    const AxisRecord* sizes = header.find_axis(along::size_axis_of(refinement_->along->kind));
    std::vector<std::string> axes;
    if (sizes != nullptr) axes.push_back(sizes->name);
    axes.push_back(refinement_->axis);
    const GridPlanes planes(header, axes);
    const std::size_t count = sizes == nullptr ? 1 : sizes->values.size();
    std::map<std::size_t, std::vector<double>> fresh;
    for (std::size_t depth = 0; depth < refinement_->levels && fresh.empty(); ++depth) {
        Known halves;
        for (std::size_t plane = 0; plane < planes.count(); ++plane) {
            std::vector<RefinedCurve> curves;
            std::vector<std::size_t> line_of;
            for (std::size_t s = 0; s < count; ++s) {
                line_of.push_back(lines.line(planes.place(plane, s * (planes.size() / count))));
                curves.push_back({sizes == nullptr ? 0 : sizes->values[s], level[line_of.back()]});
            }
            for (const auto& [small, large, position, error] : judge_.passages(curves)) {
                // The interval between values that both curves have. Shorter than the error it tells nothing more.
                double left = -std::numeric_limits<double>::infinity(), right = -left;
                for (const auto& [value, quantity] : curves[small].points) {
                    if (!curves[large].points.contains(value)) continue;
                    if (value <= position) left = std::max(left, value);
                    if (value > position) right = std::min(right, value);
                }
                if (!(right - left > error) || !std::isfinite(right - left)) continue;
                const double middle = between(left, right);
                if (middle <= left || middle >= right) continue;
                for (const std::size_t curve : {small, large}) {
                    const std::size_t line = line_of[curve];
                    const auto there = known.find(line);
                    const auto found = there == known.end() ? std::map<double, std::pair<double, double>>::const_iterator()
                                                            : there->second.find(middle);
                    if (there != known.end() && found != there->second.end()) {
                        halves[line].insert(*found);
                    } else if (auto& added = fresh[line]; std::find(added.begin(), added.end(), middle) == added.end()) {
                        added.push_back(middle);
                    }
                }
            }
        }
        for (auto& [line, added] : halves) level[line].merge(added);
    }
    return fresh;
}

std::optional<Job> AdaptivePlan::plan_points(const Job& job, const std::filesystem::path& path) const {
    if (!refinement_) return std::nullopt;
    const SweepReader reader(path);
    const SweepHeader& header = job.header;
    const auto& values = header.find_axis(refinement_->axis)->values;
    const Lines lines(header, refinement_->axis);

    // What the quantity is, and which of it belongs to the grid as given: by line, along the axis.
    Known known, base;
    const Points points(header);
    for (std::size_t p = 0; p < points.size(); ++p) {
        const std::size_t place = header.place_of(p);
        const double value = values[lines.index(place)];
        const auto blocks = blocks_of(reader, p, planned_[p]);
        const std::pair quantity{judge_.refined_quantity(points[p], blocks),
                                 judge_.refined_error ? judge_.refined_error(points[p], blocks) : 0.0};
        known[lines.line(place)][value] = quantity;
        if (std::binary_search(base_values_.begin(), base_values_.end(), value)) base[lines.line(place)][value] = quantity;
    }
    const auto fresh = refinement_->along == nullptr ? changes(known, base) : crossings(header, known, base);
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
