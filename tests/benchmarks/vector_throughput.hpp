#pragma once

#include <cstddef>

namespace gdm {

/// Runs `rounds` of independent fused multiply-adds of the widest vectors in use, and returns one of their numbers.
[[nodiscard]] double multiply_adds(std::size_t rounds);
/// How many of them that is.
[[nodiscard]] double multiply_adds_of(std::size_t rounds);
/// Bytes in such a vector.
[[nodiscard]] std::size_t vector_bytes();

}  // namespace gdm
