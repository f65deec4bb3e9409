#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Training a restricted Boltzmann machine: a replica is one training run, with start, data and chains of its own. Over the
/// number of updates: log-likelihood of the data, exactly where the smaller layer has ≤ 24 units, reconstruction error,
/// singular values of the weights and their share along the modes of the data, and the bias of CD-k (Hinton 2002; Tieleman
/// 2008; Desjardins et al. 2010; Fischer and Igel, Pattern Recognition 47, 25, 2014).
[[nodiscard]] Experiment rbm();

}  // namespace gdm
