#include "gdm/physics/paths/sample_distance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

std::vector<double> sorted_sample(const GaussianMixture& mixture, double t, std::size_t n, RandomSequence& random) {
    std::vector<double> a(n);
    for (double& x : a)
        x = (random.uniform() < 0.5 ? 1 : -1) * mixture.axis_mean(t) + std::sqrt(mixture.variance(t)) * random.normal();
    std::sort(a.begin(), a.end());
    return a;
}

TEST(SampleDistance, QuantilesInvertTheDistribution) {
    for (const GaussianMixture mixture : {GaussianMixture{1, 1, 1}, GaussianMixture{1, 0.02, 4}, GaussianMixture{0, 3, 1}})
        for (const double t : {0.0, 0.7}) {
            for (const double level : {1e-30, 1e-12, 1e-3, 0.1, 0.499999})
                EXPECT_NEAR(mixture.axis_distribution(axis_quantile(mixture, level, t), t) / level, 1, 1e-9) << level;
            EXPECT_EQ(axis_quantile(mixture, 0.5, t), 0);
            EXPECT_EQ(axis_quantile(mixture, 0.9, t), -axis_quantile(mixture, 1 - 0.9, t));
        }
    // One Gaussian: the 97.5 % point of the normal distribution, 1.959963984540054.
    EXPECT_NEAR(axis_quantile({0, 4, 1}, 0.975, 0), 2 * 1.959963984540054, 1e-12);
}

TEST(SampleDistance, W2OfAPointIsTheSecondMomentAboutIt) {
    const GaussianMixture mixture{1.2, 0.5, 3};
    const std::vector<double> one{0.4};
    EXPECT_NEAR(sample_w2_squared(one, mixture, 0.3), mixture.axis_2(0.3) + 0.16, 1e-12);
    EXPECT_THROW((void)sample_w2_squared({}, mixture, 0), std::invalid_argument);
}

TEST(SampleDistance, W2OfASampleIsTheIntegralOverQuantiles) {
    const GaussianMixture mixture{0.8, 0.6, 1};
    RandomSequence random(RandomStream(3, 1), Purpose::test);
    for (const std::size_t n : {2u, 7u, 40u}) {
        std::vector<double> sample = sorted_sample(mixture, 0.1, n, random);
        for (double& a : sample) a = 1.3 * a + 0.2;
        // u = Φ(z), so that the tails are smooth.
        constexpr int cells = 20000;
        double integral = 0;
        for (int k = 0; k < cells; ++k) {
            const double z = -8 + 16 * (k + 0.5) / cells;
            const double level = 0.5 * std::erfc(-z / std::numbers::sqrt2);
            const auto i = std::min(n - 1, static_cast<std::size_t>(level * static_cast<double>(n)));
            const double shift = sample[i] - axis_quantile(mixture, level, 0.1);
            integral += shift * shift * std::exp(-0.5 * z * z) * 16 / cells / std::sqrt(2 * std::numbers::pi);
        }
        EXPECT_NEAR(sample_w2_squared(sample, mixture, 0.1), integral, 2e-3 * integral) << n;
    }
}

TEST(SampleDistance, W2BetweenGaussiansIsTheDifferenceOfDeviations) {
    const GaussianMixture one{0, 4, 1};  // standard deviation 2 at t = 0
    const double other = std::sqrt(one.variance(0.8));
    EXPECT_NEAR(axis_w2_squared(one, 0, 0.8), (2 - other) * (2 - other), 1e-10);
    // Two narrow classes far apart: each moves as a whole.
    const GaussianMixture apart{20, 0.01, 1};
    const double shift = apart.axis_mean(0) - apart.axis_mean(0.1);
    const double widths = std::sqrt(apart.variance(0)) - std::sqrt(apart.variance(0.1));
    EXPECT_NEAR(axis_w2_squared(apart, 0, 0.1), shift * shift + widths * widths, 1e-8);
    const GaussianMixture mixture{1, 0.3, 1};
    EXPECT_NEAR(axis_w2_squared(mixture, 0, 2), axis_w2_squared(mixture, 2, 0), 1e-7);
}

/// Mean over samples of the exact distance against the expected one, at a filled and at an empty gap between the classes.
TEST(SampleDistance, PerfectSamplesShowTheExpectedDistance) {
    for (const auto& [mixture, n] : {std::pair(GaussianMixture{1, 1, 1}, std::size_t{1000}),
                                     {GaussianMixture{0, 2, 1}, std::size_t{4000}},
                                     {GaussianMixture{1, 0.05, 1}, std::size_t{2000}},
                                     {GaussianMixture{1, 0.25, 1}, std::size_t{2000}}}) {
        RandomSequence random(RandomStream(8, 0), Purpose::test);
        RunningMoments distance;
        for (int k = 0; k < 600; ++k) distance.add(sample_w2_squared(sorted_sample(mixture, 0, n, random), mixture, 0));
        const double expected = expected_w2_squared(mixture, 0, n);
        EXPECT_NEAR(distance.mean(), expected, 4 * distance.standard_error() + 0.03 * expected) << mixture.sigma2;
        EXPECT_LT(4 * distance.standard_error(), 0.2 * expected);
    }
}

TEST(SampleDistance, SimpsonIsExactForCubics) {
    EXPECT_NEAR(simpson(-1, 2, 2, [](double x) { return x * x * x - x + 1; }), 15.0 / 4 - 1.5 + 3, 1e-14);
}

}  // namespace
}  // namespace gdm
