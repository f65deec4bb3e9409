#pragma once

#include <cstdint>
#include <span>

#include "gdm/physics/paths/axis_lanes.hpp"
#include "gdm/physics/paths/path_steps.hpp"

/// Trajectories of the axis coordinate a = m̂·x in vector lanes, in double or single precision, with the entropy given to the
/// environment along the way. Lanes never interact: blocks of any length and any number of lanes give the same bits.
namespace gdm {

/// Environment entropy of each trajectory of an SDE, to which a kernel adds; either may be empty, which saves its time. The
/// sums are kept in double precision also where the states are single. Flows have no noise and leave both as they are;
/// `unbiased` is added to only where has_unbiased_entropy.
struct PathEntropy {
    std::span<double> midpoint;  ///< Σ Δa · f((a + a′)/2), Stratonovich's rule
    std::span<double> unbiased;  ///< Σ ln(kernel/backward kernel): ⟨e^{−ΔS_tot}⟩ = 1 at any step (has_unbiased_entropy)
};

/// Advances every trajectory of a block through all `steps`, which follow each other.
/// Random numbers: step s = noise.first_step + k of sample i takes normal s mod 4 of the Philox block with counter {draw,
/// s/4, i, key.high_word} (see base/fast_lanes-inl.hpp), in both precisions the same but for rounding; flows take none. The
/// exact reverse kernel takes its class from the block of draw | 0x80000000. Double: errors near 1e-12 a step. Single:
/// states to 6e-8 a step.
void advance_paths(std::span<double> a, PathEntropy entropy, std::span<const PathStep> steps, const PathSettings& settings,
                   const LaneNoise& noise);
void advance_paths(std::span<float> a, PathEntropy entropy, std::span<const PathStep> steps, const PathSettings& settings,
                   const LaneNoise& noise);

}  // namespace gdm
