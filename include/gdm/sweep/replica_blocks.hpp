#pragma once

#include <cstdint>
#include <vector>

namespace gdm {

/// The whole blocks of some replicas of a point, one after the other.
struct ReplicaBlocks {
    std::vector<std::uint32_t> replicas = {};
    std::vector<double> blocks = {};
};

}  // namespace gdm
