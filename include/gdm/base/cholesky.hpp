#pragma once

#include <span>

namespace gdm {

/// Solves the symmetric positive definite system A x = b of n = b.size() unknowns in place: b becomes x, the lower half of A
/// (n × n, row by row) its factor. A fixed order of sums, so the same bytes everywhere. False, with A and b spoilt, where a
/// pivot is not more than `smallest` of its diagonal entry: singular.
[[nodiscard]] bool solve_positive(std::span<double> a, std::span<double> b, double smallest);

}  // namespace gdm
