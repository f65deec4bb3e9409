#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// How the expected step of CD-k lies to the gradient of the log-likelihood, by all states, for machines of at most 10 units
/// a layer: cosine and ratio of norms over k, beside the second eigenvalue λ_2 of the Gibbs step's transition matrix, with
/// |λ_2|^k the slowest decay of the bias (Hinton 2002; Carreira-Perpiñán and Hinton, AISTATS 2005; Fischer and Igel 2011).
[[nodiscard]] Experiment contrastive_divergence();

}  // namespace gdm
