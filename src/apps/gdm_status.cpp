/// gdm-status: tells how far sweeps are, without MPI, also while they run.

#include "gdm/experiments/registry.hpp"
#include "gdm/programs.hpp"

int main(int argc, char** argv) { return gdm::status_main(argc, argv, gdm::experiments()); }
