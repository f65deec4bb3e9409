#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/loader.hpp"

namespace gdm {

/// The program gdm-reduce, which knows the derived quantities of the given experiments, and those that the loaders make of
/// the code in a sweep file; returns the exit code.
[[nodiscard]] int reduce_main(int argc, char** argv, const std::vector<Experiment>& experiments,
                              const std::vector<ExperimentLoader>& loaders = {});

}  // namespace gdm
