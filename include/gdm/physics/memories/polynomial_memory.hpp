#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"

/// Dense associative memories of degree n: E(s) = −Σ_μ (ξ^μ·s)^n over P patterns ξ^μ = ±1 of N spins s = ±1 (Krotov and
/// Hopfield 2016). n = 2 is Hopfield's network.
namespace gdm {

/// Number of patterns at which errors appear, N^{n−1}/(2 (2n−3)!!); the unit of the load. n ≥ 2.
[[nodiscard]] double polynomial_unit(int degree, double spins);

/// The probability that one given spin of a stored pattern has a lower energy when it is flipped (a tie keeps it), over all
/// other patterns: P(S + X < 0), S = N^n − (N − 2)^n, X a sum of P − 1 terms ±[(h + 1)^n − (h − 1)^n] with h a sum of N − 1
/// fair signs. By Fourier inversion of the law of X, which lives on a lattice: exact up to the sum's other resonances, below
/// 0.71^{P−1} — that is, for P of some dozens and more; where the lattice has at most 2^14 points, exactly at any P ≥ 1.
/// Doubles hold N^n up to 2^53; throws std::invalid_argument above.
[[nodiscard]] double polynomial_error(int degree, std::int64_t spins, std::int64_t patterns);

/// Its Gaussian approximation ½ erfc(S/√(2 Var X)).
[[nodiscard]] double polynomial_error_gaussian(int degree, std::int64_t spins, std::int64_t patterns);

/// The number of spins of one stored pattern that a flip would favour, when there are counts[i] patterns in all (ascending),
/// the first of which it is: one set of patterns that grows. N^n P < 2^63.
[[nodiscard]] std::vector<std::int64_t> count_polynomial_errors(int degree, std::int64_t spins,
                                                                std::span<const std::int64_t> counts, RandomSequence& random,
                                                                const Stop& stop);

}  // namespace gdm
