/// kuramoto: computes a job of oscillators into a sweep file, with all options of gdm-sweep.

#include <gdm/programs.hpp>

#include "kuramoto.hpp"

int main(int argc, char** argv) { return gdm::sweep_main(argc, argv, {kuramoto()}); }
