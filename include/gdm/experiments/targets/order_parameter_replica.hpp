#pragma once

#include <cstddef>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/targets/order_parameter_model.hpp"

/// A replica of `order_parameter`.
namespace gdm {

/// Whether the target has the symmetry m → −m, and with it a transition of second order.
[[nodiscard]] bool law_is_symmetric(const Point& point);

/// The bytes of a replica under way: all that it has written.
[[nodiscard]] std::size_t order_parameter_state_size(const Point& point);

/// Computes a replica, from the checkpoint's state on if it has one. `data`: null for other targets.
void measure_order_parameter(const Point& point, const TargetPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values);

}  // namespace gdm
