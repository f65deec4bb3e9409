#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Sampling restricted Boltzmann machines with random weights or the user's: ln Z by annealed importance sampling beside the
/// exact one (smaller layer ≤ 24 units), and order parameters, autocorrelation time and thermalisation of Gibbs chains. A
/// replica is one machine (Salakhutdinov and Murray, ICML 2008; Decelle and Furtlehner, Chinese Phys. B 30, 040202, 2021).
[[nodiscard]] Experiment rbm_sampling();

}  // namespace gdm
