#include "gdm/sweep/rows.hpp"

#include <xxhash.h>

namespace gdm {

std::uint64_t row_checksum(std::uint64_t point, std::uint64_t replica, std::span<const double> block) {
    const std::uint64_t row[] = {point, replica};
    const std::uint64_t seed = XXH3_64bits(row, sizeof row);
    const std::uint64_t hash = XXH3_64bits_withSeed(block.data(), block.size_bytes(), seed);
    return hash <= checksum_failed ? hash + 2 : hash;
}

}  // namespace gdm
