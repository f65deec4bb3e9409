#pragma once

#include <cstdint>
#include <string>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The grid parameter ln_N, natural logarithm of the number of training points, with its other names N and
/// alpha = ln N / d. Declare it after d.
[[nodiscard]] Parameter point_count_axis(const std::string& default_value);

/// The number itself, N = e^{ln N} rounded; throws UsageError above 2^53, where it is no integer in double precision.
[[nodiscard]] std::uint64_t point_count(double log_n);

/// The setting `levels` of random energy levels (RandomLevels): how many are drawn one by one.
[[nodiscard]] Parameter levels_setting();

/// Throws UsageError where random levels of a point cannot be told apart in double precision.
void check_levels(const Point& point);

/// Nanoseconds that weighing one state by random levels takes, on one core.
[[nodiscard]] double level_cost(double log_n, double levels);

}  // namespace gdm
