/// toy-sweep: gdm-sweep over the test experiments.

#include "support/test_experiments.hpp"
#include "sweep_app.hpp"

int main(int argc, char** argv) {
    return gdm::sweep_main(argc, argv, gdm::test::test_experiments(), "experiment = toy_eight\n");
}
