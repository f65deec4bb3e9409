#include "gdm/base/crossing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace gdm {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class Function>
Crossing crossing_of(const std::vector<double>& x, Function f, double level = 0) {
    std::vector<double> y;
    for (const double value : x) y.push_back(f(value));
    return largest_crossing(x, y, level);
}

TEST(Crossing, IsExactForCubics) {
    const auto cubic = [](double x) { return (x - 1.3) * (x * x + x + 2); };
    const Crossing found = crossing_of({0, 0.4, 1, 1.7, 2.5, 4}, cubic);
    EXPECT_NEAR(found.position, 1.3, 1e-12);
    EXPECT_NEAR(found.slope, 1.3 * 1.3 + 1.3 + 2, 1e-10);
    EXPECT_GT(found.systematic, 0);
    EXPECT_NEAR(crossing_of(
                    {0, 1, 2, 3}, [](double x) { return x * x; }, 2.0)
                    .position,
                std::sqrt(2.0), 1e-12);
}

TEST(Crossing, SystematicCoversTheErrorOfASmoothCurve) {
    for (const double root : {0.21, 0.77, 1.4, 2.9}) {
        const auto f = [&](double x) { return std::exp(-x) - std::exp(-root); };
        const Crossing found = crossing_of({0, 0.3, 0.6, 1, 1.5, 2, 2.6, 3.3}, f);
        EXPECT_LT(std::abs(found.position - root), found.systematic);
        EXPECT_LT(found.systematic, 0.05);
    }
}

TEST(Crossing, TakesTheLargestOfSeveral) {
    std::vector<double> x;
    for (int i = 0; i <= 60; ++i) x.push_back(0.1 * i);
    EXPECT_NEAR(crossing_of(x, [](double v) { return std::sin(v + 0.5); }).position, 2 * M_PI - 0.5, 1e-5);
}

TEST(Crossing, LeavesOutMissingPoints) {
    EXPECT_NEAR(largest_crossing(std::vector<double>{0, 1, 2, 3}, std::vector<double>{nan, -1, 1, 3}, 0).position, 1.5,
                1e-12);
    const Crossing none = largest_crossing(std::vector<double>{0, 1, 2}, std::vector<double>{1, 2, 3}, 0);
    EXPECT_TRUE(std::isnan(none.position));
    EXPECT_TRUE(std::isnan(largest_crossing(std::vector<double>{0, 1}, std::vector<double>{nan, 3}, 0).position));
    const Crossing straight = largest_crossing(std::vector<double>{1, 2}, std::vector<double>{-1, 3}, 0);
    EXPECT_NEAR(straight.position, 1.25, 1e-15);
    EXPECT_EQ(straight.systematic, 0.25);
}

TEST(Crossing, FindsAllOfACubic) {
    std::vector<double> x, y;
    for (int i = 0; i <= 20; ++i) {
        x.push_back(-2 + 0.23 * i);
        y.push_back((x.back() + 1.3) * (x.back() - 0.1) * (x.back() - 1.7) + 5);
    }
    const auto found = all_crossings(x, y, 5);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_NEAR(found[0].position, -1.3, 1e-12);
    EXPECT_NEAR(found[1].position, 0.1, 1e-12);
    EXPECT_NEAR(found[2].position, 1.7, 1e-12);
    EXPECT_LT(found[1].slope, 0);
    EXPECT_EQ(found[2].position, largest_crossing(x, y, 5).position);
    EXPECT_TRUE(all_crossings(x, y, 100).empty());
}

}  // namespace
}  // namespace gdm
