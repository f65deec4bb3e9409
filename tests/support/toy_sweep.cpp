/// toy-sweep: gdm-sweep over the test experiments.

#include "gdm/programs.hpp"
#include "support/test_experiments.hpp"

int main(int argc, char** argv) {
    return gdm::sweep_main(argc, argv, gdm::test::test_experiments(), "experiment = toy_eight\n");
}
