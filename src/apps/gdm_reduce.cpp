/// gdm-reduce: turns a sweep file into arrays with errors.

#include "gdm/experiments/registry.hpp"
#include "gdm/user/python/python_loader.hpp"
#include "reduce_app.hpp"

int main(int argc, char** argv) { return gdm::reduce_main(argc, argv, gdm::experiments(), {gdm::python_loader()}); }
