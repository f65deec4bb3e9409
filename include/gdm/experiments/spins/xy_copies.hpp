#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gdm/experiments/spins/spin_chain.hpp"

/// The two copies of a replica of the experiment xy.
namespace gdm {

/// In the order of SpinCopies::measure.
[[nodiscard]] std::vector<std::string> xy_quantities();
/// The copies as they start.
[[nodiscard]] std::unique_ptr<SpinCopies> xy_copies(const Point& point, const RandomStream& random);
[[nodiscard]] std::size_t xy_copies_bytes(const Point& point);
/// Nanoseconds that a step of both copies and its measurement take, roughly.
[[nodiscard]] double xy_step_cost(const Point& point);

}  // namespace gdm
