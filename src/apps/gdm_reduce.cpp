/// gdm-reduce: turns a sweep file into arrays with errors.

#include <utility>

#include "gdm/experiments/registry.hpp"
#include "gdm/programs.hpp"
#include "gdm/user/command/command_loader.hpp"
#include "gdm/user/python/python_loader.hpp"

int main(int argc, char** argv) {
    gdm::ExperimentLoader python = gdm::python_loader();
#ifndef GDM_PYTHON_EXPERIMENTS
    python.restore = {};  // a file of a model in Python is then one of an experiment that is not known
#endif
    return gdm::reduce_main(argc, argv, gdm::experiments(), {std::move(python), gdm::command_loader()});
}
