#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/physics/machines/unit_moments.hpp"

namespace gdm::test {

/// A machine whose couplings and biases are no two alike.
inline BoltzmannMachine wavy(std::size_t visible, std::size_t hidden, Connections connections, double scale) {
    BoltzmannMachine machine = empty_machine(visible, hidden, connections);
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = static_cast<double>(i + 1);
        machine.biases[i] = 0.3 * std::sin(row);
        for (std::size_t j = 0; j < i; ++j)
            if (machine.couples(i, j))
                machine.couplings[i * n + j] = machine.couplings[j * n + i] =
                    scale * std::cos(row * row + 2 * static_cast<double>(j * j) + 3 * row);
    }
    return machine;
}

/// Of the means, and of the pairs that couple.
inline void expect_same_moments(const BoltzmannMachine& machine, const UnitMoments& a, const UnitMoments& b,
                                double tolerance) {
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(a.means[i], b.means[i], tolerance) << i;
        for (std::size_t j = 0; j < n; ++j) {
            if (!machine.couples(i, j)) continue;
            EXPECT_NEAR(a.pairs[i * n + j], b.pairs[i * n + j], tolerance) << i << " " << j;
        }
    }
}

}  // namespace gdm::test
