#pragma once

#include <cstddef>
#include <span>

namespace gdm {

/// Mean of a sample with the fluctuations of control variates, whose means are 0, taken out: ȳ − b·c̄, b by least squares
/// of y on c. The coefficients of one half of the sample are used on the other, so that the mean stays unbiased at any size.
/// `controls`: `count` numbers for each value, one sample after the other. The plain mean for fewer than 8 (count + 1)
/// values, or if the controls do not vary.
[[nodiscard]] double controlled_mean(std::span<const double> values, std::span<const double> controls, std::size_t count);

}  // namespace gdm
