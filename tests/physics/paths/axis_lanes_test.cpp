#include "gdm/physics/paths/axis_lanes.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"

namespace gdm {
namespace {

LaneNoise noise_of(const RandomStream& stream, std::uint32_t first_sample = 0) {
    return {NoiseKey(stream, Purpose::initial_state), 0, 0, first_sample};
}

TEST(AxisLanes, StartSamplesTheDensity) {
    constexpr std::size_t n = 100000;
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 0.05, 1}, GaussianMixture{0.3, 3, 4}, GaussianMixture{0.7, 1, 1}}) {
        std::vector<double> a(n);
        start_axis(a, mixture.axis_mean(1.5), std::sqrt(mixture.variance(1.5)), noise_of(RandomStream(31, 7)));
        const double distance = ks_distance(a, [&](double x) { return mixture.axis_distribution(x, 1.5); });
        EXPECT_GT(ks_p_value(distance, n), 1e-3) << mixture.sigma2;
    }
}

TEST(AxisLanes, BlocksLeaveNoTrace) {
    const RandomStream stream(5, 0);
    std::vector<double> whole(77);
    start_axis(whole, 0.4, 0.7, noise_of(stream));
    for (const std::size_t length : {1u, 5u, 16u, 31u}) {
        std::vector<double> pieces(77);
        for (std::size_t i = 0; i < pieces.size(); i += length)
            start_axis(std::span(pieces).subspan(i, std::min(length, pieces.size() - i)), 0.4, 0.7,
                       noise_of(stream, static_cast<std::uint32_t>(i)));
        EXPECT_EQ(pieces, whole) << length;
    }
}

TEST(AxisLanes, ClassProbabilitiesAreThoseOfTheFormula) {
    std::vector<double> a, p;
    for (double x = -30; x < 30; x += 0.37) a.push_back(x);
    p.resize(a.size());
    class_probabilities(a, 0.8, p);
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(p[i], 0.5 * (1 + std::tanh(0.8 * a[i])), 1e-15);
}

TEST(AxisLanes, TargetsWithFusedMultiplyAddGiveEqualBits) {
    std::vector<std::vector<double>> results;
    for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
        if ((hwy::SupportedTargets() & HWY_TARGETS & target) == 0) GTEST_SKIP() << "needs AVX-512";
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        std::vector<double> a(1001), p(1001);
        start_axis(a, 0.4, 0.7, noise_of(RandomStream(5, 0)));
        class_probabilities(a, 2.5, p);
        a.insert(a.end(), p.begin(), p.end());
        results.push_back(a);
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
    for (std::size_t i = 0; i < results[0].size(); ++i)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(results[0][i]), std::bit_cast<std::uint64_t>(results[1][i]));
}

}  // namespace
}  // namespace gdm
