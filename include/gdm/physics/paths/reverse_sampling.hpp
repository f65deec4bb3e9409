#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/paths/path_block.hpp"

namespace gdm {

/// Generation by an integrator: where trajectories start, and how many.
struct ReverseSampling {
    GaussianMixture mixture;
    double start_time = 10;
    StartState start = StartState::exact;
    PathSettings settings;
    Precision precision = Precision::double_lanes;
    std::size_t samples = 0;
};

/// Axis coordinates at t = 0 of all trajectories, in the order of the samples. Uses the purposes initial_state and noise.
[[nodiscard]] std::vector<double> reverse_end_points(const ReverseSampling& sampling, std::span<const PathStep> steps,
                                                     const RandomStream& random, const Stop& stop);

/// Mean square of a transverse coordinate over all samples: each is Gaussian, so that the sum over them is its exact
/// variance (path_transverse_variance) times one χ² number, of purpose transverse. NaN for d = 1.
[[nodiscard]] double sampled_transverse_square(const ReverseSampling& sampling, std::span<const PathStep> steps,
                                               const RandomStream& random);

/// How a sample of axis coordinates compares with p_0.
struct SampleQuality {
    double axis_abs = 0, axis_2 = 0, axis_4 = 0;  ///< ⟨|a|⟩, ⟨a²⟩, ⟨a⁴⟩
    double positive = 0;                          ///< share of a > 0
    double ks = 0;                                ///< Kolmogorov–Smirnov distance to p_0
    double w2_squared = 0;                        ///< W₂² to p_0
    std::vector<double> levels;                   ///< density of F_0(a) in equal bins of (0, 1), 1 for perfect samples
};

/// All of it; the distances and levels are NaN if a coordinate is not finite (an integrator that diverged).
[[nodiscard]] SampleQuality sample_quality_of(std::vector<double> axis, const GaussianMixture& mixture, std::size_t bins);

}  // namespace gdm
