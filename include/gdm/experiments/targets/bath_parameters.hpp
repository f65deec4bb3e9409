#pragma once

#include <span>
#include <string>

#include "gdm/experiment/experiment.hpp"

/// What experiments on generative baths share.
namespace gdm {

/// `K`.
[[nodiscard]] Parameter bath_size_parameter(const std::string& default_value);

/// For Experiment::check: throws UsageError unless there are two bins or more whose centres rise in equal steps.
void check_equal_bins(const std::string& name, std::span<const double> centres);

/// Nanoseconds of a sweep of one bath of a point with target, K, d, N, update, with its measurement.
[[nodiscard]] double bath_sweep_cost(const Point& point);

}  // namespace gdm
