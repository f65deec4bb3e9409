#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/base/random_stream.hpp"

/// Where the kernels of spins draw: blocks {draw = 32 part + k, step, sample = 2^31 + place}, k = 0 … 31.
namespace gdm {

/// Draws of the kernels have samples from here on; those below are free for sequences.
inline constexpr std::uint32_t first_lane_sample = 1u << 31;
/// Blocks that one decision can need.
inline constexpr std::uint32_t lane_draws = 32;

/// The first 64 bits of a place.
[[nodiscard]] inline std::uint64_t fair_bits(const RandomStream& random, Purpose purpose, std::size_t place,
                                             std::uint32_t step, std::uint32_t part) {
    const Counter at{lane_draws * part, step, first_lane_sample + static_cast<std::uint32_t>(place)};
    const auto words = random.block(purpose, at);
    return (static_cast<std::uint64_t>(words[0]) << 32) | words[1];
}

}  // namespace gdm
