#pragma once

#include <cstddef>
#include <vector>

#include "gdm/physics/machines/unit_moments.hpp"

/// Laws of the 2^n states of n units 0 and 1; bit i of a state is unit i. Weights are built by doubling.
namespace gdm {

/// Throws std::invalid_argument for more units than `most`.
void require_countable(std::size_t most, std::size_t units);

/// −E of all states of the units from `first` to before `last`, without couplings to others; bit i is unit first + i.
[[nodiscard]] std::vector<double> state_log_weights(const BoltzmannMachine& machine, std::size_t first, std::size_t last,
                                                    const std::vector<double>& biases);
/// Turns logarithms of weights into the law, and returns that of their sum.
double normalise_weights(std::vector<double>& weights);
/// a[t] = Σ_{s ⊇ t} law[s], in place: every moment, as ⟨Π_{i∈t} s_i⟩ = a[t].
void sum_supersets(std::vector<double>& law);
/// Of a law of all units of the machine.
[[nodiscard]] UnitMoments moments_of_law(const BoltzmannMachine& machine, std::vector<double> law);

}  // namespace gdm
