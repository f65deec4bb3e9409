#pragma once

#include <cstdint>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// How many of n independent trials of probability p succeed, at a cost that does not grow with n: leaps from one success
/// to the next where fewer than 10 are expected, otherwise transformed rejection (BTRS; Hörmann, J. Stat. Comput. Simul. 46,
/// 101, 1993). Exact up to rounding for n ≤ 2^40 and 0 ≤ p ≤ 1.
[[nodiscard]] std::uint64_t draw_binomial(std::uint64_t n, double p, RandomSequence& random);

}  // namespace gdm
