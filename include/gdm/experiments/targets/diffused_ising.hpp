#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Ising spins p(y) ∝ e^{(1/2T) Σ_{j≠k} W_jk y_j y_k} as data of a diffusion model. A noisy state x = y + √θ z (Brownian
/// process) leaves as posterior an Ising model in the fields x/θ: its mean m(x) gives the score (m − x)/θ, its covariance
/// C(x) the bare susceptibility C/θ and the Jacobian of the score −1/θ + C/θ². At x = 0 that turns unstable at θ_c =
/// λ_max(Cov y), which the transition of the data themselves makes large: θ_c → T/(T − 1) for Curie–Weiss and (T/(T − 1))²
/// for Sherrington–Kirkpatrick couplings above T = 1, and n times a squared order parameter below (Ambrogioni 17–18, 24–26).
[[nodiscard]] Experiment diffused_ising();

}  // namespace gdm
