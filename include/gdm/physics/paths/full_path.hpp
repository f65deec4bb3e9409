#pragma once

#include <cstddef>
#include <span>

#include "gdm/physics/paths/path_kernel.hpp"

/// The path kernel with all d coordinates kept, the classes at ±μ(1, …, 1). State of a block of `count` trajectories:
/// x[j · count + i] is coordinate j of trajectory i. The kernel of the axis coordinate does the same work in law at 1/d of
/// the cost; this one checks that and serves methods that need every coordinate.
///
/// Random numbers as in path_kernel.hpp, with the step word (s/4) d + j for coordinate j and (s/4) d for the class: for d =
/// 1 those of the axis coordinate. Blocks of any length and any number of lanes give the same bits.
namespace gdm {

/// Starts a block: x_j = c mean + deviation z_j with one class c for all coordinates; mean = μ e^{−T}. Uses the blocks of
/// steps `first_step` + j.
void start_full(std::span<double> x, std::size_t count, double mean, double deviation, const LaneNoise& noise);

/// Advances every trajectory through all `steps`, adding to the entropies that are wanted. Allocates scratch of some 10 d
/// vectors once a call.
void advance_full(std::span<double> x, std::size_t count, PathEntropy entropy, std::span<const PathStep> steps,
                  const PathSettings& settings, const LaneNoise& noise);
void advance_full(std::span<float> x, std::size_t count, PathEntropy entropy, std::span<const PathStep> steps,
                  const PathSettings& settings, const LaneNoise& noise);

/// Axis coordinates a_i = Σ_j x_ij / √d.
void axis_projection(std::span<const double> x, std::size_t count, std::span<double> a);

/// Squared norms of the transverse parts, ‖x_i‖² − a_i², as Σ_j (x_ij − a_i/√d)².
void transverse_squares(std::span<const double> x, std::size_t count, std::span<const double> a, std::span<double> square);

}  // namespace gdm
