#include "gdm/sweep/grid_planes.hpp"

#include <algorithm>

namespace gdm {

GridPlanes::GridPlanes(const SweepHeader& header, const std::vector<std::string>& axes) : cut_(axes.size()) {
    std::size_t stride = header.places();
    for (const auto& axis : header.axes) {
        if (axis.role != Role::grid) continue;
        stride /= axis.values.size();
        const Axis one{axis.values.size(), stride};
        const auto found = std::find(axes.begin(), axes.end(), axis.name);
        if (found == axes.end()) {
            kept_.push_back(one);
            count_ *= one.length;
        } else {
            cut_[static_cast<std::size_t>(found - axes.begin())] = one;
            size_ *= one.length;
        }
    }
    for (const Axis& axis : cut_) lengths_.push_back(axis.length);
}

std::size_t GridPlanes::place(std::size_t plane, std::size_t index) const {
    std::size_t place = 0;
    for (auto axis = kept_.rbegin(); axis != kept_.rend(); ++axis) {
        place += plane % axis->length * axis->stride;
        plane /= axis->length;
    }
    for (auto axis = cut_.rbegin(); axis != cut_.rend(); ++axis) {
        place += index % axis->length * axis->stride;
        index /= axis->length;
    }
    return place;
}

std::size_t GridPlanes::plane_of(std::size_t place) const {
    std::size_t plane = 0;
    for (const Axis& axis : kept_) plane = plane * axis.length + place / axis.stride % axis.length;
    return plane;
}

bool has_grid_axis(const SweepHeader& header, const std::string& name) {
    const AxisRecord* axis = header.find_axis(name);
    return axis != nullptr && axis->role == Role::grid;
}

bool has_axes(const SweepHeader& header, const Along& along) {
    const auto& size_axis = along::size_axis_of(along.kind);
    const AxisRecord* axis = header.find_axis(along.axis);
    return axis != nullptr && axis->role != Role::fixed && (size_axis.empty() || has_grid_axis(header, size_axis)) &&
           (along.needs_axis.empty() || has_grid_axis(header, along.needs_axis));
}

}  // namespace gdm
