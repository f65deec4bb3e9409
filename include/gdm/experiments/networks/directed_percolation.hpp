#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Bond directed percolation in 1 + 1 dimensions: density against time from full lattices, or number of active sites and
/// survival from one active site; effective exponent of the decay, and a collapse of sizes. The reference for what is
/// claimed to be in its universality class. (Hinrichsen, Adv. Phys. 49, 815 (2000); Jensen, J. Phys. A 32, 5233 (1999))
[[nodiscard]] Experiment directed_percolation();

}  // namespace gdm
