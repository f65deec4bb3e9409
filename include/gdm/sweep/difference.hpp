#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "gdm/sweep/header.hpp"

/// What tells two sweeps apart, in words for a message: the first difference, or nothing.
namespace gdm {

/// Whether two values of a parameter are the same to the random key: bit for bit, NaN being equal to NaN.
[[nodiscard]] bool same_value(double one, double other);

/// Whether a parameter has the same value, or word, at two points.
[[nodiscard]] bool same_parameter(const PointRecord& one, std::size_t point, const PointRecord& other,
                                  std::size_t other_point);

/// Whether two axes have the same values or words in the same order.
[[nodiscard]] bool same_axis(const AxisRecord& one, const AxisRecord& other);

/// How a message calls the two sides.
struct SideNames {
    std::string file = "the file";
    std::string job = "this job";
};

/// What makes the numbers of two sweeps incomparable, whatever their grids and seeds: experiment, version, grid parameters,
/// code from outside, inner and fixed axes and their units, settings, the content of datasets, observables. A dataset may
/// have moved if both sides know its content.
[[nodiscard]] std::string content_difference(const SweepHeader& file, const SweepHeader& job, const SideNames& names = {});

/// What keeps every replica of `file` out of a sweep of `job`: the above, or that they have no seed in common.
[[nodiscard]] std::string reuse_difference(const SweepHeader& file, const SweepHeader& job, const SideNames& names = {});

/// Grid axes, their values and order, and the number of replicas.
[[nodiscard]] std::string grid_difference(const SweepHeader& file, const SweepHeader& job);

/// The first row, counted from 0, in which the tables of two sweeps differ, the end of the shorter one included; nothing if
/// they are the same, or one of the sweeps has no table of these columns.
[[nodiscard]] std::optional<std::size_t> differing_row(const SweepHeader& file, const SweepHeader& job);

/// What a resume must not find: any of the above.
[[nodiscard]] std::string first_difference(const SweepHeader& file, const SweepHeader& job);

}  // namespace gdm
