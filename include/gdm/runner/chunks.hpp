#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/sweep/states.hpp"

namespace gdm {

/// Consecutive rows that one rank computes and writes together.
struct Chunk {
    std::size_t first = 0;
    std::size_t rows = 0;
    double cost = 0;
    double before = 0;  ///< cost of all chunks before this one in the list
};

/// Cuts the rows to do (`todo`[row] ≠ 0) into chunks, in the order in which they are handed out: dearest points first, then,
/// in the order of the file, all those whose replica costs less than 1/64 of a rank's share of the work: they fill
/// what gaps the others leave, in any order. Chunks shrink toward the end (guided self-scheduling), so that a heavy tail
/// costs little: a chunk takes at most 1/(divisor · ranks) of the work that is left, but cheap replicas are gathered up to
/// 1/512 of a rank's share; so a rank takes some 200 chunks at most, and a few dozen where replicas are cheap. `cost`: work
/// of one replica of each point.
[[nodiscard]] std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const double> cost,
                                             std::size_t replicas, std::size_t ranks, double divisor = 8);

/// The same with `saved` rows, which are to be continued, before all others, one a chunk, that with most work left first.
/// `todo` tells of them too.
[[nodiscard]] std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const SavedState> saved,
                                             std::span<const double> cost, std::size_t replicas, std::size_t ranks);

}  // namespace gdm
