#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The integral fluctuation theorem ⟨e^{−ΔS_tot}⟩ = 1 along paths of the forward and the reverse process of two Gaussian
/// classes (Yu and Huang, II.B, III.D, appendix A, figs. 2, 3, 7, 8; Seifert, PRL 95, 040602, 2005), in d dimensions:
/// averages, distributions and tails of the entropies by the midpoint rule of the paper and by a rule without bias at any
/// step. e^{−ΔS_tot} can have an infinite variance; its average then has no Gaussian error, and none is given.
[[nodiscard]] Experiment fluctuation_theorem();

}  // namespace gdm
