#include "gdm/sweep/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

/// Checks of one header, part by part.
class Validation {
  public:
    Validation(const SweepHeader& header, const std::string& path) : header_(header), path_(path) {}

    void run() {
        sizes();
        axes();
        grid();
        if (const AxisRecord* table = header_.table(); table != nullptr) rows(*table);
        for (const auto& record : header_.point_values) points(record);
        for (const auto& observable : header_.observables) shape(observable);
        seeds();
        state();
    }

  private:
    template <class... Values>
    [[noreturn]] void fail(fmt::format_string<Values...> text, Values&&... values) const {
        throw IoError(fmt::format("{}: damaged: {}", path_, fmt::format(text, std::forward<Values>(values)...)));
    }

    void sizes() const {
        if (header_.points == 0 || header_.replicas == 0) {
            fail("{} points × {} replicas; a sweep has at least one of each", header_.points, header_.replicas);
        }
        if (header_.points > most_rows / header_.replicas) {
            fail("{} points × {} replicas are too many", header_.points, header_.replicas);
        }
        if (header_.observables.empty()) fail("no observables");
    }

    void axes() const {
        for (const auto& axis : header_.axes) {
            if (axis.values.empty()) fail("axis '{}' has no values", axis.name);
            if (!axis.words.empty() && axis.words.size() != axis.values.size()) {
                fail("axis '{}' has {} words for {} values", axis.name, axis.words.size(), axis.values.size());
            }
        }
    }

    void grid() {
        places_ = 1;
        for (const auto& axis : header_.axes) {
            if (axis.role != Role::grid) continue;
            if (axis.values.size() > most_rows / places_) fail("the product of the grid axes is too large");
            places_ *= axis.values.size();
        }
        const auto& index = header_.grid_index;
        if (index.empty()) {
            if (header_.points != places_) fail("{} points on a grid of {} places", header_.points, places_);
            return;
        }
        if (index.size() != header_.points) fail("/grid_index places {} of {} points", index.size(), header_.points);
        if (index.back() >= places_) fail("/grid_index leads out of a grid of {} places", places_);
        if (std::adjacent_find(index.begin(), index.end(), std::greater_equal<>()) != index.end()) {
            fail("/grid_index does not ascend");
        }
    }

    void points(const PointRecord& record) const {
        const AxisRecord* axis = header_.find_axis(record.name);
        const std::size_t width = axis != nullptr && axis->role == Role::inner ? axis->values.size() : 1;
        if (record.width != width) {
            fail("/points/{} has {} values a point where {} belong", record.name, record.width, width);
        }
        if (!record.words.empty()) words(record);
        if (axis != nullptr && axis->role == Role::grid) same_as(*axis, record);
    }

    void words(const PointRecord& record) const {
        for (const double value : record.values) {
            if (value >= 0 && value < static_cast<double>(record.words.size()) && value == std::floor(value)) continue;
            fail("/points/{} holds {}, and there are {} words", record.name, value, record.words.size());
        }
    }

    /// The points repeat what the axis says at their places.
    void same_as(const AxisRecord& axis, const PointRecord& record) const {
        if (axis.words.empty() != record.words.empty()) fail("'{}' has words in one place and none in another", axis.name);
        std::size_t stride = 1;  // the last axis is the fastest
        for (auto other = header_.axes.rbegin(); &*other != &axis; ++other) {
            if (other->role == Role::grid) stride *= other->values.size();
        }
        for (std::size_t point = 0; point < header_.points; ++point) {
            const std::size_t i = header_.place_of(point) / stride % axis.values.size();
            const double value = record.values[point];
            const bool same = axis.words.empty() ? same_value(axis.values[i], value)
                                                 : axis.words[i] == record.words[static_cast<std::size_t>(value)];
            if (!same) fail("/points/{} and /axes/{} contradict each other at point {}", record.name, axis.name, point);
        }
    }

    /// The points of one row of a table have its values.
    void rows(const AxisRecord& table) const {
        const std::size_t length = places_ / table.values.size();
        for (const auto& axis : header_.axes) {
            if (axis.role != Role::grid) continue;
            if (&axis == &table) break;
            fail("the axis '{}' stands before the rows of the table", axis.name);
        }
        if (table.role != Role::grid) fail("the rows of the table are no grid axis");
        for (const auto& column : table.columns) {
            const PointRecord* record = find_named(header_.point_values, column);
            if (record == nullptr || record->width != 1) fail("the table's column '{}' is not in /points", column);
            for (std::size_t point = 1; point < header_.points; ++point) {
                const bool same_row = header_.place_of(point) / length == header_.place_of(point - 1) / length;
                if (same_row && !same_value(record->values[point], record->values[point - 1])) {
                    fail("/points/{} has several values in row {}", column, header_.place_of(point) / length);
                }
            }
        }
    }

    void shape(const ObservableRecord& observable) const {
        std::vector<std::size_t> expected;
        double numbers = 1;
        for (const auto& name : observable.axes) {
            const AxisRecord* axis = header_.find_axis(name);
            if (axis == nullptr || axis->role == Role::grid) {
                fail("/replicas/{} spans '{}', which is no inner or fixed axis", observable.name, name);
            }
            expected.push_back(axis->values.size());
            numbers *= static_cast<double>(axis->values.size());
        }
        if (observable.shape != expected) fail("/replicas/{} has not the shape of its axes", observable.name);
        if (numbers * static_cast<double>(header_.rows()) > static_cast<double>(most_rows)) {
            fail("/replicas/{} is too large", observable.name);
        }
        if (observable.error_of.empty()) return;
        const auto& all = header_.observables;
        if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return one.name == observable.error_of; })) {
            fail("/replicas/{} is the error of '{}', which is not there", observable.name, observable.error_of);
        }
    }

    void seeds() const {
        if (header_.seeds.empty()) return;
        std::size_t replicas = 0;
        for (const auto& share : header_.seeds) replicas += std::min(share.replicas, most_rows);
        if (replicas != header_.replicas) fail("its seeds have {} replicas, the file {}", replicas, header_.replicas);
    }

    void state() const {
        const StateRoom& room = header_.state;
        if (room.places > header_.rows() || (room.kept && room.places != header_.rows())) {
            fail("/state has {} places for the states of {} replicas", room.places, header_.rows());
        }
        if (room.any() != (room.places > 0) ||
            bytes_of_place(room) * static_cast<double>(room.places) > static_cast<double>(most_rows)) {
            fail("/state has {} places of {} bytes", room.places, room.width);
        }
    }

    /// Bounds every product, so that none overflows: larger files than a quarter of a petabyte do not exist.
    static constexpr std::size_t most_rows = std::size_t{1} << 45;

    const SweepHeader& header_;
    const std::string& path_;
    std::size_t places_ = 1;
};

}  // namespace

void validate_header(const SweepHeader& header, const std::string& path) { Validation(header, path).run(); }

}  // namespace gdm
