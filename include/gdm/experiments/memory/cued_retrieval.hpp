#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// From how noisy a cue x = y_1 + √θ z a dense associative memory of P = e^{αd} patterns still finds y_1, at λ = ratio/θ. At
/// ratio 1 its update x ← Σ_j w_j y_j is a full step of a diffusion model that knows these P points, and the noise at which
/// y_1 is lost is the one at which that model begins to memorise, θ_c = 1/(e^{2α} − 1): both are measured, ⟨w_1⟩ = ½ of cues
/// and the participation ratio of states made from a pattern that is not stored.
[[nodiscard]] Experiment cued_retrieval();

}  // namespace gdm
