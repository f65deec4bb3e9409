#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// How many patterns a dense associative memory (modern Hopfield network) holds: the weight of a pattern y_1 among P =
/// e^{αd} at the cue x = y_1 + √θ z, softmax weights w_j ∝ e^{λ x·y_j}, against α. `levels`: the other patterns are random
/// energy levels, P up to e^1000, exact at each d; `explicit`: patterns one by one, and the fixed point of x ← Σ w_j y_j
/// that the cue leads to. alpha_half is where ⟨w_1⟩ = ½; its limit d → ∞ stands beside retrieval_load.
[[nodiscard]] Experiment associative_memory();

}  // namespace gdm
