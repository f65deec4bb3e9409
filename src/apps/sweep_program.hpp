#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/loader.hpp"
#include "program.hpp"

namespace gdm {

/// gdm-sweep, or a program of another name over other experiments. `built_in` is the experiment of the job that it runs when
/// it is given none; empty if it asks for one.
[[nodiscard]] Program sweep_program(const std::string& name, const std::vector<Experiment>& experiments,
                                    const std::vector<ExperimentLoader>& loaders, const std::string& built_in);

/// The exit codes of all programs that compute or tell how far a sweep is.
[[nodiscard]] HelpSection exit_codes();

}  // namespace gdm
