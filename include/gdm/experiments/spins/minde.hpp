#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Entropy, and mutual information of two halves, from scores: H = base − ∫_0^T E f dt, f the squared difference of the
/// score of the noised data and that of a reference (de Bruijn; Franzese, Bounoua and Michiardi 2023, MINDE), with exact
/// scores of Gaussians, of two Gaussian classes and of Ising spins.
///
/// Derived anew: along dX = −X dt + √2 dW two laws approach each other as d/dt KL(p_t‖q_t) = −E_{p_t}‖∇ln p_t − ∇ln q_t‖².
/// With q_0 = N(0, r²I), q_t = N(0, χ_t I), χ_t = r² e^{−2t} + 1 − e^{−2t}, and KL(p_0‖q_0) = −h + (d/2) ln(2πr²) +
/// E‖X_0‖²/2r²,
///
///     h = (d/2) ln(2πr²) + E‖X_0‖²/2r² − ∫_0^T E‖S − S_ref‖² dt − KL(p_T‖q_T).
///
/// Spins have no density, and the reference is that of free spins: KL(p_0‖q_0) = n ln 2 − H. From the other end, with
/// I(X_0; X_t) → H for spins as t → 0 and −d/dt I(X_0; X_t) = (e^{−2t}/Δ²) E‖X_0 − ⟨X_0 | X_t⟩‖² (Guo, Shamai and Verdú
/// 2005),
///
///     H = I(X_0; X_T) + ∫_0^T (e^{−2t}/Δ_t²) E‖X_0 − ⟨X_0 | X_t⟩‖² dt.
[[nodiscard]] Experiment minde();

}  // namespace gdm
