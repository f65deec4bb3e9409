#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Two inputs of a random 1-D convolutional network, whose distance ρ = Σ|h − h̃|²/Σ(|h|² + |h̃|²) dies out or stays with
/// depth: ρ, active fraction and typical ρ, their exponents at the transition, their spread between networks, and the
/// Lyapunov exponent of a tangent. Two equal signals stay equal, as an empty lattice of directed percolation does, which
/// runs beside the networks as a reference. (Tamai et al., arXiv:2307.02284, who claim its exponents for these networks)
[[nodiscard]] Experiment convolutional_propagation();

}  // namespace gdm
