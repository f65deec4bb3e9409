/// main() of tests that run under mpirun: every rank runs every test; ranks other than 0 print failures only, and the exit
/// code is that of the worst rank.

#include <gtest/gtest.h>

#include "gdm/parallel/communicator.hpp"
#include "gdm/storage/hdf5.hpp"

int main(int argc, char** argv) {
    const gdm::MpiSession mpi(argc, argv);
    gdm::hdf5::silence();
    testing::InitGoogleTest(&argc, argv);
    const auto world = gdm::Communicator::world();
    if (world.rank() != 0) {
        auto& listeners = testing::UnitTest::GetInstance()->listeners();
        delete listeners.Release(listeners.default_result_printer());
    }
    return static_cast<int>(world.max(RUN_ALL_TESTS()));
}
