#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The entropy of spins on a square lattice from a score network that is trained on configurations of them (MINDE), beside
/// thermodynamic integration and, for Ising, Kaufman's exact one. A replica is one training run; T is an inner axis, because
/// one network learns all temperatures. Two estimates a spin, with ½∫ dγ by strata of ln γ (noisy_spins.hpp):
///
///     entropy_bound = ln 2 − ½∫ E(|X − Q|² − |X − D|²) dγ/N    not below the entropy, whatever the network
///     entropy_minde = ln 2 − ½∫ E|D − Q|² dγ/N                 the identity of scores, for D = E[X | y]
///
/// (ln 2π for XY), Q the exact denoiser of independent spins, D the network's; configurations are fresh.
[[nodiscard]] Experiment learned_entropy();

}  // namespace gdm
