#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The self-consistent states of a diffusion model, m = ⟨y⟩_{m+h} under noise θ (Ambrogioni 22), of two and four deltas, the
/// sphere in d dimensions, N random points or a user's: every branch with its stability and free energy, the state of least
/// free energy with its response, where branches end (θ_c by continuation, no symmetry supposed), the landscape around θ_c,
/// and the exponents β, γ, δ by fits near it. Nothing is sampled but random points: of them a replica has its own.
[[nodiscard]] Experiment order_parameter();

}  // namespace gdm
