#pragma once

#include <span>

namespace gdm {

/// The Walsh–Hadamard transform f̂(a) = Σ_b (−1)^{popcount(a & b)} f(b) in place, without a factor: twice it is the length
/// times the identity. The length is a power of 2.
void walsh_hadamard(std::span<double> values);

}  // namespace gdm
