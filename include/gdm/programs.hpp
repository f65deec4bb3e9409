#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/interface_version.hpp"
#include "gdm/experiment/loader.hpp"

/// The programs without their experiments. A program of one's own is a main() that returns what one of these returns.
namespace gdm {

/// The program gdm-sweep over the given experiments: reads the command line and the job, runs the sweep, and returns the
/// exit code. Starts and ends MPI. With no job at all it runs `built_in_job`, or the only experiment, or asks for one. The
/// loaders make experiments that are not in the table.
[[nodiscard]] int sweep_main(int argc, char** argv, const std::vector<Experiment>& experiments,
                             const std::string& built_in_job = {}, const std::vector<ExperimentLoader>& loaders = {});

/// The program gdm-reduce, which knows the derived quantities of the given experiments, and those that the loaders make of
/// the code in a sweep file; returns the exit code.
[[nodiscard]] int reduce_main(int argc, char** argv, const std::vector<Experiment>& experiments,
                              const std::vector<ExperimentLoader>& loaders = {});

/// The program gdm-status: tells how far sweeps are, without MPI, also while they run. `experiments` give the costs by
/// which the time left is estimated; files of others are shown too. Returns the exit code.
[[nodiscard]] int status_main(int argc, char** argv, const std::vector<Experiment>& experiments);

}  // namespace gdm
