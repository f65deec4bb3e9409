#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Order and chaos of signals in deep random networks: how the difference of two inputs, ρ = 1 − c, and gradients grow or
/// shrink from layer to layer at finite width, by the exact law of the preactivations (RandomNetworks), beside the mean
/// field of infinite width, its corrections of order 1/width and the diffusion of width · ρ at layers of order width.
/// Poole et al. (2016); Schoenholz et al. (2017); Yang and Schoenholz (2017) for resnets.
[[nodiscard]] Experiment signal_propagation();

/// Its parts.
[[nodiscard]] std::vector<Derived> signal_propagation_derived();
[[nodiscard]] std::vector<Along> signal_propagation_along();

}  // namespace gdm
