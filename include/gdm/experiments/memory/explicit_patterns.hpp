#pragma once

#include <any>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// The part of associative_memory that holds its patterns one by one: drawn, or a user's dataset.
namespace gdm {

/// Whether the point's patterns are the rows of a user's dataset.
[[nodiscard]] bool of_dataset(const Point& point);

/// fixed_overlap, mixture, updates_made and unfinished: what the dynamics leads to, with explicit patterns alone.
[[nodiscard]] std::vector<Observable> fixed_point_observables(const std::string& axis);

/// Settings `updates`, `dataset` and `standardise`.
[[nodiscard]] std::vector<Parameter> explicit_settings();

/// The rows of the dataset as `standardise` says. Throws UsageError where they are all equal.
[[nodiscard]] Context prepare_patterns(const Point& settings, const Inputs& inputs);

/// Throws UsageError where the patterns of a point are more than fit, or than the dataset has.
void check_explicit(const Point& point, const Shapes& shapes);

/// Writes cue_observables and fixed_point_observables: means over `samples` cues from one set of patterns, of which each α
/// takes the first e^{αd}.
void measure_explicit(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Values& values);
/// Nanoseconds of that.
[[nodiscard]] double explicit_cost(const Point& point);

}  // namespace gdm
