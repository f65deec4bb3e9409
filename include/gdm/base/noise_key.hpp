#pragma once

#include <cstdint>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// What the lane kernels need to draw from a RandomStream: the two key words and the fourth counter word.
struct NoiseKey {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t high_word = 0;

    NoiseKey() = default;
    NoiseKey(const RandomStream& stream, Purpose purpose) noexcept
        : low(static_cast<std::uint32_t>(stream.key())),
          high(static_cast<std::uint32_t>(stream.key() >> 32)),
          high_word(stream.high_word(purpose)) {}
};

}  // namespace gdm
