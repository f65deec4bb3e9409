#pragma once

#include <cstddef>

#include "gdm/experiment/experiment.hpp"

/// A replica of the experiment rbm_sampling: one machine, annealed and sampled.
namespace gdm {

/// Anneals the machine at each number of steps, then runs Gibbs chains from both starts; saves itself between steps.
void run_rbm_sampling(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Checkpoint& checkpoint, Values& values);
[[nodiscard]] std::size_t rbm_sampling_state_size(const Point& point);

}  // namespace gdm
