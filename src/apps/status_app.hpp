#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The main() of gdm-status: tells how far sweeps are, without MPI, also while they run. `experiments` give the costs by
/// which the time left is estimated; files of others are shown too.
int status_main(int argc, char** argv, const std::vector<Experiment>& experiments);

}  // namespace gdm
