#pragma once

#include <span>

namespace gdm {

/// The exponent p and amplitude A of y = A x^p (1 + a x^ω + b x^{2ω} + …) for x → 0.
struct PowerLaw {
    double exponent = 0, amplitude = 0;
    /// |with the term x^{2ω} − without|, and what the fit leaves: how far the window reaches beyond the power law.
    double exponent_error = 0, amplitude_error = 0;
};

/// Least squares of ln y = ln A + p ln x + c₁ x^ω + c₂ x^{2ω} over the points with 0 < x ≤ window and a positive y, all of
/// one weight. NaN with fewer than six points. `fixed_exponent`: p where it is known (0 for a ratio), NaN to fit it.
[[nodiscard]] PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, double omega, double window,
                                     double fixed_exponent);

}  // namespace gdm
