#include "gdm/physics/networks/critical_line.hpp"

#include <gtest/gtest.h>

namespace {

TEST(CriticalLine, OfErfAtKnownPoint) {
    const gdm::CriticalPoint point = gdm::erf_critical_point(0.819434);
    EXPECT_NEAR(point.weight_variance, 1.89058934, 1e-6);
    EXPECT_NEAR(point.bias_variance, 0.1, 1e-6);
}

}  // namespace
