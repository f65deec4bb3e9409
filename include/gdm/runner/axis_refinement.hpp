#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gdm/runner/job/job.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// A curve over the refined axis: value and standard error.
struct RefinedCurve {
    double size = 0;  ///< on the size axis
    std::map<double, std::pair<double, double>> points = {};
};
/// Where two curves cross, or one passes its level (twice the same curve), and how well that is known.
struct CurvePassage {
    std::size_t small, large;
    double position, error;
};

/// Where the refined axis of an adaptive job gets new values: in the middle between neighbours on a line along it that
/// differ, or between which two curves cross, level by level. Decided by the values that the job gives and by those that it
/// added itself, so that it does not matter which of the points are there for other reasons.
class AxisRefinement {
  public:
    using Quantity = std::pair<double, double>;  ///< with its standard error
    using Passages = std::function<std::vector<CurvePassage>(const std::vector<RefinedCurve>& curves)>;
    /// `job` as it was given, with a refinement; `passages` where that is along a result.
    AxisRefinement(const Job& job, Passages passages);

    /// The job with the points of the next refinement beside its own, whose quantity is `at(point)`, or nothing when it is
    /// complete.
    [[nodiscard]] std::optional<Job> next(const Job& job, const std::function<Quantity(std::size_t point)>& at) const;

  private:
    using Known = std::map<std::size_t, std::map<double, Quantity>>;  ///< by line and value of the axis
    /// The values to add to each line: where the quantity changes, or where curves cross.
    [[nodiscard]] std::map<std::size_t, std::vector<double>> changes(const Known& known, const Known& base) const;
    [[nodiscard]] std::map<std::size_t, std::vector<double>> crossings(const SweepHeader& header, const Known& known,
                                                                       Known level) const;
    [[nodiscard]] bool differ(double left, double right) const;
    /// The value in the middle of an interval, as a point may have it.
    [[nodiscard]] double between(double left, double right) const;
    /// Halves the intervals of one level along a line across which the quantity changes: with the middles that are `known`,
    /// values and quantity, or else as returned, to be computed.
    [[nodiscard]] std::vector<double> halve(std::map<double, double>& level, const std::map<double, double>& known) const;

    Refinement refinement_;
    Passages passages_;
    std::vector<double> base_values_;  ///< of the axis, as the job gives them
    bool whole_values_ = false;        ///< it takes whole numbers
};

}  // namespace gdm
