#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"

namespace gdm {

/// Σ_{bonds} s_i s_j, Σ s_i, and |Σ s e^{ikx}|² of the smallest k, averaged over the axes of the lattice.
struct IsingMeasured {
    std::int64_t bonds = 0, magnetisation = 0;
    double structure = 0;
};

/// Measures configurations of ±1 on a lattice, row by row, eight spins at a time.
class IsingSums {
  public:
    explicit IsingSums(const Lattice& lattice);
    [[nodiscard]] IsingMeasured measure(std::span<const std::int8_t> spins);

  private:
    LatticeKind kind_;
    std::size_t size_, depth_, bonds_;
    int dimension_;
    SmallestWave wave_;
    std::vector<std::int32_t> across_;  ///< Σ of the spins of each column
    std::vector<std::int64_t> columns_, rows_, planes_;
};

}  // namespace gdm
