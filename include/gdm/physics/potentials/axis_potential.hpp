#pragma once

#include <span>
#include <vector>

#include "gdm/physics/process/gaussian_mixture.hpp"
#include "gdm/physics/weights/empirical_score.hpp"

/// The potential of the reverse dynamics and the free energy of the denoising inference along the axis of the two classes,
/// at x = a m̂ (all coordinates across the axis zero), where both have their structure (Yu and Huang, III.C, appendix B).
namespace gdm {

/// ln p(a m̂) in d dimensions and its derivatives by a.
struct AxisLogDensity {
    double value = 0;
    double score = 0;
    double score_slope = 0;
};

/// That of p_t; t ≥ 0.
[[nodiscard]] AxisLogDensity exact_axis_log_density(const GaussianMixture& mixture, double t, double a);

/// That of N data points, p_t^emp = (1/N) Σ_j N(x; e^{−t} y_j, ΔI); t > 0, d ≥ 1; `scratch` holds N numbers:
///     score = (e^{−t}⟨m̂·y⟩_w − a)/Δ,   score_slope = −1/Δ + (e^{−2t}/Δ²) Var_w(m̂·y).
[[nodiscard]] AxisLogDensity empirical_axis_log_density(const AxisDataset& data, double d, double t, double a,
                                                        std::span<double> scratch);

/// U = −½a² − 2 ln p_t (Yu and Huang, eq. B1, normaliser of p_t included) with U′ = −a − 2 score and U″.
struct AxisPotential {
    double value = 0;
    double slope = 0;
    double curvature = 0;
};
[[nodiscard]] AxisPotential axis_potential(const AxisLogDensity& density, double a);

/// F = −(1/β) ln Z with β = 1/Δ and Z = ∫ e^{−H} dx_0 = (2πΔ)^{d/2} p_t(x) (Yu and Huang, eqs. 47–51, with the normaliser of
/// p_0):
///     F = −Δ [ln p_t + (d/2) ln(2πΔ)],   U = 2βF − ½a² + d ln(2πΔ).
/// At t = 0, where β is infinite, F = 0.
[[nodiscard]] double inference_free_energy(double log_density, double d, double t);

/// Positive position of the minima of U, where (2 − Γ) a = 2 M_t tanh(M_t a/Γ); 0 if a = 0 is the only minimum, NaN if
/// U has none (it falls at infinity, Γ > 2, or is flat there).
[[nodiscard]] double potential_minimum(const GaussianMixture& mixture, double t);

/// U(0) − U at the minima: 0 if a = 0 is the only minimum, NaN if there is none.
[[nodiscard]] double potential_barrier(const GaussianMixture& mixture, double t);

}  // namespace gdm
