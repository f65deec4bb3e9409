#include "gdm/physics/machines/rbm.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

gdm::Rbm test_machine(std::size_t visible, std::size_t hidden, double scale) {
    gdm::Rbm machine{visible, hidden, {}, {}, {}};
    for (std::size_t i = 1; i <= visible; ++i) {
        const auto row = static_cast<double>(i);
        machine.visible_bias.push_back(0.3 * std::sin(row));
        for (std::size_t j = 1; j <= hidden; ++j) {
            const auto column = static_cast<double>(j);
            machine.weights.push_back(scale * std::cos(row * row + 2 * column * column + 3 * row * column));
        }
    }
    for (std::size_t j = 1; j <= hidden; ++j) machine.hidden_bias.push_back(-0.2 * std::cos(2 * static_cast<double>(j)));
    return machine;
}

TEST(Rbm, PartitionFunctionIsThatOfAllStates) {
    EXPECT_NEAR(gdm::exact_log_partition(test_machine(6, 4, 1)), 7.688888362829, 1e-11);
    EXPECT_NEAR(gdm::exact_log_partition(test_machine(6, 4, 1), 2), 7.114693313765, 1e-11);
}

}  // namespace
