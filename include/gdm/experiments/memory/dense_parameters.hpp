#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/memories/dense_memory.hpp"

/// What experiments with dense associative memories share: parameters, observables of one update, and how they are measured
/// with the other patterns as random energy levels.
namespace gdm {

/// The grid parameters `patterns`, `weights` and `d`.
[[nodiscard]] std::vector<Parameter> dense_parameters(const std::string& patterns, const std::string& d);
/// The memory of a point that has them, at an inverse temperature λ.
[[nodiscard]] DenseMemory dense_memory_of(const Point& point, double lambda);

/// source_weight, retrieved and participation_ratio over an inner axis.
[[nodiscard]] std::vector<Observable> cue_observables(const std::string& axis);

/// Throws UsageError unless P = e^{αd} lies between 2 and e^1000, and random levels can be told apart.
void check_load(double alpha, double d);

/// One place on the inner axis.
struct CueState {
    double alpha = 0, theta = 0, lambda = 0;
};
/// Writes cue_observables: means over `samples` cues, each with patterns of its own; and to `fresh`, unless it is empty, the
/// mean participation ratio of as many patterns at the same states, without the one that the cue was made from.
void measure_cues(const Point& point, std::span<const CueState> states, const RandomStream& random, const Stop& stop,
                  Values& values, std::span<double> fresh = {});
/// Nanoseconds of that.
[[nodiscard]] double cues_cost(const Point& point, std::size_t states);

}  // namespace gdm
