#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/paths/path_block.hpp"

namespace gdm {

/// Clone (U-turn) experiment by simulation: trajectories run from T to 0; at each time t the state is copied, and the copy
/// runs to 0 with noise of its own. The trajectory that goes on is the other clone. On the way the moments of the axis
/// coordinate are measured, at the end the quality of the samples.
struct CloneExperiment {
    GaussianMixture mixture;
    Method method = Method::reduced;
    /// Reverse, with noise (clones of a flow never part). `exact` takes one step from time to time, whatever dt.
    PathSettings settings = {.integrator = Integrator::heun, .grid = TimeGrid::clock, .dt = 0.1};
    Precision precision = Precision::double_lanes;
    StartState start = StartState::exact;
    double duration = 0;        ///< T, if later than all times
    std::size_t samples = 256;  ///< trajectories
    std::size_t quality_bins = 32;
    std::size_t block_length = 512;  ///< trajectories that go through a kernel together; leaves no trace in the results
};

/// Means over trajectories, in the order of the given times.
struct CloneResults {
    std::vector<double> axis_abs;  ///< ⟨|a|⟩
    std::vector<double> axis_2;    ///< ⟨a²⟩
    std::vector<double> axis_4;    ///< ⟨a⁴⟩
    /// P(same class): the mean of P_A P_B + (1 − P_A)(1 − P_B) with P = ½(1 + tanh(M a_0/σ²)) the class probability of an
    /// end point (the label itself averaged out, Rao–Blackwell).
    std::vector<double> agreement_by_class;
    std::vector<double> agreement_by_sign;  ///< P(both ends on the same side of a = 0)
    double transverse_2 = 0;                ///< ‖x_⊥‖²/(d − 1) at t = 0; NaN for d = 1
    /// Counts over equal bins of F_0(a_0), the probability integral transform of the end points: flat if they are samples of
    /// p_0.
    std::vector<double> quality_histogram;
};

/// Runs the experiment at `times` (≥ 0, any order). Calls stop.check() between blocks; throws Stopped.
/// Transverse part of the reduced method: its coordinates obey a linear recursion, so the sum of their squares over all
/// samples is the exact variance of the integrator times a χ² variable, drawn once.
[[nodiscard]] CloneResults run_clone_experiment(const CloneExperiment& experiment, std::span<const double> times,
                                                const RandomStream& random, const Stop& stop);

}  // namespace gdm
