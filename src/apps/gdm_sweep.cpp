/// gdm-sweep: runs a job of experiments, alone or under mpirun, into one sweep file.

#include "built_in_job.hpp"
#include "gdm/experiments/registry.hpp"
#include "gdm/programs.hpp"
#include "gdm/runner/launcher.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/user/command/command_loader.hpp"
#include "gdm/user/python/python_loader.hpp"

int main(int argc, char** argv) {
    return gdm::sweep_main(
        argc, argv, gdm::experiments(), gdm::built_in_job(),
        {gdm::python_loader({gdm::Stop(&gdm::stop_flag()), gdm::stderr_is_on_terminal()}), gdm::command_loader()});
}
