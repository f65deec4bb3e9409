#pragma once

#include <cstdint>
#include <span>

#include "gdm/base/noise_key.hpp"

/// Where blocks of trajectories start, and of which class they are where they end, in lanes of the axis coordinate a = m̂·x.
/// What happens to a trajectory depends on its own sample number only, so blocks of any length give the same bits.
namespace gdm {

/// Where a kernel takes its random numbers from: Philox blocks with counter {draw, …, sample, key.high_word}, the step word
/// made of the steps counted from `first_step` on (see path_kernel.hpp), the samples from `first_sample` on. `draw`
/// separates copies of a trajectory.
struct LaneNoise {
    NoiseKey key;
    std::uint32_t draw = 0;
    std::uint32_t first_step = 0;
    std::uint32_t first_sample = 0;
};

/// exact: from p_t. noise: from N(0, I), as a trained model starts.
enum class StartState { exact, noise };

/// Starts a block: a = c mean + deviation z, the class c = ±1 with equal probability. mean = M_T, deviation = √Γ_T samples
/// p_T exactly; mean = 0, deviation = 1 is white noise. Uses the block of step `first_step`.
void start_axis(std::span<double> a, double mean, double deviation, const LaneNoise& noise);

/// P(class +1 | a) = ½ (1 + tanh(slope a)) with slope = M_t/Γ_t.
void class_probabilities(std::span<const double> a, double slope, std::span<double> probability);

}  // namespace gdm
