#pragma once

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/machines/boltzmann_training.hpp"

/// A training run of the experiment boltzmann_machine, and what of it can be counted exactly.
namespace gdm {

[[nodiscard]] BoltzmannSettings boltzmann_settings(const Point& point);
[[nodiscard]] double boltzmann_units(const Point& point);
/// Units whose states the exact ln Z counts: of the smaller layer where machines are restricted, else all.
[[nodiscard]] double counted_boltzmann_units(const Point& point);
/// Whether hidden units that couple are few enough to be counted for each row.
[[nodiscard]] bool counts_hidden_states(const Point& point);
[[nodiscard]] bool has_exact_boltzmann_likelihood(const Point& point);
[[nodiscard]] bool has_exact_gradient(const Point& point);
/// Whether the expected step of CD-k is enumerated beside the exact gradient.
[[nodiscard]] bool has_expected_sweep(const Point& point);
[[nodiscard]] bool is_annealed_machine(const Point& point);
/// Whether the data come from known couplings, and all units are visible.
[[nodiscard]] bool has_planted_couplings(const Point& point);

/// A replica: trains a machine on its data up to the last update and records it at each update of the axis.
void run_boltzmann_machine(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                           Checkpoint& checkpoint, Values& values);
[[nodiscard]] std::size_t boltzmann_state_size(const Point& point);
/// In nanoseconds, roughly.
[[nodiscard]] double boltzmann_cost(const Point& point);

}  // namespace gdm
