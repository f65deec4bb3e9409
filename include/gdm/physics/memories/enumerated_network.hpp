#pragma once

#include "gdm/physics/memories/hopfield_network.hpp"
#include "gdm/physics/memories/packed_patterns.hpp"

namespace gdm {

/// Averages of a Hopfield network over all 2^N states at a temperature > 0, by a Gray code; N ≤ 24 takes a second. Throws
/// std::invalid_argument beyond.
struct EnumeratedNetwork {
    double energy = 0;           ///< ⟨H⟩/N
    double overlap_squared = 0;  ///< ⟨(ξ^1·s/N)²⟩
};
[[nodiscard]] EnumeratedNetwork enumerate_network(const PackedPatterns& patterns, LearningRule rule, double temperature);

}  // namespace gdm
