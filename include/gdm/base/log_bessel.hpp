#pragma once

/// Modified Bessel functions of the first kind in a form that neither over- nor underflows.
namespace gdm {

/// ln(e^{−x} I_ν(x)) for ν ≥ −½ and x ≥ 0, with a relative error near 1e-13 for every ν and x up to 1e12 (an absolute one
/// where the logarithm crosses 0, which it does for ν < 0 only). At x = 0 it is 0 for ν = 0, −∞ for ν > 0, +∞ for ν < 0.
/// Olver's uniform expansion (DLMF 10.41.3) for ν ≥ 20; below that the power series for x ≤ 8, otherwise the recurrence
/// I_{ν−1} = I_{ν+1} + (2ν/x) I_ν downward from ν ≥ 20, where all terms are positive. Throws std::invalid_argument.
[[nodiscard]] double log_bessel_i_scaled(double nu, double x);

/// The same with the ratio I_{ν+1}(x)/I_ν(x), from 0 to 1 (for ν ≥ −½), which gives the slope:
/// d ln I_ν/dx = ratio + ν/x.
struct LogBessel {
    double log_scaled = 0;  ///< ln(e^{−x} I_ν(x))
    double ratio = 0;       ///< I_{ν+1}(x)/I_ν(x)
};
[[nodiscard]] LogBessel log_bessel_i_with_ratio(double nu, double x);

}  // namespace gdm
