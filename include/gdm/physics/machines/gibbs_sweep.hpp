#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/machines/boltzmann_machine.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"

namespace gdm {

/// Gibbs sweeps of many chains of a Boltzmann machine whose units may all couple, in single precision: one unit after the
/// other is drawn given all others, 32 chains at once. Each sum runs over all units in their order with fused multiply-adds,
/// and a unit draws from its own place, so that the state of a chain does not depend on the other chains or on the lanes.
class GibbsSweep {
  public:
    explicit GibbsSweep(const BoltzmannMachine& machine) { set(machine); }
    /// Takes other parameters, rounded to single precision.
    void set(const BoltzmannMachine& machine);
    /// Biases at β = 0; 0 until they are set: fields are (1 − β) base + β(θ + Σ w s). For annealing.
    void set_base(std::span<const double> base);

    /// Draws the units from `first` on; those before are held. `beta` 1/T of all chains. Draws stand at {draw = unit/4,
    /// step, sample = 2^31 + first_chain + chain}. Both throw std::invalid_argument for other shapes.
    void draw(UnitPanels& states, const GibbsDraws& draws, std::size_t first = 0, float beta = 1) const;
    /// Puts the probabilities of being 1 in the place of the units from `first` on, which must not couple among themselves.
    void probabilities(UnitPanels& states, std::size_t first) const;

  private:
    void check(const UnitPanels& states) const;
    std::vector<float> couplings_, biases_, base_;
};

}  // namespace gdm
