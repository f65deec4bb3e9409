#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/lane_draws.hpp"

namespace gdm {

/// Whether U < threshold, U being bit `lane` of the 64 words of a place, the first word the highest bit.
inline bool plain_decision(const RandomStream& random, std::size_t place, std::size_t lane, std::uint32_t step,
                           std::uint32_t part, std::uint64_t threshold) {
    for (std::uint32_t draw = 0; draw < lane_draws; ++draw) {
        const auto block = random.block(
            Purpose::markov_chain, {lane_draws * part + draw, step, first_lane_sample + static_cast<std::uint32_t>(place)});
        for (std::size_t i = 0; i < 4; i += 2) {
            const std::uint64_t word = (static_cast<std::uint64_t>(block[i]) << 32) | block[i + 1];
            // (Written as `bool u, t; if (u != t) return t;` g++ 12.2 compiles it wrongly from -O1 on.)
            const std::uint64_t u = word >> lane & 1, t = threshold >> 63;
            if (u < t) return true;
            if (u > t) return false;
            threshold <<= 1;
        }
    }
    return false;
}

/// The spin after its update, `pulls`: Σ_j J_ij s_j.
inline int plain_update(LocalUpdate update, double beta, double field, std::size_t z, int spin, int pulls,
                        const RandomStream& random, std::size_t place, std::size_t lane, std::uint32_t step,
                        std::uint32_t part) {
    const bool turns = update == LocalUpdate::metropolis;
    const int favour = turns ? -spin * pulls : pulls;
    const auto pulling = static_cast<std::size_t>((favour + static_cast<int>(z)) / 2);
    const double p = update_probability(update, beta, field, z, pulling, spin);
    const bool yes = (turns && p >= 1) || plain_decision(random, place, lane, step, part, probability_threshold(p));
    return turns ? (yes ? -spin : spin) : (yes ? 1 : -1);
}

}  // namespace gdm
