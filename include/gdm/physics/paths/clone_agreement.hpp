#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Clone (U-turn) experiment: the state at t is copied, both copies run to 0 with independent noise; how often do they end
/// in the same class? Closed forms for trajectories of the exact reverse process.
namespace gdm {

/// By class label: φ = (1 + q(λ_t))/2 (Biroli et al., section on speciation; here without their large-d approximation).
[[nodiscard]] double clone_agreement_by_class(const GaussianMixture& mixture, double t);

/// (1 + q(1))/2: the agreement by class at the time t_b where p_t becomes bimodal, in any dimension.
inline constexpr double clone_agreement_at_t_b = 0.775200245396664;

/// By sign of the axis coordinate at time 0: φ = E[P² + (1 − P)²] with P = P(a_0 > 0 | a_t) from the exact reverse kernel
/// and a_t ~ p_t, by quadrature to about 1e-9. 1 at t = 0.
[[nodiscard]] double clone_agreement_by_sign(const GaussianMixture& mixture, double t);

/// P(a_0 > 0 | a_t = a) = Σ_{c=±} ½(1 + c tanh(M_t a/Γ)) Φ(mean_c/√v), mean_c = cM + (σ²e^{−t}/Γ)(a − cM_t), v = σ²Δ_t/Γ.
[[nodiscard]] double probability_of_positive_end(const GaussianMixture& mixture, double a, double t);

}  // namespace gdm
