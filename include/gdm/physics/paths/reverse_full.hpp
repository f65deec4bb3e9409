#pragma once

#include <cstddef>
#include <span>

#include "gdm/physics/paths/reverse_axis.hpp"

/// Lane kernels for blocks of trajectories with all d coordinates kept, the classes at ±μ(1, …, 1). State of a block of
/// `count` trajectories: x[j · count + i] is coordinate j of trajectory i. The reduced kernels (reverse_axis) do the same
/// work in law at 1/d of the cost; these check that and serve as the base of methods that need every coordinate.
///
/// Random numbers as in LaneNoise, with step word (s/2) d + j for coordinate j: for d = 1 those of the reduced kernels.
namespace gdm {

/// Starts a block: x_j = c mean + deviation z_j with one class c for all coordinates; mean = μ e^{−T}.
void start_full(std::span<double> x, std::size_t count, double mean, double deviation, const LaneNoise& noise);

/// Advances every trajectory through all `steps`. Allocates scratch of 4 d vectors once a call.
void advance_full(std::span<double> x, std::size_t count, std::span<const ReverseStep> steps, Scheme scheme,
                  const LaneNoise& noise);

/// Axis coordinates a_i = Σ_j x_ij / √d.
void axis_projection(std::span<const double> x, std::size_t count, std::span<double> a);

/// Squared norms of the transverse parts, ‖x_i‖² − a_i², as Σ_j (x_ij − a_i/√d)².
void transverse_squares(std::span<const double> x, std::size_t count, std::span<const double> a, std::span<double> square);

}  // namespace gdm
