#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Training a Boltzmann machine whose units may all couple, of units 0 and 1 or ±1: a replica is one training run. Over the
/// number of updates: log-likelihood and pseudo-likelihood of the data, gradient, bias of CD-k, spectrum of the couplings,
/// and how far they are from those that made the data (Ackley, Hinton and Sejnowski, Cognitive Science 9, 147, 1985;
/// Salakhutdinov and Hinton, AISTATS 2009; Nguyen, Zecchina and Berg, Advances in Physics 66, 197, 2017).
[[nodiscard]] Experiment boltzmann_machine();

}  // namespace gdm
