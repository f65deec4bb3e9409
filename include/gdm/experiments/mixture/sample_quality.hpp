#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// How well samples of the reverse process follow p_0, for any step and integrator (Yu and Huang, III.C, claim that
/// generation fails for σ² > 2).
[[nodiscard]] Experiment sample_quality();

}  // namespace gdm
