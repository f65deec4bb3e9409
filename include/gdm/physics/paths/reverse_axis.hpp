#pragma once

#include <cstdint>
#include <span>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/paths/reverse_steps.hpp"

/// Lane kernels for blocks of trajectories of the axis coordinate a = m̂·x (reduced dynamics: exact for every d). What
/// happens to a trajectory depends on its own sample number only, so blocks of any length give the same bits.
namespace gdm {

/// Where a kernel takes its random numbers from: step s of sample i uses one of the two normals of the Philox block with
/// counter {draw, s/2, i, key.high_word}, the first for even s (RandomStream). `draw` separates copies of a trajectory.
struct LaneNoise {
    NoiseKey key;
    std::uint32_t draw = 0;
    std::uint32_t first_step = 0;
    std::uint32_t first_sample = 0;
};

/// Starts a block: a = c mean + deviation z, the class c = ±1 with equal probability. mean = M_T, deviation = √Γ_T samples
/// p_T exactly; mean = 0, deviation = 1 is white noise. Uses the block of step `first_step`.
void start_axis(std::span<double> a, double mean, double deviation, const LaneNoise& noise);

/// Advances every trajectory of a block through all `steps`, keeping it in registers.
void advance_axis(std::span<double> a, std::span<const ReverseStep> steps, Scheme scheme, const LaneNoise& noise);

/// P(class +1 | a) = ½ (1 + tanh(slope a)) with slope = M_t/Γ_t.
void class_probabilities(std::span<const double> a, double slope, std::span<double> probability);

}  // namespace gdm
