#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "gdm/storage/sweep_reader.hpp"

namespace gdm {

/// A replica that was computed; the block is empty if it failed, or if its values do not match its checksum (`torn`).
struct VisitedReplica {
    std::size_t replica;
    bool torn;
    std::span<const double> block;
};
using PointVisit = std::function<void(std::size_t point, std::span<const VisitedReplica> replicas)>;

/// Visits the points [first, first + count) in their order, those without any replica too. Memory: some 32 MiB, or one
/// point.
void visit_replicas(const SweepReader& reader, std::size_t first, std::size_t count, const PointVisit& visit);

}  // namespace gdm
