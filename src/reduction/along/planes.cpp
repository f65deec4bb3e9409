#include "gdm/reduction/along/planes.hpp"

#include "gdm/base/named.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/reduction/chains.hpp"
#include "gdm/reduction/derive.hpp"

namespace gdm {
namespace {

/// The grid axes that a function lies along, the fastest last: sizes, then the axis.
std::vector<std::string> cut_axes(const SweepHeader& header, const Along& along) {
    std::vector<std::string> axes;
    if (const auto& size_axis = along::size_axis_of(along.kind); !size_axis.empty()) axes.push_back(size_axis);
    if (has_grid_axis(header, along.axis)) axes.push_back(along.axis);
    return axes;
}

}  // namespace

void PointRows::add(const Combiner& combiner, std::uint64_t replica, std::span<const double> block) {
    combiner.pack(block, rows);
    for (std::uint64_t part = 0; units.size() * combiner.layout().size() < rows.size(); ++part)
        units.push_back(replica << 24 | part);
}

AlongPlanes::AlongPlanes(const SweepHeader& header, const Experiment& experiment, const Along& along, const Points& points,
                         const Combiner& combiner)
    : header_(header),
      experiment_(experiment),
      along_(along),
      points_(points),
      combiner_(combiner),
      axis_(header.find_axis(along.axis)),
      size_axis_(header.find_axis(along::size_axis_of(along.kind))),
      derived_(find_named(experiment.derived, along.quantity)),
      inner_(axis_->role == Role::inner),
      width_(inner_ ? axis_->values.size() : 1),
      sizes_(size_axis_ == nullptr ? 0 : size_axis_->values.size()),
      grid_(header, cut_axes(header, along)) {}

std::vector<std::size_t> AlongPlanes::points_of(std::size_t plane) const {
    std::vector<std::size_t> points;
    for (std::size_t i = 0; i < grid_.size(); ++i)
        if (const auto point = header_.point_at(grid_.place(plane, i))) points.push_back(*point);
    return points;
}

ResampledPoint AlongPlanes::resample(std::size_t point, const PointRows& rows) const {
    const Point at = points_[point];
    ResampledPoint result{.width = width_};
    result.group = resampling_key(experiment_, at, true);
    // Blocks of a chain that are too short to be independent are joined.
    const std::vector<double> joined = resampled_rows(&experiment_, at, combiner_, rows.rows);
    const std::size_t units = joined.size() / combiner_.layout().size();
    for (std::size_t i = 0; i < units; ++i) result.units.push_back(rows.units[i * (rows.units.size() / units)]);
    if (units < 2) return result;
    std::vector<double> value(width_), systematic(width_);
    visit_resamples(combiner_, joined, along_.error, result.group, [&](std::span<const double> block) {
        const Combined combined(combiner_.layout(), block);
        if (derived_ == nullptr) {
            const auto part = combined[along_.quantity];
            result.resamples.insert(result.resamples.end(), part.begin(), part.end());
            return;
        }
        std::fill(value.begin(), value.end(), not_a_number);
        (void)attempt([&] { derived_->compute(at, combined, value, systematic); }, value);
        result.resamples.insert(result.resamples.end(), value.begin(), value.end());
    });
    return result;
}

std::span<const double> AlongPlanes::values_at(std::size_t point, const Point& at) const {
    if (inner_) return at.axis(along_.axis);
    std::size_t stride = 1;
    for (auto axis = header_.axes.rbegin(); axis != header_.axes.rend() && &*axis != axis_; ++axis)
        if (axis->role == Role::grid) stride *= axis->values.size();
    return std::span(axis_->values).subspan(header_.place_of(point) / stride % axis_->values.size(), 1);
}

std::vector<double> AlongPlanes::axis_values(std::size_t plane) const {
    std::vector<double> values;
    for (const std::size_t point : points_of(plane)) {
        const Point at = points_[point];
        const auto here = values_at(point, at);
        values.insert(values.end(), here.begin(), here.end());
    }
    return values;
}

AlongEstimate AlongPlanes::estimate(std::size_t plane, const std::function<Measured(std::size_t)>& measured,
                                    bool by_group) const {
    along::Nodes nodes;
    std::vector<ResampledPoint> resampled;
    nodes.sizes = sizes_;
    const auto* integral = std::get_if<along::Integral>(&along_.kind);
    const auto* limit = std::get_if<along::Limit>(&along_.kind);
    const along::Abscissa& abscissa = integral != nullptr ? integral->abscissa
                                      : limit != nullptr  ? limit->abscissa
                                                          : nullptr;
    for (std::size_t i = 0; i < grid_.size(); ++i) {
        const auto point = header_.point_at(grid_.place(plane, i));
        if (!point) continue;
        const Point at = points_[*point];
        const Measured here = measured(*point);
        resampled.push_back(*here.resampled);
        resampled.back().first = nodes.x.size();
        if (integral != nullptr && integral->offset && nodes.x.empty()) nodes.offset = integral->offset(at);
        const auto values = values_at(*point, at);
        for (std::size_t k = 0; k < width_; ++k) {
            nodes.x.push_back(abscissa ? abscissa(at, values[k]) : values[k]);
            nodes.value.push_back(here.value[k]);
            nodes.error.push_back(here.error[k]);
            if (integral != nullptr && integral->weight) nodes.weight.push_back(integral->weight(at, values[k]));
            if (size_axis_ == nullptr) continue;
            nodes.size_place.push_back(i / (grid_.size() / sizes_));
            nodes.size.push_back(size_axis_->values[nodes.size_place.back()]);
        }
    }
    return estimate_along(along_, nodes, resampled, by_group);
}

}  // namespace gdm
