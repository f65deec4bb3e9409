#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Times at which the rates of entropy change sign (Yu and Huang, III.E, figs. 9 and 10, in d dimensions). NaN where there
/// is none; the largest where there are several. To 1e-12, from the closed forms.
namespace gdm {

/// φ*(t) = 0: where the entropy that the reverse process gives to the environment changes sign (eq. 69).
[[nodiscard]] double flux_reversal_time(const GaussianMixture& mixture);

/// dS/dt = 0, or F = d: where the entropy S(t) of the ensemble has an extremum.
[[nodiscard]] double entropy_extremum_time(const GaussianMixture& mixture);

}  // namespace gdm
