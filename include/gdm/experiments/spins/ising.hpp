#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The Ising model E = −Σ_{bonds} s_i s_j − h Σ s_i on periodic lattices and on the complete graph (E = −(1/L) Σ_{i<j} s_i
/// s_j − h Σ s_i there): energy, magnetisation, their fluctuations, Binder cumulant and correlation length against
/// temperature, by single-spin and by cluster updates, beside Kaufman's finite lattices, Onsager's infinite one, and Curie
/// and Weiss at finite L; along T the critical temperature by crossings, exponents by collapse, and the peak of the heat
/// capacity.
[[nodiscard]] Experiment ising();

}  // namespace gdm
