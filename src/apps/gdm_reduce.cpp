/// gdm-reduce: turns a sweep file into arrays with errors.

#include "gdm/experiments/registry.hpp"
#include "gdm/programs.hpp"
#include "gdm/user/command/command_loader.hpp"
#include "gdm/user/python/python_loader.hpp"

int main(int argc, char** argv) {
    return gdm::reduce_main(argc, argv, gdm::experiments(), {gdm::python_loader(), gdm::command_loader()});
}
