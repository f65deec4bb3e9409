#include "gdm/experiments/shared/user_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/base/error.hpp"
#include "gdm/physics/weights/data_spectrum.hpp"

namespace gdm {

UserPoints user_points(const Array& array, const std::string& standardise) {
    UserPoints data{array, {}, 1};
    DataMoments moments = data_moments(data.values(), data.columns());
    const double deviation = std::sqrt(moments.variance);
    double largest = 0;
    for (const double value : data.values()) largest = std::max(largest, std::abs(value));
    // The mean of equal rows is off by rounding, which would pass for their deviation.
    if (!(deviation > 1e-150 && deviation < 1e150 && deviation > 1e-12 * largest))
        throw UsageError(
            fmt::format("{}: the rows are all equal to rounding, or differ by more or less than doubles can "
                        "square (mean deviation {:.3g}, largest value {:.3g}); subtract what the rows have in common "
                        "before they are written",
                        data.array.source, deviation, largest));
    // Only differences of points count, so the mean is always taken out: single precision is for the rest.
    data.offset = std::move(moments.mean);
    if (standardise == "scale") {
        data.scale = 1 / deviation;
    } else if (standardise == "norm") {
        data.scale = 1 / std::sqrt(moments.variance * static_cast<double>(data.columns()));
    } else if (!(deviation > 1e-9 && deviation < 1e9)) {
        throw UsageError(
            fmt::format("{}: the mean deviation is {:.3g}; with standardise = centre it must lie between 1e-9 and "
                        "1e9, or take scale",
                        data.array.source, deviation));
    }
    return data;
}

Parameter standardise_setting(const std::string& other) {
    return {.name = "standardise",
            .description = "what is done to a dataset beside subtracting its mean; " +
                           std::string(other == "scale" ? "scale: divide by the mean deviation"
                                                        : "norm: divide by the root mean squared distance from it, so that "
                                                          "theta compares with squared norms of 1"),
            .role = Role::setting,
            .kind = Kind::word,
            .default_value = other,
            .words = {"centre", other}};
}

std::pair<std::vector<std::uint64_t>, std::vector<std::uint64_t>> choose_rows(std::size_t rows, std::size_t n,
                                                                              const RandomStream& random) {
    std::vector<std::uint64_t> order(rows);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    RandomSequence sequence(random, Purpose::dataset);
    for (std::size_t i = 0; i < n && n < rows; ++i) std::swap(order[i], order[i + sequence.below(rows - i)]);
    std::vector<std::uint64_t> others(order.begin() + static_cast<std::ptrdiff_t>(n), order.end());
    for (std::size_t i = 0; i + 1 < others.size(); ++i) std::swap(others[i], others[i + sequence.below(others.size() - i)]);
    order.resize(n);
    return {std::move(order), std::move(others)};
}

}  // namespace gdm
