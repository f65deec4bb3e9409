#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// When the empirical score of N points, ln N = α d, starts to memorise: closed forms for two Gaussian classes at leading
/// order in d (Biroli et al., section on collapse; here with the class information that their formula drops). Times that do
/// not exist are NaN.
namespace gdm {

/// t_C = ½ ln(1 + σ²/(N^{2/d} − 1)), the root of ln N = (d/2) ln(Γ/Δ) (Biroli et al.).
[[nodiscard]] double t_c_published(const GaussianMixture& mixture, double log_n);

/// The root of ln N − I(λ) − `log_offset` = (d/2) ln(Γ/Δ). With log_offset = 0 the entropy of the weights vanishes there:
/// two separated classes act as N → N/2. With log_offset = ln 2 the others weigh as much as the state's own point: ⟨Y⟩ ≈ ½.
[[nodiscard]] double t_c_with_information(const GaussianMixture& mixture, double log_n, double log_offset);

/// Excess entropy per dimension of planted states, f = max(0, ln N − (d/2) ln(Γ/Δ) − I(λ))/d.
[[nodiscard]] double planted_excess_entropy(const GaussianMixture& mixture, double log_n, double t);

/// Population states below t_C (d → ∞, one class): the weights freeze on the levels at the tilt l < 1 with
/// α − ½ln(1+lu) − ½l(1+u)/(1+lu) + ½lu/(1+lu) + ½l(1+u)/(1+lu)² = 0, u = σ²/(e^{2t} − 1). 1 above t_C.
[[nodiscard]] double population_tilt(double sigma2, double alpha, double t);

/// ⟨Y⟩ = 1 − l of population states.
[[nodiscard]] double population_participation_ratio(double sigma2, double alpha, double t);

/// f of population states, ½ − ½u/(1+lu) − ½(1+u)/(1+lu)² below t_C (negative), that of planted states above (without I).
[[nodiscard]] double population_excess_entropy(double sigma2, double alpha, double t);

}  // namespace gdm
