#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// What a user's dataset of points brings: its rows, less their mean and times a scale.
struct UserPoints {
    Array array;
    std::vector<double> offset;  ///< the mean
    double scale = 1;
    [[nodiscard]] std::size_t rows() const { return array.shape[0]; }
    [[nodiscard]] std::size_t columns() const { return array.shape[1]; }
    [[nodiscard]] std::span<const double> values() const { return {array.values.get(), rows() * columns()}; }
};

/// The points of a table, less their mean and, where `standardise` says so, divided by the mean deviation of a coordinate
/// (scale) or of a row (norm, √d times that). Throws UsageError for rows that do not differ, or by more or less than can be
/// computed with.
[[nodiscard]] UserPoints user_points(const Array& array, const std::string& standardise);

/// The setting `standardise`: centre or `other`, scale or norm, which is the default.
[[nodiscard]] Parameter standardise_setting(const std::string& other = "scale");

/// A random subset of n rows, and the rows outside it; in the order of the rows if it is all of them.
[[nodiscard]] std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>> choose_rows(std::size_t rows, std::size_t n,
                                                                                            const RandomStream& random);

}  // namespace gdm
