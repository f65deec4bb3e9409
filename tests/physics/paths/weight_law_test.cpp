#include "gdm/physics/paths/weight_law.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gdm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// ln w = s z − s²/2, z normal.
Cumulants normal_cumulants(double s, double k) { return {0.5 * s * s * k * (k - 1), s * s * (k - 0.5), s * s}; }

/// w = u^{−1/a}, P(w) = w^{−a}.
Cumulants power_cumulants(double a, double k) {
    if (!(k < a)) return {infinity, infinity, infinity};
    return {-std::log(1 - k / a), 1 / (a - k), 1 / ((a - k) * (a - k))};
}

TEST(WeightLaw, HoldsTheLawOfItsMoments) {
    const WeightLaw normal([](double k) { return normal_cumulants(1, k); }, infinity, 1e5);
    EXPECT_NEAR(normal.moment(1), 1, 0.01);
    EXPECT_NEAR(normal.moment(2), std::exp(1.0), 0.03);
    EXPECT_NEAR(normal.beyond(1.5), 0.5 * std::erfc(2 / std::sqrt(2.0)), 0.002);
    const WeightLaw power([](double k) { return power_cumulants(3.5, k); }, 3.5, 1e5);
    EXPECT_NEAR(std::log(power.beyond(2)), -7, 0.15);
    EXPECT_NEAR(power.moment(1), 3.5 / 2.5, 0.03);
}

TEST(WeightLaw, DeviationsOfLightWeightsAreNormal) {
    const WeightLaw law([](double k) { return normal_cumulants(0.3, k); }, infinity, 1e4);
    const double expected = std::sqrt(std::exp(0.09) - 1) / 100;
    EXPECT_NEAR(law.mean_deviation(1e4, 0.6827), expected, 0.03 * expected);
    EXPECT_NEAR(law.mean_deviation(1e4, 0.5), 0.6745 * expected, 0.03 * expected);
    EXPECT_NEAR(law.mean_deviation(1e4, 0.6827, 2), std::sqrt(std::exp(4 * 0.09) - 1) / 100, 0.0004);
}

TEST(WeightLaw, DeviationsOfAPowerLawAreThoseOfSamples) {
    for (const double a : {1.3, 1.7}) {
        const WeightLaw law([a](double k) { return power_cumulants(a, k); }, a, 1000);
        std::vector<double> deviations;
        for (std::uint32_t seed = 0; seed < 2000; ++seed) {
            RandomSequence random(RandomStream(5, 0), Purpose::test, seed);
            double sum = 0;
            for (int i = 0; i < 1000; ++i) sum += std::pow(random.uniform(), -1 / a);
            deviations.push_back(std::abs(sum / 1000 * (a - 1) / a - 1));
        }
        std::sort(deviations.begin(), deviations.end());
        EXPECT_NEAR(law.mean_deviation(1000, 0.6827) / deviations[1365], 1, 0.15) << a;
        EXPECT_NEAR(law.mean_deviation(1000, 0.5) / deviations[1000], 1, 0.15) << a;
    }
}

TEST(WeightLaw, ASumThatMissesItsMeanSaysSo) {
    // Normal logarithms of deviation 6: the mean lies e^18 above typical values, and w² is not seen at all.
    const WeightLaw law([](double k) { return normal_cumulants(6, k); }, infinity, 1e4);
    EXPECT_GT(law.mean_deviation(1e4, 0.6827, 2), 0.9);
}

TEST(WeightLaw, OfAProduct) {
    const WeightLaw one([](double k) { return normal_cumulants(0.6, k); }, infinity, 1e4);
    const WeightLaw product = one.times(one, 1e4);
    EXPECT_NEAR(product.moment(1), 1, 0.02);
    EXPECT_NEAR(product.moment(2), std::exp(0.72), 0.06);
}

}  // namespace
}  // namespace gdm
