#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "gdm/storage/sweep_reader.hpp"

namespace gdm {

/// Visits the replicas of the points [first, first + count) that were computed, verified or not by their checksum; the block
/// is empty for those that failed, and for those whose values do not match (`torn`).
struct VisitedReplica {
    std::size_t point, replica;
    bool torn;
    std::span<const double> block;
};
void visit_replicas(const SweepReader& reader, std::size_t first, std::size_t count,
                    const std::function<void(const VisitedReplica&)>& visit);

}  // namespace gdm
