/// gdm-sweep: runs a job of experiments, alone or under mpirun, into one sweep file.

#include "built_in_job.hpp"
#include "gdm/experiments/registry.hpp"
#include "gdm/user/python/python_loader.hpp"
#include "sweep_app.hpp"

int main(int argc, char** argv) {
    return gdm::sweep_main(argc, argv, gdm::experiments(), gdm::built_in_job(), {gdm::python_loader()});
}
