#pragma once

/// Replica-symmetric theory of the Hopfield network with J_ii = 0 and P = αN fair random patterns, N → ∞ (Amit, Gutfreund
/// and Sompolinsky, PRL 55, 1530 (1985); Ann. Phys. 173, 30 (1987)).
namespace gdm {

/// A solution of m = ∫Dz tanh β(√(αr) z + m), q = ∫Dz tanh² β(√(αr) z + m), r = q/(1 − C)², C = β(1 − q). NaN: none.
struct HopfieldState {
    double m, q, r;
    /// f = α/2 + m²/2 + (α/2β)[ln(1 − C) − βq/(1 − C)] + (αβ/2) r(1 − q) − T∫Dz ln 2cosh β(√(αr) z + m).
    double free_energy;
    /// e = α/2 − m²/2 − α/(2(1 − C)) − (αβ/2) r(1 − q).
    double energy;
    /// αβ² ∫Dz sech⁴ β(√(αr) z + m)/(1 − C)²: replica symmetry is stable where it is below 1 (de Almeida and Thouless).
    double instability;
};

/// The stable state with m > 0; alpha ≥ 0, temperature ≥ 0 (at 0 the free energy is the energy, r = 1/(1 − C)², instability
/// infinite).
[[nodiscard]] HopfieldState hopfield_retrieval(double alpha, double temperature);
/// The spin glass, m = 0; the paramagnet q = 0 above T_g. temperature ≥ 0, alpha > 0 at 0.
[[nodiscard]] HopfieldState hopfield_spin_glass(double alpha, double temperature);

/// α_M(T), the largest α with retrieval states; 0 for T ≥ 1.
[[nodiscard]] double hopfield_retrieval_alpha(double temperature);
/// T_M(α), below which they exist (the upper one of two where the line is reentrant, α > 0.13791); NaN beyond. α ≥ 0.
[[nodiscard]] double hopfield_retrieval_temperature(double alpha);
/// α up to which the retrieval state is the ground state at T; 0 for T ≥ 1.
[[nodiscard]] double hopfield_ground_state_alpha(double temperature);
/// T_c(α), below which it is; NaN beyond the largest α of that line.
[[nodiscard]] double hopfield_ground_state_temperature(double alpha);
/// T_g = 1 + √α, below which there is a spin glass.
[[nodiscard]] double hopfield_spin_glass_temperature(double alpha);
/// T_R(α), below which replica symmetry is broken in the retrieval state; NaN without one. Below 2·10⁻³ by the formula for
/// small T, (4/3) √(αr/2π) e^{−m²/(2αr)} with m and r at T = 0.
[[nodiscard]] double hopfield_instability_temperature(double alpha);

}  // namespace gdm
