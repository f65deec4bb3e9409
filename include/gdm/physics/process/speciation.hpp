#pragma once

#include "gdm/physics/process/gaussian_mixture.hpp"

/// When the two classes separate: curvatures of the potential, transition times, phases (Yu and Huang, III.C and
/// appendix B; Biroli et al.). A time that is not positive is NaN: that transition does not exist.
namespace gdm {

enum class BreakingPhase { unbroken = 0, stable_breaking = 1, unstable_breaking = 2 };

/// Linear response of the reverse drift f* = x + 2 ∇ln p_t along the axis at x = 0: ∂f*_a/∂a = 1 − 2/Γ + 2 M_t²/Γ² = −U″(0)
/// (Yu and Huang, eq. B4). Positive: the symmetric state is unstable.
[[nodiscard]] double symmetric_response(const GaussianMixture& mixture, double t);

/// The same far outside both classes, and in the d − 1 transverse directions anywhere: 1 − 2/Γ.
[[nodiscard]] double outer_response(const GaussianMixture& mixture, double t);

/// Largest time with U″(0) = 0: e^{2t} = M² + √(M⁴ + (σ² − 1)²) (Yu and Huang, eq. after B4, in d dimensions). At large d
/// ½ ln(2 d μ²), above the t_S of Biroli et al. (see t_b) by ½ ln 2.
[[nodiscard]] double t_s_potential(const GaussianMixture& mixture);

/// Time below which the potential falls at infinity (Γ > 2): t_USB = ½ ln(σ² − 1), for σ² > 2 (Yu and Huang, below B5).
[[nodiscard]] double t_usb(const GaussianMixture& mixture);

/// Time below which p_t itself has two maxima (λ = 1): t_b = ½ ln(M² − σ² + 1); Biroli et al. call its large-d limit t_S.
[[nodiscard]] double t_b(const GaussianMixture& mixture);

/// Phase of the potential at t = 0: unstable for σ² > 2, otherwise stable breaking iff 2M² + (σ² − 1)² > 1 (Yu and Huang,
/// fig. 5).
[[nodiscard]] BreakingPhase breaking_phase(const GaussianMixture& mixture);

}  // namespace gdm
