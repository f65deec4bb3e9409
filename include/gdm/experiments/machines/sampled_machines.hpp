#pragma once

#include <cstdint>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/machines/rbm.hpp"

/// The machines that are sampled: random ones, or the user's.
namespace gdm {

/// `machine`, `visible`, `hidden` (or `load`), `J`, `J0`, `density` of the grid, and the datasets `weights`, `visible_bias`,
/// `hidden_bias`.
[[nodiscard]] std::vector<Parameter> machine_parameters();
/// What the user's weights say of the other parameters. Throws UsageError for shapes that do not go together.
[[nodiscard]] std::vector<Implied> implied_by_weights(const Shapes& shapes);
/// Throws UsageError where machine = dataset has no weights.
void check_machine(const Point& point, const Shapes& shapes);
/// The user's machines. All of their numbers are finite, as those of every dataset.
[[nodiscard]] Context prepare_machines(const Point& settings, const Inputs& inputs);
/// The machine of a replica, over T: its own random weights (Purpose::couplings), or of the user's machines number replica
/// mod count.
[[nodiscard]] Rbm machine_of(const Point& point, const Context& context, const RandomStream& random);

}  // namespace gdm
