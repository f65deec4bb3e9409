#include "gdm/runner/axis_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "gdm/experiment/parameter.hpp"
#include "gdm/sweep/grid_planes.hpp"

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

}  // namespace

AxisRefinement::AxisRefinement(const Job& job, Passages passages)
    : refinement_(*job.refinement),
      passages_(std::move(passages)),
      base_values_(job.header.find_axis(refinement_.axis)->values) {
    const Parameter* refined = job.experiment->find_parameter(refinement_.axis);
    whole_values_ = refined != nullptr && refined->kind == Kind::integer;
}

bool AxisRefinement::differ(double left, double right) const {
    if (refinement_.level)
        return std::isfinite(left) && std::isfinite(right) && (left < *refinement_.level) != (right < *refinement_.level);
    if (std::isnan(left) || std::isnan(right)) return std::isnan(left) != std::isnan(right);
    return std::round(left) != std::round(right);
}

double AxisRefinement::between(double left, double right) const {
    const double middle = round_to_12_digits((left + right) / 2);
    return whole_values_ ? std::floor(middle) : middle;
}

std::vector<double> AxisRefinement::halve(std::map<double, double>& level, const std::map<double, double>& known) const {
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

std::map<std::size_t, std::vector<double>> AxisRefinement::changes(const Known& known, const Known& base) const {
    std::map<std::size_t, std::map<double, double>> all, level;
    for (const auto& [line, along] : known)
        for (const auto& [value, quantity] : along) all[line][value] = quantity.first;
    for (const auto& [line, along] : base)
        for (const auto& [value, quantity] : along) level[line][value] = quantity.first;
    std::map<std::size_t, std::vector<double>> fresh;
    for (std::size_t depth = 0; depth < refinement_.levels && fresh.empty(); ++depth) {
        for (auto& [line, along] : level) {
            if (auto added = halve(along, all[line]); !added.empty()) fresh[line] = std::move(added);
        }
    }
    return fresh;
}

std::map<std::size_t, std::vector<double>> AxisRefinement::crossings(const SweepHeader& header, const Known& known,
                                                                     Known level) const {
    const Lines lines(header, refinement_.axis);
    const AxisRecord* sizes = header.find_axis(along::size_axis_of(refinement_.along->kind));
    std::vector<std::string> axes;
    if (sizes != nullptr) axes.push_back(sizes->name);
    axes.push_back(refinement_.axis);
    const GridPlanes planes(header, axes);
    const std::size_t count = sizes == nullptr ? 1 : sizes->values.size();
    std::map<std::size_t, std::vector<double>> fresh;
    for (std::size_t depth = 0; depth < refinement_.levels && fresh.empty(); ++depth) {
        Known halves;
        for (std::size_t plane = 0; plane < planes.count(); ++plane) {
            std::vector<RefinedCurve> curves;
            std::vector<std::size_t> line_of;
            for (std::size_t s = 0; s < count; ++s) {
                line_of.push_back(lines.line(planes.place(plane, s * (planes.size() / count))));
                curves.push_back({sizes == nullptr ? 0 : sizes->values[s], level[line_of.back()]});
            }
            for (const auto& [small, large, position, error] : passages_(curves)) {
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
                    const auto found =
                        there == known.end() ? std::map<double, Quantity>::const_iterator() : there->second.find(middle);
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

std::optional<Job> AxisRefinement::next(const Job& job, const std::function<Quantity(std::size_t)>& at) const {
    const SweepHeader& header = job.header;
    const auto& values = header.find_axis(refinement_.axis)->values;
    const Lines lines(header, refinement_.axis);

    // What the quantity is, and which of it belongs to the grid as given: by line, along the axis.
    Known known, base;
    for (std::size_t p = 0; p < header.points; ++p) {
        const std::size_t place = header.place_of(p);
        const double value = values[lines.index(place)];
        const Quantity quantity = at(p);
        known[lines.line(place)][value] = quantity;
        if (std::binary_search(base_values_.begin(), base_values_.end(), value)) base[lines.line(place)][value] = quantity;
    }
    const auto fresh = refinement_.along == nullptr ? changes(known, base) : crossings(header, known, base);
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

}  // namespace gdm
