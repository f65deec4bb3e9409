#pragma once

#include <vector>

#include "gdm/physics/machines/boltzmann_machine.hpp"

namespace gdm {

/// Moments whose difference under two laws is the gradient of the log-likelihood.
struct UnitMoments {
    std::vector<double>
        pairs;  ///< ⟨s_i s_j⟩, (units, units), symmetric; what stands where units do not couple means nothing
    std::vector<double> means;  ///< ⟨s_i⟩, (units)
};
[[nodiscard]] UnitMoments zero_moments(const BoltzmannMachine& machine);
/// The moments of s = 2v − 1 from those of v: 4⟨v v⟩ − 2⟨v⟩ − 2⟨v⟩ + 1 and 2⟨v⟩ − 1. Of differences of moments: the same
/// without the constants.
[[nodiscard]] UnitMoments spin_moments(UnitMoments moments, bool difference = false);
[[nodiscard]] UnitMoments difference(UnitMoments from, const UnitMoments& what);
/// Over the pairs that couple and the biases, each once: Σ a b.
[[nodiscard]] double inner_product(const BoltzmannMachine& machine, const UnitMoments& a, const UnitMoments& b);

}  // namespace gdm
