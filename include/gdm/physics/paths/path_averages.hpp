#pragma once

#include "gdm/physics/paths/path_entropies.hpp"

namespace gdm {

/// What the entropies of paths average to at this dt, in all d dimensions, and ⟨e^{−ΔS_tot}⟩; each NaN where it is not
/// known.
struct PathAverages {
    double system = 0, environment = 0, total = 0;
    double exponential = 1;
};

/// By AxisCumulants along the axis, and from the moments of the Gaussian chain across it. A chain of more than 600 steps
/// (heun: 300) along the axis is not followed: its averages are smooth functions of 1/steps (Talay and Tubaro 1990), and are
/// interpolated between those of 1/4, 1/2 and all of 600 steps and the limit of many, which for a start from p_t is known.
/// What the coarsest of these changes must be below 2e-4 of the value (or of 1), otherwise up to 6 times as many steps are
/// followed after all. ⟨e^{−ΔS_tot}⟩ is NaN where it does not exist (tail index up to 1), and where paths rarer than 1 in
/// 10⁹ make it, which no sample has: ln ⟨w⟩ − ⟨w ln w⟩/⟨w⟩ < −20.7, w = e^{−ΔS_tot}.
[[nodiscard]] PathAverages path_averages(const PathProblem& problem, EntropyRule rule);

/// The same for dt → 0: entropy changes of the exact densities, and 1. NaN for a start from white noise.
[[nodiscard]] PathAverages path_averages_limit(const PathProblem& problem);

}  // namespace gdm
