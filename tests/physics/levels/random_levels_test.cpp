#include "gdm/physics/levels/random_levels.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/level_tail.hpp"
#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/levels/overlap_levels.hpp"

namespace gdm {
namespace {

const RandomStream stream(7, 0);

struct Averages {
    RunningMoments log_z, y, entropy, class_weight, lowest, log_y;
};

/// Averages over realisations of n levels.
Averages average(const LevelLaw& law, double log_n, double beta, std::uint32_t realisations, std::size_t levels,
                 std::uint32_t step = 0) {
    Averages result;
    for (std::uint32_t i = 0; i < realisations; ++i) {
        RandomSequence random(stream, Purpose::test, i, step);
        const RandomLevels drawn(law, log_n, random, levels);
        const LevelSums sums = drawn.sums(beta);
        result.log_z.add(sums.log_z);
        result.y.add(sums.participation_ratio());
        result.log_y.add(sums.log_participation_ratio());
        result.entropy.add(sums.weight_entropy(beta));
        result.class_weight.add(sums.class_weight(0));
        result.lowest.add(drawn.lowest_energy());
    }
    return result;
}

void expect_same(const RunningMoments& a, const RunningMoments& b, const std::string& what, bool spread = true) {
    const double error = std::hypot(a.standard_error(), b.standard_error());
    EXPECT_NEAR(a.mean(), b.mean(), 4 * error) << what << ", error " << error;
    const double ratio = std::sqrt(a.variance() / b.variance());
    if (spread) {
        EXPECT_NEAR(ratio, 1, 0.3) << what << ": spread";
    }
}

void expect_same(const Averages& a, const Averages& b, const std::string& what) {
    expect_same(a.log_z, b.log_z, what + " ln Z");
    expect_same(a.y, b.y, what + " Y", false);  // of heavy tail
    expect_same(a.log_y, b.log_y, what + " ln Y");
    expect_same(a.entropy, b.entropy, what + " S");
    expect_same(a.lowest, b.lowest, what + " lowest");
}

/// The same n with all levels drawn (a limit of 6 × 8192 levels) and with a cut.
void compare_routes(const LevelLaw& law, double n, double beta, bool two_classes, const std::string& what) {
    const Averages all = average(law, std::log(n), beta, 150, 8192, 1), cut = average(law, std::log(n), beta, 2000, 64, 2);
    expect_same(all, cut, what);
    if (two_classes) expect_same(all.class_weight, cut.class_weight, what + " class weight", false);
}

TEST(RandomLevels, CutAgreesWithAllLevelsDrawn) {
    const double n = 20000;
    for (const double beta : {0.05, 0.3, 1.0, 3.0}) {
        const std::string at = ", beta " + std::to_string(beta);
        compare_routes(NoncentralLevels(1, 8, 3, 9), n, beta, true, "d = 8" + at);
        compare_routes(NoncentralLevels(1, 64, 30, 40), n, beta, true, "d = 64" + at);
        compare_routes(NoncentralLevels(4, 1, 0.2, 5), n, beta, true, "d = 1" + at);
        compare_routes(NoncentralLevels(1, 2, 0, 4), n, beta, true, "d = 2" + at);
        compare_routes(GaussianLevels(3), n, beta, false, "Gaussian" + at);
        compare_routes(OverlapLevels(30, 2), n, beta, false, "circle" + at);
        compare_routes(OverlapLevels(30, 12), n, beta, false, "sphere" + at);
    }
}

/// Other numbers of levels below the cut change nothing: the error of ⟨ln Z⟩ is at most about 1/(3K²).
/// From 6 K levels on the cut costs less than drawing all: a thousand levels are no more work than ten thousand.
TEST(RandomLevels, DrawsNoMoreThanItMust) {
    const GaussianLevels law(2);
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    EXPECT_EQ(RandomLevels(law, std::log(512), random, 128).drawn().size(), 512u);
    EXPECT_LT(RandomLevels(law, std::log(1000), random, 128).drawn().size(), 200u);
}

/// Just above the limit a sixth of the levels lies below the cut, a third of the nearer of two classes: near its mode.
TEST(RandomLevels, CutNearTheModeOfAClass) {
    for (const double d : {1., 2., 8., 64., 1000.}) {
        for (const double distance : {0., 1., 200.}) {
            const NoncentralLevels law(0.5, d, 2 * d, 2 * d + distance);
            RandomSequence random(RandomStream(4, 0), Purpose::test);
            RunningMoments count;
            for (int i = 0; i < 200; ++i) {
                const RandomLevels levels(law, std::log(800), random, 128);
                EXPECT_TRUE(std::isfinite(levels.sums(1).log_z)) << d << " " << distance;
                count.add(static_cast<double>(levels.drawn().size()));
            }
            double explicit_count = 0;  // below the same cut, of levels drawn from the whole law
            const double cut = RandomLevels(law, std::log(800), random, 128).cut_energy();
            for (int i = 0; i < 160000; ++i) explicit_count += law.draw(random).energy < cut ? 1. / 200 : 0;
            EXPECT_NEAR(count.mean(), explicit_count, 4 * std::sqrt(2 * explicit_count / 200)) << d << " " << distance;
        }
    }
}

TEST(RandomLevels, ResultsDoNotDependOnTheNumberOfLevels) {
    const NoncentralLevels law(1, 64, 30, 40);
    for (const double beta : {0.3, 1.2}) {
        const Averages reference = average(law, 30, beta, 4000, 512, 3);
        for (const std::size_t levels : {16, 64}) expect_same(reference, average(law, 30, beta, 4000, levels, 4), "K");
    }
}

/// Exact E Y of the random energy model at β = 1.5 β_c, from a one-dimensional integral.
TEST(RandomLevels, RandomEnergyModel) {
    const double beta = 1.5 * 2 * std::sqrt(std::log(2.));
    for (const auto& [M, exact] : {std::pair{10, 0.44489548}, {64, 0.35988846}}) {
        const Averages drawn = average(GaussianLevels(std::sqrt(M / 2.)), M * std::log(2.), beta, 20000, 64);
        EXPECT_NEAR(drawn.y.mean(), exact, 4 * drawn.y.standard_error()) << M;
    }
}

/// Every realisation obeys −Σ w ln w ≥ −ln Y, Y ≥ 1/n, and the means of Z over the law: E Z = n E e^{−βE}.
TEST(RandomLevels, MeanOfThePartitionFunction) {
    const GaussianLevels law(3);
    RunningMoments relative;
    const double log_n = 14, beta = 0.5, log_mean = log_n + 0.5 * beta * beta * 9;
    for (std::uint32_t i = 0; i < 4000; ++i) {
        RandomSequence random(stream, Purpose::test, i, 5);
        const LevelSums sums = RandomLevels(law, log_n, random, 64).sums(beta);
        relative.add(std::exp(sums.log_z - log_mean));
        EXPECT_GE(sums.weight_entropy(beta), -sums.log_participation_ratio());
        EXPECT_GE(sums.log_participation_ratio(), -log_n);
    }
    EXPECT_NEAR(relative.mean(), 1, 4 * relative.standard_error());
    const double variance = (std::exp(beta * beta * 9) - 1) * std::exp(-log_n);
    EXPECT_NEAR(relative.variance() / variance, 1, 0.1);
}

TEST(RandomLevels, TailProbabilitiesMatchBoost) {
    for (const double d : {1., 2., 3., 8., 64.}) {
        for (const double l : {0., 1e-7, 0.5, 12., 80.}) {
            const NoncentralLevels law(0.5, d, l);
            for (const double log_p : {-2.5, -8., -20.}) {
                const double u = find_cut(law, log_p);
                double p = 0;
                for (std::size_t j = 0; j < law.components(); ++j) p += std::exp(LevelTail(law, j, u).log_probability());
                const double exact = l == 0 ? cdf(boost::math::chi_squared(d), u * u)
                                            : cdf(boost::math::non_central_chi_squared(d, l), u * u);
                EXPECT_NEAR(p / exact, 1, d == 1 && l > 0 ? 1e-6 : 1e-7) << d << " " << l << " " << log_p;
                EXPECT_NEAR(std::log(p), log_p, 0.5) << d << " " << l;
            }
        }
    }
}

TEST(RandomLevels, AtZeroBetaTheSumIsTheNumber) {
    const NoncentralLevels law(1, 1600, 800, 900);
    for (const double log_n : {2., 9., 20., 50., 900.}) {
        RandomSequence random(stream, Purpose::test, 0, 6);
        const LevelSums sums = RandomLevels(law, log_n, random).sums(0);
        EXPECT_NEAR(sums.log_z, log_n < 30 ? std::log(std::round(std::exp(log_n))) : log_n, 1e-8);
        EXPECT_NEAR(sums.log_sum_squares, sums.log_z, 1e-9);
    }
}

TEST(RandomLevels, FiniteAtHugeNumbers) {
    const auto check = [](const LevelLaw& law, double log_n, double beta) {
        RandomSequence random(stream, Purpose::test, 0, 7);
        const RandomLevels levels(law, log_n, random);
        const LevelSums sums = levels.sums(beta);
        for (const double value : {sums.log_z, sums.log_sum_squares, sums.mean_energy, levels.lowest_energy()}) {
            EXPECT_TRUE(std::isfinite(value)) << log_n << " " << beta;
        }
        EXPECT_GE(sums.weight_entropy(beta), 0);
        EXPECT_LE(sums.weight_entropy(beta), log_n * (1 + 1e-9));
    };
    for (const double beta : {1e-6, 0.1, 1., 30., 1e6}) {
        check(NoncentralLevels(0.7, 1600, 1e3, 2e3), 1000, beta);
        check(NoncentralLevels(0.7, 8, 1e3, 2e3), 1000, beta);
        check(NoncentralLevels(0.7, 8, 1e10, 1e10 + 1e6), 1000, beta);
        check(NoncentralLevels(1e-3, 1e9, 1e9, 1e9), 1000, beta);
        check(NoncentralLevels(1, 1, 4, 1e4), 30, beta);
        check(GaussianLevels(22), 1000, beta);
        check(OverlapLevels(300, 100), 1000, beta);
    }
}

TEST(RandomLevels, APlantedLevelIsOneMore) {
    RandomSequence random(stream, Purpose::test, 0, 8);
    const NoncentralLevels law(1, 8, 3, 9);
    const RandomLevels levels(law, std::log(100.), random);
    LevelSums sums = levels.sums(0.7);
    sums.add_level(0.7, 1.5, 1);
    double z = std::exp(-0.7 * 1.5), squares = z * z, energy = 1.5 * z, z1 = z;
    for (const auto& level : levels.drawn()) {
        const double weight = std::exp(-0.7 * level.energy);
        z += weight;
        squares += weight * weight;
        energy += weight * level.energy;
        if (level.class_index == 1) z1 += weight;
    }
    EXPECT_NEAR(sums.log_z, std::log(z), 1e-12);
    EXPECT_NEAR(sums.participation_ratio(), squares / (z * z), 1e-12);
    EXPECT_NEAR(sums.mean_energy, energy / z, 1e-12);
    EXPECT_NEAR(sums.class_weight(1), z1 / z, 1e-12);
}

TEST(RandomLevels, AFarClassDoesNotCondense) {
    // Two classes at distance 2 √512 in 512 dimensions, 1.6 times above the condensation: ⟨S⟩ is 70 % of ln N, ⟨Y⟩ about
    // 1e-6.
    const NoncentralLevels law(0.5 / 42, 512, 43 * 512, 47 * 512);
    const Averages averages = average(law, 25.6, 1, 300, 128);
    EXPECT_GT(averages.entropy.mean(), 0.65 * 25.6);
    EXPECT_LT(averages.y.mean(), 1e-3);
}

TEST(RandomLevels, Refusals) {
    RandomSequence random(stream, Purpose::test);
    const GaussianLevels law(1);
    EXPECT_THROW(RandomLevels(law, -1, random), std::invalid_argument);
    EXPECT_THROW(RandomLevels(law, 3, random, 2), std::invalid_argument);
    const NoncentralLevels line(1, 1, 1);
    EXPECT_THROW(RandomLevels(line, 1000, random), std::invalid_argument);
    EXPECT_THROW(NoncentralLevels(1, 1.5, 1), std::invalid_argument);
    EXPECT_THROW(NoncentralLevels(0, 4, 1), std::invalid_argument);
    EXPECT_THROW(NoncentralLevels(1, 4, -1), std::invalid_argument);
    EXPECT_THROW(OverlapLevels(1, 1), std::invalid_argument);
    EXPECT_THROW(GaussianLevels(0), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
