#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The entropy of Ising spins by halving them again and again (MICE: Nir, Sela, Beck and Bar-Sinai, PNAS 117, 30234, 2020):
/// H(X_k) = H(X_{k+1}) + H(X'_{k+1}) − I(X_{k+1}; X'_{k+1}) for the halves X, X' of a block. With the assumption that both
/// halves have the same entropy, and V_k spins in block k,
///
///     H(X_0)/V_0 = H(X_m) − Σ_{k < m} I_k/V_k,   H(X_m) = ln 2 of one spin, I_k between the halves of block k.
///
/// Block 0 is the whole lattice, block k + 1 the first half of block k: of its columns, and of the spins of the last column.
/// A block is a part of the whole lattice, seen alone: its law is that of the lattice summed over all other spins, no Ising
/// model of its own. On a torus all halves are translates and the assumption holds; with open ends it does not (the outer
/// half of a half is not the inner one), and `entropy_assumed` tells what MICE gives with exact informations.
///
/// I_k is measured from scores, as in minde: I_k = ∫ (e^{−2t}/Δ²) E‖⟨s⟩ − ⟨s⟩_halves‖² dt, where ⟨s⟩ is the posterior mean
/// of the block's spins given all of the block's noised spins, ⟨s⟩_halves given those of their own half.
[[nodiscard]] Experiment mice();

}  // namespace gdm
