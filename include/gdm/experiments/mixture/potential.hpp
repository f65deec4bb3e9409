#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The potential U = −½‖x‖² − 2 ln p_t(x) of the reverse dynamics of two Gaussian classes along their axis, x = a m̂, with
/// its derivatives and the free energy F of the denoising inference, U = 2βF − ½a² + const (Yu and Huang, III.C, figs. 4 and
/// 6).
///
/// With N = inf the score is exact and U a closed form: every replica is the same, and errors are 0. With finite N each
/// replica draws N points, and U is that of their empirical density (1/N) Σ_j N(x; e^{−t} y_j, ΔI): the mean over data sets
/// stands, with its error, beside the exact one. It lies above it (Jensen), and never falls at infinity, as Δ < 2.
[[nodiscard]] Experiment potential();

}  // namespace gdm
