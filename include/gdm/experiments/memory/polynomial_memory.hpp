#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// How many patterns a dense associative memory of degree n stores, E(s) = −Σ_μ (ξ^μ·s)^n (Krotov and Hopfield 2016): the
/// share of spins of a stored pattern that a flip would favour, against P in units of N^{n−1}/(2 (2n−3)!!), beside its exact
/// value; the number of patterns at which it is 1 %, and the exponent of that number in N, n − 1.
[[nodiscard]] Experiment polynomial_memory();

}  // namespace gdm
