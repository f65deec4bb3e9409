#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/loader.hpp"

namespace gdm {

/// The program gdm-sweep over the given experiments: reads the command line and the job, runs the sweep, and returns the
/// exit code. Starts and ends MPI. With no job at all it runs `built_in_job`, or asks for one if that is empty. The loaders
/// make experiments that are not in the table.
[[nodiscard]] int sweep_main(int argc, char** argv, const std::vector<Experiment>& experiments,
                             const std::string& built_in_job = {}, const std::vector<ExperimentLoader>& loaders = {});

}  // namespace gdm
