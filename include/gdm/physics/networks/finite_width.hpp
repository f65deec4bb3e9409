#pragma once

#include <span>
#include <vector>

#include "gdm/physics/networks/mean_field.hpp"

namespace gdm {

/// What a finite width N adds to the mean field of an mlp at its fixed point q*, to first order in 1/N. With the noises of
/// a layer η = σ_w²(⟨φ²⟩ − Eφ²), ε = ⟨φ′²z_2²⟩/Eφ′² − 1 and κ = d ln χ/dq,
///     δq′ = χ_q δq + η,   ln D′/D = ln χ + κ δq + ½κ′ δq² + ε − ½ε² + r²(E φ′²z²/Eφ′² − 1),
/// where r is the correlation of a perturbation with its state, of variance σ_w⁴E φ²φ′²/(q χ N (1 − χ_q²/χ)).
struct FiniteWidth {
    double length_variance;   ///< N Var q
    double length_shift;      ///< N (⟨q⟩ − q*)
    double lyapunov_shift;    ///< N (λ − ½ ln χ), λ = ½⟨ln D′/D⟩
    double growth_diffusion;  ///< N Var(Σ ln D′/D)/l for many layers l: Var(ε + κη/(1 − χ_q)) N
};
/// For tanh and erf with q* > 0, and relu with σ_b = 0, whose lengths have no fixed point (NaN). NaN elsewhere.
[[nodiscard]] FiniteWidth finite_width(const RandomLayer& layer);

/// Moments of y in dy = ((m + σ²/2) y − f″y²/2) ds + σ y dB (Itô), y = ∞ at s = 0: the limit of Nρ at s = l/N near the
/// critical line, m = 2Nλ.
struct DiffusedGap {
    double mean, median, mean_log;
};
/// At each of the times s > 0, ascending; from the Fokker-Planck equation of ln y by finite volumes, to about 1e-3.
[[nodiscard]] std::vector<DiffusedGap> diffused_gap(double curvature, double log_drift, double variance,
                                                    std::span<const double> times);

}  // namespace gdm
