#include "gdm/sweep/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

std::string text_of(const PointParameter& one) {
    return one.name + " = " + (one.word.empty() ? number_text(one.value) : one.word);
}

}  // namespace

Layout SweepHeader::layout() const {
    std::vector<Layout::Entry> entries;
    for (const auto& observable : observables) entries.push_back({observable.name, observable.shape, 0, 1});
    return Layout(std::move(entries));
}

std::vector<PointParameter> SweepHeader::parameters(std::size_t index) const {
    std::vector<PointParameter> result;
    const auto add = [&](const std::string& name, bool varies) {
        const PointRecord* record = find_named(point_values, name);
        if (record == nullptr) return;
        const double value = record->values.at(index * record->width);
        if (std::isnan(value)) return;
        result.push_back(
            {name, value, record->words.empty() ? "" : record->words.at(static_cast<std::size_t>(value)), varies});
    };
    for (const auto& axis : axes) {
        if (axis.role != Role::grid) continue;
        for (const auto& column : axis.columns) add(column, axis.values.size() > 1);
        if (axis.columns.empty()) add(axis.name, axis.values.size() > 1);
    }
    return result;
}

std::string SweepHeader::varying_text(std::size_t index) const {
    const auto all = parameters(index);
    const bool any = std::any_of(all.begin(), all.end(), [](const auto& one) { return one.varies; });
    std::vector<std::string> texts;
    for (const auto& one : all) {
        if (any && !one.varies) continue;
        texts.push_back(text_of(one));
    }
    return texts.empty() ? "the only point" : join(texts, ", ");
}

std::vector<std::size_t> SweepHeader::grid_shape() const {
    std::vector<std::size_t> shape;
    for (const auto& axis : axes) {
        if (axis.role == Role::grid) shape.push_back(axis.values.size());
    }
    return shape;
}

std::span<const PointRecord> SweepHeader::grid_parameters() const {
    std::size_t count = 0;
    for (const auto& axis : axes) {
        if (axis.role == Role::grid) count += axis.columns.empty() ? 1 : axis.columns.size();
    }
    return std::span(point_values).first(std::min(count, point_values.size()));
}

std::string SweepHeader::point_text(std::size_t index) const {
    std::vector<std::string> parts;
    for (const auto& one : parameters(index)) parts.push_back(text_of(one));
    return join(parts, ", ");
}

std::vector<SeedShare> SweepHeader::shares() const {
    return seeds.empty() ? std::vector<SeedShare>{{seed, replicas}} : seeds;
}

std::string SweepHeader::seeds_text() const {
    std::vector<std::string> texts;
    for (const auto& share : shares()) texts.push_back(std::to_string(share.seed));
    return join(texts, ", ");
}

std::size_t SweepHeader::places() const {
    const auto shape = grid_shape();
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::optional<std::size_t> SweepHeader::point_at(std::size_t place) const {
    if (grid_index.empty()) return place;
    const auto found = std::lower_bound(grid_index.begin(), grid_index.end(), place);
    if (found == grid_index.end() || *found != place) return std::nullopt;
    return static_cast<std::size_t>(found - grid_index.begin());
}

bool SweepHeader::has_point_values(std::string_view name) const { return find_named(point_values, name) != nullptr; }

const AxisRecord* SweepHeader::table() const {
    const auto found = std::find_if(axes.begin(), axes.end(), [](const AxisRecord& axis) { return !axis.columns.empty(); });
    return found == axes.end() ? nullptr : &*found;
}

std::size_t SweepHeader::row_of(std::size_t point) const { return place_of(point) / (places() / table()->values.size()); }

std::vector<std::size_t> SweepHeader::first_points() const {
    const std::size_t rows = table()->values.size(), length = places() / rows;
    std::vector<std::size_t> first(rows, points);
    for (std::size_t point = points; point-- > 0;) {
        // Gaps of another file may lead out of this table.
        if (const std::size_t row = place_of(point) / length; row < rows) first[row] = point;
    }
    return first;
}

const AxisRecord* SweepHeader::find_axis(std::string_view name) const { return find_named(axes, name); }

}  // namespace gdm
