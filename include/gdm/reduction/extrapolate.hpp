#pragma once

#include <span>

namespace gdm {

/// A weighted least-squares polynomial at x = 0.
struct FitAtZero {
    double value = 0;
    double error = 0;  ///< standard error, from the errors of the points alone
    double chi2 = 0;   ///< Σ ((y − fit)/error)² per degree of freedom; NaN without one
};

/// Fits a polynomial of the given order to (x_i, y_i ± error_i), errors > 0, with weights 1/error². By orthogonal
/// polynomials P_k on the points (Forsythe 1957): value Σ_k P_k(0) ⟨y, P_k⟩/⟨P_k, P_k⟩, variance Σ_k P_k(0)²/⟨P_k, P_k⟩.
/// NaN if fewer than order + 1 of the x_i are distinct.
[[nodiscard]] FitAtZero fit_at_zero(std::span<const double> x, std::span<const double> y, std::span<const double> error,
                                    int order);

/// A limit and its errors.
struct Extrapolated {
    double value;
    double error;       ///< that of the fit, times √(χ²/degree of freedom) where that exceeds 1 (Birge 1932), and the
                        ///< systematic part, in quadrature
    double systematic;  ///< |fit − fit without the point of largest |x||: what the order of the polynomial leaves out
    double chi2;        ///< per degree of freedom
};

/// Extrapolates to x = 0; points without a finite value and a positive finite error are left out. NaN where fewer than
/// order + 2 are left. The systematic part holds the scatter of the two fits as well, so the error errs on the safe side
/// where the points themselves are noisy.
[[nodiscard]] Extrapolated extrapolate(std::span<const double> x, std::span<const double> y, std::span<const double> error,
                                       int order);

}  // namespace gdm
