#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The Franz–Parisi potential V(q, t) of two Gaussian classes: the free energy of a clean sample at the squared distance q
/// from another one, both given the same noisy state at t (Yu and Huang, III.F and fig. 11, there for d = 1), with V′ =
/// dV/dq and V″, and its inflection points and minima over q. Any d at the same cost: a pair is three random numbers (see
/// FranzParisi), common to all t and q, so that curves over either are smooth. q is given per dimension unless `q_unit =
/// absolute`.
///
/// In one dimension the pairs are averaged as they are (eq. 79). For d > 1 the contribution of each is averaged over the
/// state x_t along the axis in closed form, and half of the pairs are drawn from a wider law: V″ is made by rare pairs
/// there. Beside the measurement stand the same averages by quadrature (FranzParisiQuadrature) and the leading order at
/// large d.
[[nodiscard]] Experiment franz_parisi();

}  // namespace gdm
