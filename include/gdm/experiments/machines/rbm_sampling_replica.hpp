#pragma once

#include <cstddef>

#include "gdm/experiment/experiment.hpp"

/// A replica of the experiment rbm_sampling: one machine, annealed and sampled.
namespace gdm {

/// Anneals the machine at each number of steps, then runs Gibbs chains from both starts; saves itself between steps.
void run_rbm_sampling(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Checkpoint& checkpoint, Values& values);
[[nodiscard]] std::size_t rbm_sampling_state_size(const Point& point);

/// Whether hidden units have the normal law of variance 1 around their fields: those are sampled, and not annealed.
[[nodiscard]] bool has_gaussian_units(const Point& point);
[[nodiscard]] double smaller_layer(const Point& point);
/// Units whose states are counted for correlations of the visible ones.
[[nodiscard]] double overlap_units(const Point& point);

}  // namespace gdm
