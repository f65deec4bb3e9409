#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/user/command/child.hpp"
#include "gdm/user/command/command_template.hpp"
#include "gdm/user/command/results.hpp"

namespace gdm {

/// All that is the same for every replica of a command.
struct CommandPlan {
    CommandTemplate words;
    std::string program;
    bool in_scratch = false;  ///< it works in the replica's own folder
    ChildLimits limits;
    ResultFormat format = ResultFormat::json;
    std::vector<Observable> observables;
};

/// What is left of `environment` for a command: nothing by which a program that is linked with MPI would think itself a part
/// of this job. One thread, unless OMP_NUM_THREADS says otherwise: there are as many processes as ranks.
[[nodiscard]] std::vector<std::string> environment_for_commands(const char* const* environment);

/// Sets `prepare` and `run`.
void set_command(Experiment& experiment, std::shared_ptr<const CommandPlan> plan);

}  // namespace gdm
