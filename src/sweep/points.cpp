#include "gdm/sweep/points.hpp"

#include <memory>
#include <span>
#include <string>

namespace gdm {

Points::Points(const SweepHeader& header) : size_(header.points) {
    for (const auto& setting : header.settings) common_.set(setting.name, setting.value, setting.word);
    for (const auto& axis : header.axes) {
        if (axis.role == Role::inner) common_.set_axis(axis.name, axis.values);
    }
    for (const auto& record : header.point_values) {
        const AxisRecord* axis = header.find_axis(record.name);
        Column column{&record, 0, axis != nullptr && axis->role == Role::inner, {}};
        if (column.is_axis) {
            column.place = common_.axis_place(record.name);
        } else {
            common_.set(record.name, 0);
            column.place = common_.place(record.name);
        }
        for (const auto& word : record.words) column.words.push_back(std::make_shared<const std::string>(word));
        columns_.push_back(std::move(column));
    }
}

Point Points::operator[](std::size_t index) const {
    Point point = common_;
    for (const auto& [record, place, is_axis, words] : columns_) {
        const auto values = std::span(record->values).subspan(index * record->width, record->width);
        if (is_axis) {
            point.put_axis(place, values);
        } else if (words.empty()) {
            point.put(place, values.front());
        } else {
            point.put(place, values.front(), words.at(static_cast<std::size_t>(values.front())));
        }
    }
    return point;
}

}  // namespace gdm
