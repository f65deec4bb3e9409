#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The random hierarchy model under noise on its leaves: exact posteriors of all symbols by belief propagation. What the
/// reverse process would draw after a U-turn is a sample of the posterior, so that E[posterior of the truth] is the
/// probability that a symbol comes back. (Sclocchi, Favero and Wyart, arXiv:2402.16991)
[[nodiscard]] Experiment hierarchy();

}  // namespace gdm
