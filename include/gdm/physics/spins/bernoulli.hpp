#pragma once

#include <cstdint>
#include <span>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// Independent random bits, 64 in a word: bit l of every word is set with `probability[l]` (64 of them, or one for all
/// bits), rounded down to a multiple of 2^-64, and 1 to 1 − 2^-64. Draws as the kernels of spins do, word i at place i: a
/// pure function of (stream, purpose, step, part). Throws std::invalid_argument for another number of probabilities, for one
/// outside [0, 1], and for 2^31 words or more.
void bernoulli_words(std::span<const double> probability, std::span<std::uint64_t> words, const RandomStream& random,
                     Purpose purpose, std::uint32_t step = 0, std::uint32_t part = 0);

}  // namespace gdm
