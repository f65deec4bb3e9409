#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Entropies of two Gaussian classes in nats and their rates per unit of t, in d dimensions, for dX = −X dt + √2 dW and its
/// reverse (Yu and Huang, II.B, III.E and eqs. 67–69 in d dimensions). Valid while Γ_t > 0.
namespace gdm {

/// S(t) = −E ln p_t = (d/2) ln(2πe Γ) + I(λ).
[[nodiscard]] double entropy(const GaussianMixture& mixture, double t);

/// Fisher information of position F = E‖∇ln p_t‖² = d/Γ − (M_t²/Γ²)(1 − q(λ)).
[[nodiscard]] double fisher_information(const GaussianMixture& mixture, double t);

/// π = E‖x + ∇ln p_t‖² = M_t² + dΓ − 2d + F ≥ 0, the same forward and reverse (Yu and Huang, eq. 68). Written without the
/// cancellation of its terms at large t.
[[nodiscard]] double entropy_production_rate(const GaussianMixture& mixture, double t);

/// φ = M_t² + dΓ − d: entropy given to the environment by the forward process (Yu and Huang, eq. 67).
[[nodiscard]] double entropy_flux(const GaussianMixture& mixture, double t);

/// φ* = M_t² + dΓ − 3d + 2F: the same of the reverse process, per unit of s = T − t (Yu and Huang, eq. 69, with its last
/// term added, not subtracted).
[[nodiscard]] double reverse_entropy_flux(const GaussianMixture& mixture, double t);

/// Ṡ = dS/dt = F − d = π − φ. In reverse dS/ds = π − φ* is its negative.
[[nodiscard]] double entropy_rate(const GaussianMixture& mixture, double t);

/// ∫ π dt between two times in either order, from π = Ṡ + φ: S(T) − S(0) + ½ (M² + d(σ² − 1))(1 − e^{−2T}) from 0 to T. The
/// mean total entropy of a path, forward and reverse.
[[nodiscard]] double entropy_production(const GaussianMixture& mixture, double from, double to);

}  // namespace gdm
