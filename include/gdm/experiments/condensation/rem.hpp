#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The random energy model: N = 2^M independent levels E ~ N(0, M/2), weights w ∝ e^{−βE} (Ambrogioni, section 10.1). It
/// condenses onto few levels at β_c = 2√ln 2: E[Y] → max(0, 1 − β_c/β), Y = Σ w². The same levels serve every β. Exact
/// curves at each finite M stand beside the measurement.
///
/// Units: β in units of β_c, entropies in nats. The transition is rounded over |T − T_c| ~ M^{−1/2}.
[[nodiscard]] Experiment rem();

}  // namespace gdm
