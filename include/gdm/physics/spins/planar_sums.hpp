#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"
#include "gdm/physics/spins/xy_updates.hpp"

namespace gdm {

struct PlanarMeasured {
    double bonds = 0;                 ///< Σ_{bonds} cos(θ_i − θ_j)
    std::array<double, 2> current{};  ///< Σ sin(θ_j − θ_i) over the bonds along each axis
    PlanarSpin magnetisation{0, 0};   ///< Σ s
    std::int64_t vortices = 0;        ///< plaquettes around which the angle turns by ±2π
    double structure = 0;             ///< |Σ s e^{ikx}|² of the smallest k, averaged over the axes
};

/// Measures configurations of the square lattice, without a trigonometric function: the angle turns around a plaquette by 2π
/// times the winding number of the polygon of its four spins about the centre of the circle.
class PlanarSums {
  public:
    /// Throws std::invalid_argument for other lattices.
    explicit PlanarSums(const Lattice& lattice);
    [[nodiscard]] PlanarMeasured measure(std::span<const PlanarSpin> spins);

  private:
    std::size_t size_;
    SmallestWave wave_;
    std::array<std::vector<double>, 4> profiles_;       ///< Σ of x and of y by column, and by row
    std::vector<std::int8_t> right_, up_, next_right_;  ///< passages along the bonds of a row
};

}  // namespace gdm
