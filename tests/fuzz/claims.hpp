#pragma once

#include <string>

#include "gdm/reduction/reduce.hpp"

namespace gdm::fuzz {

/// What the reduction of a damaged file claims and the one of the sound file denies; empty if nothing. Every replica that
/// counts as done must have its numbers, every point with all of its replicas theirs, and axes, units and provenance must be
/// the same. Points that lost replicas may have other numbers.
[[nodiscard]] std::string false_claim(const SweepReader& sound, const Reduction& expected, const SweepReader& damaged,
                                      const Reduction& claimed);

}  // namespace gdm::fuzz
