#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Speciation of two Gaussian classes by the clone (U-turn) experiment: the state at t is copied and both copies run to 0
/// with independent noise; φ(t) is the probability that they end in the same class (Biroli, Bonnaire, de Bortoli, Mézard,
/// arXiv:2402.18491, fig. 2). With the exact score φ = (1 + q(λ_t))/2, which is 0.7752 at t_b = ½ ln(M² − σ² + 1), where p_t
/// becomes bimodal: the time at which the measured curve crosses this value is `t_s_clone`.
///
/// At large d λ_t = e^{−2(t − t_b)}: the curves of all d cross at t = t_b, and collapse over t − t_b; over t/t_b they
/// steepen as t_b = ½ ln(dμ²) grows. By default t is therefore given in units of t_b, so that one job resolves the
/// transition at every point of its grid.
[[nodiscard]] Experiment speciation();

}  // namespace gdm
