#pragma once

#include <span>
#include <vector>

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Speed limits of the two Gaussian classes on the space of laws with the Wasserstein distance. The probability flow has
/// velocity v = x + ∇ln p_t, a gradient, and the entropy production is π = E‖v‖²: √π is the speed of p_t in W₂ (Benamou and
/// Brenier 2000), forward and reverse. So W₂(p_0, p_T) ≤ ∫₀ᵀ √π dt ≤ √(T ∫₀ᵀ π dt).
///
/// A wrong start p̃_T instead of p_T, carried to 0 by the exact flow, keeps χ² = ∫ (p − p̃)²/p, and its W₁ distance grows by
/// at most √χ² ∫ √π dt ≤ √(χ² T ∫ π dt): the speed–accuracy relation (ΔW₁)²/χ² ≤ T ∫ π dt of Ikeda et al. (2025). It bounds
/// the error made by the start, not that of a discretisation.
namespace gdm {

/// Integrals of the entropy production rate π over [0, T], all d coordinates.
struct PathIntegrals {
    double entropy_production = 0;  ///< ∫ π dt, in nats
    double length = 0;              ///< ∫ √π dt, the length of the path p_t in W₂
};
/// At each of the ascending times T ≥ 0; by quadrature, to about 1e-5.
[[nodiscard]] std::vector<PathIntegrals> path_integrals(const GaussianMixture& mixture, std::span<const double> times);

/// W₂(p_0, p_t), all d coordinates.
[[nodiscard]] double path_distance(const GaussianMixture& mixture, double t);

/// W₁ between the axis law of p_0 and what the exact probability flow makes of N(0, 1) at t.
[[nodiscard]] double start_error(const GaussianMixture& mixture, double t);
/// Its bound W₁(p_t, N(0, 1)) + √χ² ∫ √π, with the length ∫ √π of the path of the axis coordinate alone (path_integrals of
/// the model {M, σ², 1}); infinite for Γ_t ≤ ½, where χ² is.
[[nodiscard]] double start_error_bound(const GaussianMixture& mixture, double t, double axis_length);

}  // namespace gdm
