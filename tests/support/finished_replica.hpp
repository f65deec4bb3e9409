#pragma once

#include <cstdint>

namespace gdm::test {

/// A record of TOY_LOG.
struct FinishedReplica {
    double time;  ///< s of CLOCK_MONOTONIC
    double p;
    std::uint64_t replica;
};

}  // namespace gdm::test
