#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// One demand of a job's `target_error`: the standard error that a quantity is to have at every point.
struct ErrorTarget {
    std::string
        quantity;  ///< an observable or a derived quantity, every number of one that spans axes; or a function along an axis
    double value = 0;       ///< > 0
    bool relative = false;  ///< a share of the quantity's absolute value
    /// The error demanded where the quantity has this value.
    [[nodiscard]] double allowed(double quantity_value) const;
};

/// Reads "clone_agreement 0.005" or, several at once and relative ones, "t_s 1 %, phase 0.1". Throws UsageError with the
/// nearest name if the experiment measures no such quantity, or gives it no error (stored observables). Names of functions
/// along an axis are known too.
[[nodiscard]] std::vector<ErrorTarget> parse_error_targets(const Experiment& experiment, const std::string& text);

/// The quantities that a job can demand something of: observables with an error of their own, and derived quantities.
/// `scalar`: only those that are one number at a point.
[[nodiscard]] std::vector<std::string> quantities_with_error(const Experiment& experiment, bool scalar = false);

}  // namespace gdm
