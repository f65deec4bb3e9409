#pragma once

#include <cstddef>
#include <cstdint>

namespace gdm {

/// Vectors of random words, 12 of each, as one decision of all its lanes mostly needs; a sum of them.
std::uint64_t draw_words(std::size_t vectors);
/// Decisions of all lanes of vectors between two thresholds, as of Metropolis at T_c, without looking at neighbours.
std::uint64_t draw_decisions(std::size_t vectors);
/// 64-bit words in a vector.
std::size_t vector_words();

}  // namespace gdm
