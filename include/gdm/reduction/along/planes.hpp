#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/along/estimate.hpp"
#include "gdm/reduction/combiner.hpp"
#include "gdm/sweep/grid_planes.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {

/// Rows of a point packed one after the other, and what each is a part of: the replica, and its number within it.
struct PointRows {
    std::vector<double> rows = {};
    std::vector<std::uint64_t> units = {};
    void add(const Combiner& combiner, std::uint64_t replica, std::span<const double> block);
};

/// A function along an axis in a sweep: its planes (lines, without sizes) and their nodes. All arguments must outlive it.
class AlongPlanes {
  public:
    AlongPlanes(const SweepHeader& header, const Experiment& experiment, const Along& along, const Points& points,
                const Combiner& combiner);

    [[nodiscard]] const GridPlanes& grid() const noexcept { return grid_; }
    [[nodiscard]] const Along& along() const noexcept { return along_; }
    /// Numbers of the quantity at a point.
    [[nodiscard]] std::size_t width() const noexcept { return width_; }
    [[nodiscard]] std::size_t sizes() const noexcept { return sizes_; }
    /// The points of a plane that exist, in the order of its places.
    [[nodiscard]] std::vector<std::size_t> points_of(std::size_t plane) const;
    /// The quantity on resamples of a point's rows.
    [[nodiscard]] ResampledPoint resample(std::size_t point, const PointRows& rows) const;

    /// What is known of the quantity at a point: its values and errors, and its resamples.
    struct Measured {
        std::span<const double> value, error;
        const ResampledPoint* resampled;
    };
    [[nodiscard]] AlongEstimate estimate(std::size_t plane, const std::function<Measured(std::size_t point)>& measured,
                                         bool by_group = false) const;
    /// The values on the axis of the nodes of a plane, as in AlongEstimate::used.
    [[nodiscard]] std::vector<double> axis_values(std::size_t plane) const;

  private:
    [[nodiscard]] std::span<const double> values_at(std::size_t point, const Point& at) const;

    const SweepHeader& header_;
    const Experiment& experiment_;
    const Along& along_;
    const Points& points_;
    const Combiner& combiner_;
    const AxisRecord* axis_;
    const AxisRecord* size_axis_;
    const Derived* derived_;
    bool inner_;
    std::size_t width_ = 1, sizes_ = 0;
    GridPlanes grid_;
};

}  // namespace gdm
