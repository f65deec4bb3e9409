/// kuramoto-reduce: makes arrays with errors, derived quantities and theory of a sweep file, as gdm-reduce does.

#include <gdm/programs.hpp>

#include "kuramoto.hpp"

int main(int argc, char** argv) { return gdm::reduce_main(argc, argv, {kuramoto()}); }
