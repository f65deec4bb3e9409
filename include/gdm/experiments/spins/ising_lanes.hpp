#pragma once

#include <cstddef>
#include <memory>

#include "gdm/experiments/spins/spin_chain.hpp"

/// The copies of a replica of the experiment ising with single-spin updates: 64 systems in the bits of words, or two large
/// ones with 64 sites in a word (PackedIsing), where that fits. Measured every few steps, they cost little more than the
/// updates.
namespace gdm {

/// Whether there are such copies at a point: on lattices, with metropolis or heat_bath.
[[nodiscard]] bool has_ising_lanes(const Point& point);
[[nodiscard]] std::unique_ptr<SpinCopies> ising_lanes(const Point& point, const RandomStream& random);
[[nodiscard]] std::size_t ising_lanes_bytes(const Point& point);
/// Nanoseconds that a step of all copies and its measurement take, roughly.
[[nodiscard]] double ising_lanes_cost(const Point& point);

}  // namespace gdm
