#include "along_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "gdm/base/not_a_number.hpp"
#include "gdm/reduction/along/planes.hpp"
#include "gdm/reduction/derive.hpp"
#include "gdm/reduction/replicas.hpp"

namespace gdm {
namespace {

/// Numbers held at a time, and those of a plane.
constexpr std::size_t batch_size = std::size_t{8} << 20;

/// One function with the columns that it fills.
class Filler {
  public:
    Filler(const SweepHeader& header, const Experiment& experiment, const Along& along, const Points& points,
           const Combiner& combiner, const Column& quantity)
        : header_(header),
          planes_(header, experiment, along, points, combiner),
          quantity_(quantity),
          points_(points),
          without_(has_grid_axis(header, along.axis) ? std::vector{along.axis} : std::vector<std::string>()),
          lines_(header, without_) {
        std::vector<std::string> without = without_;
        if (const auto& sizes = along::size_axis_of(along.kind); !sizes.empty()) without.push_back(sizes);
        add_measured(along.name, along.unit, along.description, without);
        for (const auto& part : along::parts_of(along.kind))
            add_measured(along.name + part.suffix, part_unit(part),
                         fmt::format("{} of {}", part.description, along.quantity), without);
        if (std::holds_alternative<along::Crossing>(along.kind)) {
            pairs_ = columns_.size();
            add_measured(
                along.name + "_pairs", along.unit,
                fmt::format("crossing of {} at this {} and the next", along.quantity, along::size_axis_of(along.kind)),
                without_);
        }
        measured_ = columns_.size();
        const AxisRecord& axis = *header.find_axis(along.axis);
        const auto add = [&](const std::string& suffix, const std::string& unit, const std::string& text) {
            columns_.push_back(make_column(header, along.name + suffix, unit, text + " of " + along.name, {}, without));
        };
        if (along::is_fit(along.kind)) {
            add("_chi2", "1", "chi^2 per degree of freedom of the fit");
            add("_dof", "1", "degrees of freedom of the fit");
        }
        add("_from", axis.unit, fmt::format("smallest {} that is used", along.axis));
        add("_to", axis.unit, fmt::format("largest {} that is used", along.axis));
        if (along.theory) {
            columns_.push_back(make_column(header, along.name + "_theory", along.unit, along.description, {}, without));
            columns_.back().value.notes.emplace_back("kind", "theory");
        }
    }

    [[nodiscard]] AlongPlanes& planes() { return planes_; }
    [[nodiscard]] std::vector<Column>&& finish() {
        if (const std::string why = to_text(failures_, planes_.grid().count()); !why.empty())
            columns_.front().value.notes.emplace_back("missing", why);
        return std::move(columns_);
    }

    void fill(std::size_t plane, const std::map<std::size_t, ResampledPoint>& resampled) {
        const std::size_t width = planes_.width();
        const AlongEstimate estimate = planes_.estimate(plane, [&](std::size_t point) {
            const std::size_t first = header_.place_of(point) * width;
            return AlongPlanes::Measured{std::span(quantity_.value.values).subspan(first, width),
                                         std::span(quantity_.error.values).subspan(first, width), &resampled.at(point)};
        });
        const std::size_t single = pairs_ == 0 ? measured_ : pairs_;
        for (std::size_t j = 0; j < estimate.value.size(); ++j) {
            Column& column = columns_[std::min(j, single)];
            const std::size_t place = j < single ? plane : place_of_pair(plane, j - single);
            column.value.values[place] = estimate.value[j];
            column.error.values[place] = estimate.error[j];
            column.systematic.values[place] = estimate.systematic[j];
            column.count_missing(estimate.error_missing[j]);
        }
        std::size_t next = measured_;
        if (along::is_fit(planes_.along().kind)) {
            columns_[next++].value.values[plane] = estimate.chi2;
            columns_[next++].value.values[plane] = estimate.freedom;
        }
        const auto axis = planes_.axis_values(plane);
        double from = not_a_number, to = not_a_number;
        for (const std::size_t node : estimate.used) {
            from = std::fmin(from, axis[node]);
            to = std::fmax(to, axis[node]);
        }
        columns_[next++].value.values[plane] = from;
        columns_[next++].value.values[plane] = to;
        if (planes_.along().theory) {
            const auto points = planes_.points_of(plane);
            auto& values = columns_[next].value.values;
            const std::string failure =
                points.empty() ? ""
                               : attempt([&] { values[plane] = planes_.along().theory(points_[points.front()]); },
                                         std::span(values).subspan(plane, 1));
            if (!failure.empty()) ++failures_[fmt::format("{}_theory: {}", planes_.along().name, failure)];
        }
        if (!estimate.failure.empty()) ++failures_[estimate.failure];
    }

  private:
    [[nodiscard]] std::string part_unit(const along::Part& part) const {
        if (part.suffix == "_value") return quantity_.value.unit;
        return part.suffix == "_critical" ? header_.find_axis(planes_.along().axis)->unit : "1";
    }

    void add_measured(const std::string& name, const std::string& unit, const std::string& description,
                      const std::vector<std::string>& without) {
        const Along& along = planes_.along();
        Column column = make_column(header_, name, unit, description, {}, without);
        // What a figure needs to draw it beside its curves.
        column.value.notes = {{"kind", along::name_of(along.kind)},
                              {"quantity", along.quantity},
                              {"along", along.axis},
                              {"result", along.name}};
        if (const auto& sizes = along::size_axis_of(along.kind); !sizes.empty())
            column.value.notes.emplace_back("sizes", sizes);
        if (const auto* collapse = std::get_if<along::Collapse>(&along.kind)) {
            const auto given = [&](const char* key, const along::Range& range) {
                if (range.given()) column.value.notes.emplace_back(key, fmt::format("{:.12g}", range.from));
            };
            given("critical", collapse->critical);
            given("scaling", collapse->scaling);
        }
        if (const auto* root = std::get_if<along::Root>(&along.kind))
            column.value.notes.emplace_back("level", fmt::format("{:.12g}", root->level));
        if (const auto* crossing = std::get_if<along::Crossing>(&along.kind); crossing != nullptr && crossing->drift > 0)
            column.value.notes.emplace_back("drift", fmt::format("{:.12g}", crossing->drift));
        add_error(column, to_string(along.error));
        add_systematic(column);
        column.systematic.description = fmt::format("what other rules (an order, a point or a size less) make of {}", name);
        columns_.push_back(std::move(column));
    }

    /// A plane has one place in the column of pairs for each size.
    [[nodiscard]] std::size_t place_of_pair(std::size_t plane, std::size_t size) const {
        const auto& grid = planes_.grid();
        return lines_.plane_of(grid.place(plane, size * (grid.size() / planes_.sizes())));
    }

    const SweepHeader& header_;
    AlongPlanes planes_;
    const Column& quantity_;
    const Points& points_;
    std::vector<std::string> without_;  ///< the axis, where it is one of the grid
    GridPlanes lines_;                  ///< along it, a line each size
    std::vector<Column> columns_;       ///< with errors first
    std::size_t measured_ = 0, pairs_ = 0;
    MissingErrors failures_;  ///< why there is no value, and in how many planes
};

}  // namespace

std::vector<Column> along_columns(const SweepReader& reader, const Experiment& experiment, const Points& points,
                                  const Combiner& combiner, const std::function<const Column*(const std::string&)>& find) {
    const SweepHeader& header = reader.header();
    const auto planned = reader.planned();
    std::vector<Column> result;
    // Functions along the same axes read their points together.
    std::map<std::pair<std::string, std::string>, std::vector<std::unique_ptr<Filler>>> all;
    std::vector<Filler*> in_order;
    for (const auto& one : experiment.along) {
        const Column* quantity = find(one.quantity);
        if (quantity == nullptr || !has_axes(header, one)) continue;
        auto& group = all[{one.axis, along::size_axis_of(one.kind)}];
        group.push_back(std::make_unique<Filler>(header, experiment, one, points, combiner, *quantity));
        in_order.push_back(group.back().get());
    }
    for (const auto& of_axes : all) {
        const auto& fillers = of_axes.second;
        const GridPlanes& grid = fillers.front()->planes().grid();
        const auto numbers = [&](std::size_t point) {  // that its resamples take
            std::size_t all = 0;
            for (const auto& one : fillers)
                all += one->planes().width() * (one->planes().along().error == ErrorMethod::jackknife
                                                    ? std::max<std::size_t>(1, planned[point] * combiner.blocks())
                                                    : bootstrap_resamples);
            return all;
        };
        for (std::size_t first = 0, last = 0; first < grid.count(); first = last) {
            std::vector<std::size_t> needed;
            for (std::size_t taken = 0; last < grid.count() && (last == first || taken < batch_size); ++last) {
                const auto here = fillers.front()->planes().points_of(last);
                needed.insert(needed.end(), here.begin(), here.end());
                for (const std::size_t point : here) taken += numbers(point);
            }
            std::sort(needed.begin(), needed.end());
            std::vector<std::map<std::size_t, ResampledPoint>> resampled(fillers.size());
            for (std::size_t i = 0; i < needed.size();) {
                std::size_t count = 1;
                while (i + count < needed.size() && needed[i + count] == needed[i] + count) ++count;
                visit_replicas(reader, needed[i], count, [&](std::size_t point, std::span<const VisitedReplica> replicas) {
                    PointRows rows;
                    for (const VisitedReplica& one : replicas)
                        if (!one.block.empty()) rows.add(combiner, one.replica, one.block);
                    for (std::size_t f = 0; f < fillers.size(); ++f)
                        resampled[f].emplace(point, fillers[f]->planes().resample(point, rows));
                });
                i += count;
            }
            for (std::size_t f = 0; f < fillers.size(); ++f) {
                for (std::size_t plane = first; plane < last; ++plane) fillers[f]->fill(plane, resampled[f]);
            }
        }
    }
    for (Filler* one : in_order)
        for (Column& column : one->finish()) result.push_back(std::move(column));
    return result;
}

}  // namespace gdm
