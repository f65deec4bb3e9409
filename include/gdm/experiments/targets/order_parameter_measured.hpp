#pragma once

#include <any>
#include <memory>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/targets/order_parameter_model.hpp"

/// What a replica of `order_parameter` computes.
namespace gdm {

inline constexpr std::size_t most_branches = 32;  ///< that are kept one by one
inline constexpr std::size_t most_modes = 8;      ///< eigenvalues of a response
inline constexpr std::size_t most_patterns = 16;  ///< points whose branch is followed to its end
inline constexpr std::size_t map_side = 41;       ///< of a landscape, each way
inline constexpr double map_extent = 1.4;

/// θ/θ_c of the landscapes.
[[nodiscard]] std::vector<double> map_ratios();
/// Distances from the transition at which it is examined: |θ/θ_c − 1|, or the field at θ_c.
[[nodiscard]] std::vector<double> transition_distances();

/// The axes that these, branches, modes, patterns and the landscape span.
[[nodiscard]] std::vector<FixedAxis> order_parameter_axes();

/// Whether the target has the symmetry m → −m, and with it a transition of second order.
[[nodiscard]] bool law_is_symmetric(const Point& point);

/// The bytes of a replica under way: all that it has written.
[[nodiscard]] std::size_t order_parameter_state_size(const Point& point);

/// Computes a replica, from the checkpoint's state on if it has one. `data`: null for other targets.
void measure_order_parameter(const Point& point, const TargetPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values);

}  // namespace gdm
