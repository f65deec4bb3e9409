#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The program gdm-reduce, which knows the derived quantities of the given experiments; returns the exit code.
[[nodiscard]] int reduce_main(int argc, char** argv, const std::vector<Experiment>& experiments);

}  // namespace gdm
