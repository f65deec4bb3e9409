#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/memories/packed_patterns.hpp"

/// What the experiments on Hopfield networks share: which patterns are stored, and by which rule.
namespace gdm {

/// The grid parameters `N`, `bias` and `rule` (not keyed: the patterns are the same by both rules).
[[nodiscard]] std::vector<Parameter> hopfield_parameters(const std::string& sizes);
/// `dataset`: patterns of the user, P rows of N spins.
[[nodiscard]] Parameter patterns_dataset();
/// `retrieved_above`: from which overlap with the first pattern on it counts as found.
[[nodiscard]] Parameter retrieved_above_setting(const std::string& default_value);

/// P = αN, rounded.
[[nodiscard]] std::int64_t pattern_count(const Point& point, double alpha);
/// What a dataset says: N, no bias, and α up to all of its rows. Throws UsageError for another shape.
[[nodiscard]] std::vector<Implied> implied_by_patterns(const Shapes& shapes);
/// Throws UsageError where there is no pattern, more than a dataset has, or more bits than fit.
void check_patterns(const Point& point, double alpha, const Shapes& shapes);
/// The user's patterns, if there are any. Throws UsageError where a dataset holds other numbers than 0 and 1, or ±1.
[[nodiscard]] Context prepare_patterns(const Inputs& inputs);
/// `count` patterns of a replica: random ones, or random rows of the dataset; `part` tells sets of a replica apart.
[[nodiscard]] PackedPatterns patterns_of(const Point& point, std::int64_t count, const Context& context,
                                         const RandomStream& random, std::uint32_t part = 0);
/// Whether the patterns are fair and independent and the rule is Hebb's, as theory has it.
[[nodiscard]] bool theory_holds(const Point& point);

/// The spins ±1 of a pattern.
[[nodiscard]] std::vector<std::int8_t> spins_of(const PackedPatterns& patterns, std::size_t pattern);
/// Σ_i ξ_i s_i/N.
[[nodiscard]] double overlap_of(const std::vector<std::int8_t>& pattern, std::span<const std::int8_t> spins);

}  // namespace gdm
