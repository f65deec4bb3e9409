#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/point.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// The points of a sweep as `run`, derived quantities and closed forms see them: settings, inner axes and the point's own
/// parameters. Names are looked up once for all points. The header must outlive it and stay as it is.
class Points {
  public:
    explicit Points(const SweepHeader& header);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Point operator[](std::size_t index) const;

  private:
    /// Where the values of a record of /points go in a point.
    struct Column {
        const PointRecord* record;
        std::size_t place;
        bool is_axis;                          ///< a scaled inner axis
        std::vector<Point::SharedWord> words;  ///< of a parameter that takes words
    };
    std::size_t size_;
    Point common_;
    std::vector<Column> columns_;
};

}  // namespace gdm
