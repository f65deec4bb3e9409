/// toy-reduce: gdm-reduce over the test experiments.

#include "gdm/programs.hpp"
#include "support/test_experiments.hpp"

int main(int argc, char** argv) { return gdm::reduce_main(argc, argv, gdm::test::test_experiments()); }
