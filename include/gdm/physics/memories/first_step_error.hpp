#pragma once

#include <cstdint>

namespace gdm {

/// Probability that a spin of a stored pattern flips in the first update of a Hopfield network of `spins` sites and
/// `patterns` fair random patterns at T = 0, exactly at any size: the other patterns give the field (N − 1 + S)/N along the
/// pattern, S a sum of (N − 1)(P − 1) fair signs, and a tie keeps the spin, so P(S < −(N − 1)); ½ erfc(1/√(2α)) for large N
/// at α = P/N. spins ≥ 2, patterns ≥ 1. (Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987), for large N.)
[[nodiscard]] double hopfield_first_step_error(std::int64_t spins, std::int64_t patterns);

}  // namespace gdm
