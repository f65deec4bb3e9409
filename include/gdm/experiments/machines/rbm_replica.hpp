#pragma once

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/machines/rbm_training.hpp"

/// A training run of the experiment rbm, and what of it can be counted exactly.
namespace gdm {

[[nodiscard]] TrainingMethod rbm_method(const Point& point);
[[nodiscard]] TrainingSettings rbm_settings(const Point& point);
[[nodiscard]] double smaller_rbm_layer(const Point& point);
[[nodiscard]] bool has_exact_likelihood(const Point& point);
/// Whether the expected step of CD-k is enumerated beside the exact gradient.
[[nodiscard]] bool has_expected_step(const Point& point);
/// Whether ln Z is estimated by annealed importance sampling.
[[nodiscard]] bool is_annealed(const Point& point);

/// A replica: trains a machine on its data up to the last update and records it at each update of the axis.
void run_rbm(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
             Checkpoint& checkpoint, Values& values);
[[nodiscard]] std::size_t rbm_state_size(const Point& point);
/// In multiply-adds, roughly.
[[nodiscard]] double rbm_cost(const Point& point);

}  // namespace gdm
