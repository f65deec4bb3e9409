#pragma once

#include <cstddef>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/machines/boltzmann_machine.hpp"
#include "gdm/physics/machines/machine_data.hpp"

/// Machines of spins ±1 without hidden units whose couplings are known, to be found again from their states: the inverse
/// Ising problem (Nguyen, Zecchina and Berg, Advances in Physics 66, 197, 2017).
namespace gdm {

/// Normal couplings of variance β²/n between all n spins (Sherrington and Kirkpatrick 1975), without fields
/// (Purpose::couplings).
[[nodiscard]] BoltzmannMachine planted_spins(std::size_t spins, double beta, const RandomStream& random);

/// The couplings 1/T of neighbours of the periodic L × L Ising model, 2/T at L = 2 where bonds are double.
[[nodiscard]] BoltzmannMachine lattice_spins(std::size_t size, double temperature);

/// Independent states of a machine of spins, +1 as units 1, each after so many sweeps from random units (Purpose::dataset).
[[nodiscard]] BinaryData sampled_rows(const BoltzmannMachine& spins, std::size_t rows, std::size_t sweeps,
                                      const RandomStream& random);

/// √(Σ (J_ij − J*_ij)²/Σ J*_ij²) over pairs of visible spins.
[[nodiscard]] double reconstruction_error(const BoltzmannMachine& learned, const BoltzmannMachine& planted);
/// √(Σ J_ij²) over pairs.
[[nodiscard]] double coupling_norm(const BoltzmannMachine& machine);

/// √(Σ Var(Ĵ_ij)) over all pairs of spins ±1 of a fully visible machine learned by maximum likelihood from many independent
/// rows of its own, by the inverse of the Fisher information, the covariance of all s_i s_j and s_i: the bound of Cramér and
/// Rao. At most 18 units; throws std::invalid_argument.
[[nodiscard]] double reconstruction_bound(const BoltzmannMachine& machine, double rows);

}  // namespace gdm
