#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// What the reduction computes from the observables of `phase_diagram`: responses extrapolated to zero excursion, their
/// zeros t_s and t_usb, the phase, the crossing of the clones, the Binder cumulant and the Kolmogorov-Smirnov distance.
[[nodiscard]] std::vector<Derived> phase_diagram_derived();

/// The closed forms beside them (Yu and Huang, III.C and appendix B; Biroli et al. for t_b).
[[nodiscard]] std::vector<Theory> phase_diagram_theory();

}  // namespace gdm
