#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gdm/experiments/spins/spin_chain.hpp"

/// The copies of a replica of the experiment ising: two of a lattice, or of the complete graph.
namespace gdm {

/// Sites of one system: L², L³, of the complete graph L.
[[nodiscard]] double ising_sites(const Point& point);
[[nodiscard]] bool is_complete(const Point& point);

/// What is measured at a point, in the order of SpinCopies::measure: structure_factor not of the complete graph,
/// magnetisation in a field alone.
[[nodiscard]] std::vector<std::string> ising_quantities(const Point& point);
/// The copies as they start.
[[nodiscard]] std::unique_ptr<SpinCopies> ising_copies(const Point& point, const RandomStream& random);
[[nodiscard]] std::size_t ising_copies_bytes(const Point& point);
/// Nanoseconds that a step of all copies and its measurement take, roughly.
[[nodiscard]] double ising_step_cost(const Point& point);

}  // namespace gdm
