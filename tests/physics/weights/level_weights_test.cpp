// Weights by random levels against points weighed one by one, and their limits.
#include "gdm/physics/weights/level_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/weights/condensation_theory.hpp"

namespace gdm {
namespace {

struct Means {
    RunningMoments ratio, entropy, log_z, own, nearest;
    void add(const EmpiricalWeights& weights, std::size_t k, std::size_t times) {
        RunningMoments y, s, l, c, a;
        for (std::size_t state = 0; state < weights.states.size(); ++state) {
            const WeightSums& sums = weights.sums[state * times + k];
            y.add(sums.participation_ratio()), s.add(sums.weight_entropy()), l.add(sums.log_z), c.add(sums.own_class);
            a.add(sums.lowest > 0 ? 1 : 0);
        }
        ratio.add(y.mean()), entropy.add(s.mean()), log_z.add(l.mean()), own.add(c.mean()), nearest.add(a.mean());
    }
};

void expect_same(const RunningMoments& a, const RunningMoments& b, const char* what, double t) {
    // Sums in single precision are good to 1e-6, which shows where nothing fluctuates.
    EXPECT_NEAR(a.mean(), b.mean(), 4 * std::hypot(a.standard_error(), b.standard_error()) + 2e-6) << what << " at " << t;
}

TEST(LevelWeights, AgreeWithPointsWeighedOneByOne) {
    for (const auto& [mu, sigma2, d, n, kind] : {std::tuple{0.5, 0.8, 4.0, 3000.0, StateKind::planted},
                                                 {0.2, 1.0, 32.0, 6000.0, StateKind::population},
                                                 {1.0, 2.0, 1.0, 50.0, StateKind::planted},
                                                 {1.0, 1.0, 2.0, 2.0, StateKind::planted},
                                                 {0.7, 1.0, 1.0, 5000.0, StateKind::population}}) {
        const GaussianMixture mixture{mu, sigma2, d};
        const double t_c = t_c_published(mixture, std::log(n));
        const std::vector<double> times = {0.5 * t_c, t_c, 1.6 * t_c, 4 * t_c};
        Means levels[4], points[4];
        for (std::uint32_t replica = 0; replica < 60; ++replica) {
            const RandomStream random(7, replica);
            const auto set = sampled_training_set(static_cast<std::uint64_t>(n), static_cast<std::size_t>(d), random);
            const auto weighed =
                weigh_training_set(*set, {mixture.axis_mean(), std::sqrt(sigma2), kind, 64}, times, random, {});
            const auto drawn = weigh_random_levels(mixture, std::log(n), kind, 64, 64, times, RandomStream(8, replica), {});
            for (std::size_t k = 0; k < 4; ++k) levels[k].add(drawn, k, 4), points[k].add(weighed, k, 4);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            expect_same(levels[k].ratio, points[k].ratio, "Y", times[k]);
            expect_same(levels[k].entropy, points[k].entropy, "S", times[k]);
            expect_same(levels[k].log_z, points[k].log_z, "ln Z", times[k]);
            expect_same(levels[k].own, points[k].own, "class", times[k]);
            expect_same(levels[k].nearest, points[k].nearest, "nearest", times[k]);
        }
    }
}

TEST(LevelWeights, LimitsStayFinite) {
    const std::vector<double> times = {1e-12, 1e-3, 0.3, 3, 60};
    for (const auto& [d, log_n] : {std::pair{1.0, std::log(2.0)},
                                   {1.0, 15.0},
                                   {2.0, 100.0},
                                   {1e4, 2000.0},
                                   {1e4, 1000.0},
                                   {1e9, 1000.0},
                                   {3.0, 1000.0},
                                   {64.0, 14.0},
                                   {2.0, 300.0}}) {
        for (const StateKind kind : {StateKind::planted, StateKind::population}) {
            const auto weights = weigh_random_levels({1, 1, d}, log_n, kind, 8, 64, times, RandomStream(1, 0), {});
            for (std::size_t i = 0; i < weights.sums.size(); ++i) {
                const WeightSums& sums = weights.sums[i];
                EXPECT_TRUE(std::isfinite(sums.log_z) && std::isfinite(sums.weight_entropy())) << d << " " << log_n;
                EXPECT_GE(sums.participation_ratio(), 0);
                EXPECT_LE(sums.participation_ratio(), 1 + 1e-9);
                EXPECT_GE(sums.own_class, 0);
                EXPECT_LE(sums.own_class, 1 + 1e-9);
                const double t = times[i % times.size()];
                if (kind == StateKind::planted && t < 1e-6 * t_c_published({1, 1, d}, log_n)) {
                    EXPECT_NEAR(sums.participation_ratio(), 1, 1e-9);
                }
                if (i % times.size() == times.size() - 1) {
                    EXPECT_NEAR(sums.weight_entropy(), log_n, 1e-6 * (1 + log_n) + 2e-12 * d) << d << " " << log_n;
                }
            }
        }
    }
}

TEST(LevelWeights, HalfOfTheWeightAtTheStatedTime) {
    // d = 1600, ln N = 367: <Y> = 1/2 at the root of ln N − ln 2 − I(λ) = (d/2) ln(Γ/Δ); both 0.47 and 0.53 are far off it.
    for (const double mu : {0.0, 1.0}) {
        const GaussianMixture mixture{mu, 1, 1600};
        const double t = t_c_with_information(mixture, 367, std::log(2.0));
        const std::vector<double> times = {t - 0.01, t, t + 0.01};
        Means means[3];
        for (std::uint32_t replica = 0; replica < 30; ++replica) {
            const auto weights =
                weigh_random_levels(mixture, 367, StateKind::planted, 40, 64, times, RandomStream(3, replica), {});
            for (std::size_t k = 0; k < 3; ++k) means[k].add(weights, k, 3);
        }
        const double slope = (means[2].ratio.mean() - means[0].ratio.mean()) / 0.02;
        EXPECT_NEAR((means[1].ratio.mean() - 0.5) / slope, 0, 0.003 + 4 * means[1].ratio.standard_error() / std::abs(slope));
        EXPECT_LT(slope, -3);
    }
}

}  // namespace
}  // namespace gdm
