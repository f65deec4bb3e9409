#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/paths/path_block.hpp"

/// Rates of entropy measured on an ensemble of trajectories (Yu and Huang, II.C–D, III.E and appendix E).
namespace gdm {

struct RateExperiment {
    GaussianMixture mixture;
    PathSettings settings;  ///< an integrator of the SDE
    double duration = 3;    ///< T
    std::size_t samples = 1000;
    Precision precision = Precision::double_lanes;
    std::size_t block_length = 1024;  ///< trajectories held at a time; no result depends on it
};

/// Averages over the trajectories of one replica. Rates are per unit of diffusion time travelled, for all d dimensions
/// together; S is the score, c = x + S.
struct PathRates {
    /// π = ⟨‖c‖²⟩: the current is −c p forward and c p in reverse (Yu and Huang, eqs. 30, 68).
    std::vector<double> production;
    /// ⟨f·J/p⟩, the heat given to the environment: ⟨x·c⟩ forward, ⟨(x + 2S)·c⟩ in reverse (eq. 69).
    std::vector<double> flux;
    /// Heat along the paths, Stratonovich's ∫ f∘dx by the midpoint rule, over the window from the next smaller of the times
    /// (0 below the smallest) up to the time, per length of the window; NaN where that is 0.
    std::vector<double> heat_rate;
    /// Change of −ln p_t along the paths over the same window, per length of it.
    std::vector<double> system_change_rate;
    double heat = 0;           ///< over the whole of [0, T]: ⟨ΔS_E⟩
    double system_change = 0;  ///< over the whole of [0, T]: ⟨ΔS⟩
};

/// Runs `samples` trajectories from the exact p_0 or p_T. The axis coordinate is integrated. The d − 1 transverse ones are
/// independent linear chains x ← g x + s z, and every average here needs only the sum R of all their squares over the
/// samples, heat included (their drift is linear, so the midpoint rule gives ½ Σ_n c_n (R_{n+1} − R_n)): R itself is the
/// Markov chain R ← (g √R + s z)² + s² χ²_{(d−1) samples − 1}, and is drawn in law at each step. `times` within [0, T].
/// Purposes of random numbers: initial_state, noise, transverse. Precision of the sums: double.
[[nodiscard]] PathRates measure_path_rates(const RateExperiment& experiment, std::span<const double> times,
                                           const RandomStream& random, const Stop& stop);

}  // namespace gdm
