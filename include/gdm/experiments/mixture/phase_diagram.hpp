#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Symmetry breaking in the generation of two Gaussian classes, over (μ, σ², d, N): where and when does the symmetric state
/// lose its stability, and when is the class of a sample decided?
///
/// Three measurements at every time t, all of trajectories of the reverse SDE (Yu and Huang, eqs. 35, 52):
/// 1. Linear response. Pairs start at ±ε around the symmetric state and share their noise; the growth rate of their
/// distance, extrapolated to steps without length, is −U″(0). Each replica finds the time at which its own vanishes, so that
/// nothing is interpolated: the mean is t_S, and outside the classes t_USB. Together they give the phase (Yu and Huang,
/// fig. 5 and appendix B). Outside the classes pairs grow without noise, and what differs between replicas is rounding.
/// 2. Clones. The state at t is copied and both copies run to 0 with independent noise: how often do they agree? (Biroli et
///    al., "U-turn".) The main trajectory is one of the copies.
/// 3. Moments of the order parameter a = m̂·x, and at t = 0 the quality of the sample: the histogram of its probability
///    integral transform, and the variance of the transverse coordinates.
///
/// With N finite the score is that of N data points, drawn anew in each replica, and only the response is measured: the
/// curvature of ln p_t^emp at x = 0. At small t the grain of the data makes the symmetric state unstable as well, when
/// p_t^emp falls apart into single peaks; the smallest positive time of the axis t decides whether that is seen.
///
/// The closed forms beside the measurements never enter them. They do set step sizes: Γ_t and M_t are known scales.
[[nodiscard]] Experiment phase_diagram();

}  // namespace gdm
