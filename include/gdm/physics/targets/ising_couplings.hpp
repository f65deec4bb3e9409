#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gdm/physics/spins/spin_glass.hpp"

namespace gdm {

/// Couplings of n Ising spins, E = −½ Σ_{j≠k} W_jk y_j y_k (each pair once: −Σ_{j<k}): those of `pairs`, and `uniform`
/// between every two of them. The target of the diffusion is p(y) ∝ e^{−E/T} (Ambrogioni 17, with aligned spins favoured by
/// W > 0).
struct IsingCouplings {
    SpinGlass pairs;
    double uniform = 0;

    [[nodiscard]] std::size_t spins() const noexcept { return pairs.sites(); }
    [[nodiscard]] double energy(std::span<const std::int8_t> spins) const;
};

/// W = 1/n for every pair.
[[nodiscard]] IsingCouplings curie_weiss_couplings(std::size_t spins);
/// W = 1 for the bonds of a lattice.
[[nodiscard]] IsingCouplings lattice_couplings(const Lattice& lattice);
/// Those of a symmetric matrix (n, n), row-major, whose diagonal does not matter; W = 0 is no coupling.
[[nodiscard]] IsingCouplings matrix_couplings(std::span<const double> matrix, std::size_t spins);

}  // namespace gdm
