#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Entropy production rate π, entropy flux to the environment (φ forward, φ* in reverse) and rate of the system's entropy
/// along the diffusion of two Gaussian classes (Yu and Huang, II.C–D, III.E, appendix E, figs. 9 and 10), in d dimensions,
/// from trajectories and in closed form. Besides the averages over the states at t, the heat that the paths themselves give
/// to the environment, and their −ln p_t, over the windows between the times.
///
/// Rates are per unit of diffusion time travelled (of t forward, of s = T − t in reverse) and for all d coordinates
/// together. The transverse coordinates enter by the sum of their squares, drawn in law (measure_path_rates). Trajectories
/// have the bias of their integrator, O(dt) for euler_maruyama and for heat by the midpoint rule: dt is a grid axis, and
/// scalars are extrapolated along it.
[[nodiscard]] Experiment entropy_rate();

}  // namespace gdm
