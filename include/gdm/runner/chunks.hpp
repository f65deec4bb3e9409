#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gdm {

/// Consecutive rows that one rank computes and writes together.
struct Chunk {
    std::size_t first = 0;
    std::size_t rows = 0;
    double cost = 0;
};

/// Cuts the rows to do (`todo`[row] ≠ 0) into chunks, in the order in which they are handed out: dearest points first,
/// chunks shrinking toward the end (guided self-scheduling), so that a heavy tail costs little. A pure function of its
/// arguments: every rank makes the same list, and a number is all that is handed out. `cost`: work of one replica of each
/// point. A chunk takes at most 1/(divisor · ranks) of the work that is left.
[[nodiscard]] std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const double> cost,
                                             std::size_t replicas, std::size_t ranks, double divisor = 4);

}  // namespace gdm
