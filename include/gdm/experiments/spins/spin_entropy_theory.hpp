#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/spins/spin_model.hpp"
#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// The spins of a point of the experiment spin_entropy.
struct EntropySystem {
    SpinModel model;
    LatticeKind lattice;
    std::size_t L;
    explicit EntropySystem(const Point& point);
    [[nodiscard]] double sites() const;
    /// At β = 0, of a spin.
    [[nodiscard]] double free_entropy() const { return gdm::free_entropy(model); }
    /// T of the Ising transition; 0 for the XY model.
    [[nodiscard]] double critical() const;
    /// β up to which it is disordered, more or less.
    [[nodiscard]] double disordered() const { return model == SpinModel::xy ? 1 : 1 / critical(); }
};

/// The inverse temperatures of the places of its ladder (entropy_ladder), kept from point to point.
[[nodiscard]] std::vector<double> entropy_ladder_at(const Point& point);

/// What is known beside it: NAME_theory by Kaufman (Ising on the square lattice) or exactly (XY at L = 2), and the hot and
/// cold series of the square lattice where they are good to 3e-4 nats.
[[nodiscard]] std::vector<Theory> spin_entropy_theory();

}  // namespace gdm
