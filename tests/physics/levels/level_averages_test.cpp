#include "gdm/physics/levels/level_averages.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <utility>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/levels/overlap_levels.hpp"

namespace gdm {
namespace {

const double critical_beta = 2 * std::sqrt(std::numbers::ln2);

LevelAverages rem(double M, double beta_ratio) {
    return level_averages(GaussianLevels(std::sqrt(M / 2)), M * std::numbers::ln2, beta_ratio * critical_beta);
}

/// E Y at 1.5 β_c from an independent program, and 1 − β_c/β as M grows.
TEST(LevelAverages, RandomEnergyModel) {
    EXPECT_NEAR(rem(10, 1.5).participation_ratio, 0.44489548, 1e-8);
    EXPECT_NEAR(rem(64, 1.5).participation_ratio, 0.35988846, 1e-8);
    const LevelAverages large = rem(1000, 1.5);
    EXPECT_NEAR(large.participation_ratio, 1. / 3, 3e-3);
    // Derrida and Toulouse: E Y² = (E Y + 2 (E Y)²)/3 as M → ∞.
    const double y = large.participation_ratio;
    EXPECT_NEAR(large.participation_ratio_2, (y + 2 * y * y) / 3, 1e-3);
    EXPECT_NEAR(large.log_z / 1000, 1.5 * critical_beta * std::sqrt(std::numbers::ln2), 0.01);
    // Above the transition ln Z is that of the mean, and ln Y that of n E f²/(n E f)².
    const LevelAverages hot = rem(1000, 0.3);
    const double beta = 0.3 * critical_beta;
    EXPECT_NEAR(hot.log_z, 1000 * (std::numbers::ln2 + beta * beta / 4), 1e-7);
    EXPECT_NEAR(hot.log_participation_ratio, 1000 * (beta * beta / 2 - std::numbers::ln2), 1e-6);
    EXPECT_NEAR(hot.weight_entropy, 1000 * (std::numbers::ln2 - beta * beta / 4), 1e-5);
}

/// Two levels: Y = ½(1 + tanh²(βΔ/2)), Δ the difference of two Gaussians, averaged by the trapezoidal rule.
TEST(LevelAverages, TwoLevels) {
    const double s = 1.3, beta = 2;
    double y = 0, y2 = 0, log_z = 0;
    const double step = 0.01;
    for (double x = -10; x <= 10; x += step) {
        const double weight = step * std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
        const double half = 0.5 * beta * x * s * std::numbers::sqrt2, t = std::tanh(half);
        y += weight * 0.5 * (1 + t * t);
        y2 += weight * std::pow(0.5 * (1 + t * t), 2);
        log_z += weight * std::log(2 * std::cosh(half));
    }
    const LevelAverages exact = level_averages(GaussianLevels(s), std::numbers::ln2, beta);
    EXPECT_NEAR(exact.participation_ratio, y, 1e-10);
    EXPECT_NEAR(exact.participation_ratio_2, y2, 1e-10);
    EXPECT_NEAR(exact.log_z, log_z, 1e-9);
}

void expect_mean(const RunningMoments& sampled, double exact, const std::string& what) {
    EXPECT_NEAR(sampled.mean(), exact, 4 * sampled.standard_error() + 1e-9 * std::abs(exact)) << what;
}

void expect_matches_levels(const LevelLaw& law, double log_n, double beta, const std::string& what) {
    const LevelAverages exact = level_averages(law, log_n, beta);
    EXPECT_NEAR(exact.normalisation, 1, 1e-9) << what;
    RunningMoments y, y2, log_z, entropy;
    for (std::uint32_t i = 0; i < 10000; ++i) {
        RandomSequence random(RandomStream(11, 0), Purpose::test, i);
        const LevelSums sums = RandomLevels(law, log_n, random, 64).sums(beta);
        y.add(sums.participation_ratio());
        y2.add(std::pow(sums.participation_ratio(), 2));
        log_z.add(sums.log_z);
        entropy.add(sums.weight_entropy(beta));
    }
    expect_mean(y, exact.participation_ratio, what + ", y");
    expect_mean(y2, exact.participation_ratio_2, what + ", y2");
    expect_mean(log_z, exact.log_z, what + ", log_z");
    expect_mean(entropy, exact.weight_entropy, what + ", entropy");
}

/// The sampler of random levels and these integrals know nothing of each other.
TEST(LevelAverages, MatchTheSampledLevels) {
    for (const double scale : {0.3, 1., 3.}) {
        const std::string at = ", scale " + std::to_string(scale);
        expect_matches_levels(GaussianLevels(5), 30, scale, "Gaussian" + at);
        expect_matches_levels(OverlapLevels(1, 2), 5, 100 * scale, "circle" + at);
        expect_matches_levels(OverlapLevels(1, 3), 9, 1000 * scale, "sphere" + at);
        expect_matches_levels(OverlapLevels(1, 1000), 500, 2000 * scale, "high-dimensional sphere" + at);
        expect_matches_levels(NoncentralLevels(0.5, 8, 3, 9), 12, 3 * scale, "d = 8" + at);
        expect_matches_levels(NoncentralLevels(0.5, 1600, 1600, 1650), 367, scale, "d = 1600" + at);
        expect_matches_levels(NoncentralLevels(2, 1, 3, 9), 4, scale, "d = 1" + at);
        expect_matches_levels(NoncentralLevels(3e7, 1, 0, 0.8), 20, scale, "d = 1, many" + at);
        expect_matches_levels(NoncentralLevels(1.3, 33, 0.09, 0.1), 27, scale, "d = 33" + at);
    }
}

/// The stated bound on what the bulk's third cumulant does to ⟨ln Z⟩, 1/(3K²), at the transition, where it is greatest, and
/// with so few levels below the cut that it could be seen.
TEST(LevelAverages, BiasOfFewLevelsIsBounded) {
    const GaussianLevels law(5);
    const double log_n = 30, beta = std::sqrt(2 * log_n) / 5;
    const double exact = level_averages(law, log_n, beta).log_z;
    for (const std::size_t levels : {8, 16}) {
        RunningMoments log_z;
        for (std::uint32_t i = 0; i < 100000; ++i) {
            RandomSequence random(RandomStream(12, 0), Purpose::test, i);
            log_z.add(RandomLevels(law, log_n, random, levels).sums(beta).log_z);
        }
        const double bound = 1. / (3. * static_cast<double>(levels * levels));
        EXPECT_NEAR(log_z.mean(), exact, bound + 4 * log_z.standard_error()) << levels;
        RecordProperty("bias" + std::to_string(levels), std::to_string(log_z.mean() - exact));
        RecordProperty("error" + std::to_string(levels), std::to_string(log_z.standard_error()));
    }
}

/// Widely spread levels: the double exponential is a step on the scale of the law.
TEST(LevelAverages, DeepCondensation) {
    for (const double l : {1e6, 2.65e8}) {
        const LevelAverages averages = level_averages(NoncentralLevels(0.03, 1e6, l), 13.4, 1);
        EXPECT_NEAR(averages.normalisation, 1, 1e-8);
        EXPECT_GT(averages.participation_ratio, 0.9);
        EXPECT_LT(averages.weight_entropy, 0.2);
    }
}

TEST(LevelAverages, OneLevelAndRefusals) {
    const LevelAverages one = level_averages(GaussianLevels(2), 0, 1);
    EXPECT_NEAR(one.participation_ratio, 1, 1e-9);
    EXPECT_NEAR(one.participation_ratio_2, 1, 1e-9);
    EXPECT_NEAR(one.log_z, 0, 1e-9);
    EXPECT_NEAR(one.weight_entropy, 0, 1e-9);
    EXPECT_THROW((void)level_averages(GaussianLevels(1), -1, 1), std::invalid_argument);
    EXPECT_THROW((void)level_averages(GaussianLevels(1), 1, 0), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
