#pragma once

#include <limits>

namespace gdm {

/// What stands where there is no value.
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace gdm
