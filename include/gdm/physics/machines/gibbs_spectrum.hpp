#pragma once

#include "gdm/physics/machines/rbm.hpp"

namespace gdm {

/// λ_2, the second eigenvalue of the transition matrix P(v′|v) = Σ_h P(v′|h) P(h|v) of a Gibbs step, which is reversible and
/// has no negative ones: what is left of the start falls at least as fast as λ_2^k. At most 10 units in each layer; throws
/// std::invalid_argument.
[[nodiscard]] double second_eigenvalue(const Rbm& machine, double temperature = 1);

}  // namespace gdm
