#include "gdm/physics/chains/ladder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gdm {
namespace {

/// Of oscillators in two dimensions: r = tanh(Δ ln β/2), so that Λ(β) = ½ ln β and the best ladder is geometric.
std::vector<double> acceptances(const std::vector<double>& beta) {
    std::vector<double> result;
    for (std::size_t i = 0; i + 1 < beta.size(); ++i)
        result.push_back(1 - std::tanh(std::abs(std::log(beta[i + 1] / beta[i])) / 2));
    return result;
}

TEST(Ladder, BarrierHardlyDependsOnThePlaces) {
    std::vector<double> beta;
    for (int i = 0; i <= 40; ++i) beta.push_back(std::pow(10, i / 40.));
    const double exact = std::log(10.) / 2;
    EXPECT_NEAR(communication_barrier(acceptances(beta)), exact, 1e-3 * exact);
    const std::vector<double> rough{1, 1.5, 3, 7, 10};  // tanh x = x − x³/3 + …
    double cubic = 0;
    for (std::size_t i = 0; i < 4; ++i) cubic += std::pow(std::log(rough[i + 1] / rough[i]) / 2, 3) / 3;
    EXPECT_NEAR(communication_barrier(acceptances(rough)), exact - cubic, 0.1 * cubic);
}

TEST(Ladder, RateOfRoundTrips) {
    EXPECT_DOUBLE_EQ(round_trip_rate(std::vector{1., 1., 1.}), 0.5);  // 4 walkers, each in 8 rounds
    EXPECT_DOUBLE_EQ(round_trip_rate(std::vector{0.5}), 0.25);
    const std::vector<double> none{1, 0};
    EXPECT_EQ(round_trip_rate(none), 0);
}

TEST(Ladder, FlowFallsByRejections) {
    // No rejections: of the walkers between the ends half go either way. Rejections add a straight slope.
    EXPECT_EQ(ideal_flow(std::vector{1., 1., 1.}), (std::vector{1., 0.5, 0.5, 0.}));
    const auto flow = ideal_flow(std::vector(4, 2. / 3));
    for (std::size_t i = 1; i < 4; ++i) EXPECT_NEAR(flow[i], 1 - (1 + static_cast<double>(i)) / 6, 1e-12);
    EXPECT_EQ(ideal_flow(std::vector{0.3}), (std::vector{1., 0.}));
}

TEST(Ladder, ProposesEqualRejections) {
    for (const bool rises : {true, false}) {
        std::vector<double> beta{0.5, 0.6, 0.9, 1.5, 1.8, 4, 5, 8};
        if (!rises) std::reverse(beta.begin(), beta.end());
        const auto proposed = equal_rejection_ladder(beta, acceptances(beta), 8);
        ASSERT_EQ(proposed.size(), 8u);
        EXPECT_EQ(proposed.front(), beta.front());
        EXPECT_EQ(proposed.back(), beta.back());
        const double step = std::log(beta.back() / beta.front()) / 7;
        for (std::size_t i = 0; i < 8; ++i)
            EXPECT_NEAR(std::log(proposed[i] / beta[0]), step * static_cast<double>(i), 0.05 * std::abs(step));
        // From the proposal itself nothing changes.
        const auto again = equal_rejection_ladder(proposed, acceptances(proposed), 8);
        for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(std::log(again[i] / proposed[i]), 0, 0.05 * std::abs(step));
    }
}

TEST(Ladder, SpecialCases) {
    const std::vector<double> all{1, 1};
    const auto even = equal_rejection_ladder(std::vector{0., 1., 2.}, all, 5);  // β = 0 is allowed
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(even[i], 0.5 * static_cast<double>(i), 1e-12);
    EXPECT_THROW((void)equal_rejection_ladder(std::vector{1., 2.}, all, 3), std::invalid_argument);
    EXPECT_THROW((void)equal_rejection_ladder(std::vector{0., 1., 2.}, all, 1), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
