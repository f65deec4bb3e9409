/// Dense associative memories: closed forms and quadratures against explicit patterns and each other.

#include "gdm/physics/memories/dense_memory.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/level_averages.hpp"
#include "gdm/physics/memories/dense_memory_theory.hpp"
#include "gdm/physics/memories/first_step_error.hpp"
#include "gdm/physics/memories/memory_dynamics.hpp"
#include "gdm/physics/memories/polynomial_memory.hpp"

namespace gdm {
namespace {

constexpr PatternLaw spherical = PatternLaw::spherical, gaussian = PatternLaw::gaussian;
constexpr WeightRule hopfield = WeightRule::hopfield, diffusion = WeightRule::diffusion;

std::vector<double> random_rows(PatternLaw law, std::size_t count, std::size_t d, RandomSequence& random) {
    std::vector<double> rows(count * d);
    for (std::size_t j = 0; j < count; ++j) {
        double norm2 = 0;
        for (std::size_t k = 0; k < d; ++k) rows[j * d + k] = random.normal(), norm2 += rows[j * d + k] * rows[j * d + k];
        if (law == spherical) {
            for (std::size_t k = 0; k < d; ++k) rows[j * d + k] *= std::sqrt(static_cast<double>(d) / norm2);
        }
    }
    return rows;
}

TEST(RetrievalLoad, KnownValues) {
    EXPECT_NEAR(retrieval_load({spherical, hopfield, 2, 1}, 0), 0.622571923780, 1e-12);
    EXPECT_NEAR(retrieval_load({gaussian, hopfield, 2, 0.5}, 0), 0.375, 1e-15);
    EXPECT_NEAR(retrieval_load({gaussian, hopfield, 2, 3}, 0), 0.5, 1e-15);
    EXPECT_NEAR(all_gaussian_patterns_load(0.5), 0.152743, 1e-6);
    EXPECT_NEAR(all_gaussian_patterns_load(0.7009), std::log(2.) / 4, 1e-5);
    EXPECT_NEAR(all_gaussian_patterns_load(2), std::log(2.) / 4, 1e-15);
    EXPECT_NEAR(spherical_half_load(1, 16), 0.617675, 1e-6);
}

/// Largest λm ≥ Φ: the free energy of the levels by a maximum over their energies, for cues of any noise.
TEST(RetrievalLoad, IsWhereSignalMeetsTheEntropyOfLevels) {
    const auto load = [](PatternLaw law, double lambda, double theta) {
        // α at which max_c [α + s(c) + λ a c] over s(c) ≥ −α equals λ; s is the entropy of overlaps c.
        const double a = std::sqrt(1 + theta), most = law == spherical ? 1 : 20;
        const auto noise = [&](double alpha) {
            double largest = -1;
            for (double c = 0; c < most; c += 1e-5) {
                const double s = law == spherical ? 0.5 * std::log1p(-c * c) : -0.5 * c * c;
                if (s >= -alpha) largest = std::max(largest, alpha + s + lambda * a * c);
            }
            return largest;
        };
        double low = 0, high = 5;
        for (int i = 0; i < 22; ++i) (noise(0.5 * (low + high)) < lambda ? low : high) = 0.5 * (low + high);
        return low;
    };
    for (const double lambda : {0.4, 3.}) {
        for (const double theta : {0., 0.6}) {
            EXPECT_NEAR(retrieval_load({spherical, hopfield, 2, lambda}, theta), load(spherical, lambda, theta), 3e-5);
            EXPECT_NEAR(retrieval_load({gaussian, hopfield, 2, lambda}, theta), load(gaussian, lambda, theta), 3e-5);
        }
    }
}

TEST(RetrievalNoise, IsTheCondensationOfADiffusionModel) {
    for (const double alpha : {0.05, 0.2, 0.5}) {
        const double theta_c = 1 / std::expm1(2 * alpha);
        for (const double ratio : {1., 3.}) {
            EXPECT_NEAR(retrieval_noise({spherical, hopfield, 2, 1}, alpha, ratio), theta_c, 1e-9 * theta_c);
            EXPECT_NEAR(retrieval_noise({gaussian, diffusion, 2, 1}, alpha, ratio), theta_c, 1e-9 * theta_c);
        }
        EXPECT_LT(retrieval_noise({spherical, hopfield, 2, 1}, alpha, 0.5), 0.99 * theta_c);
    }
    EXPECT_NEAR(retrieval_noise({gaussian, hopfield, 2, 1}, 0.1, 1), 4, 1e-9);
    EXPECT_TRUE(std::isnan(retrieval_noise({gaussian, hopfield, 2, 1}, 0.6, 1)));
}

TEST(SourceWeights, AreThoseOfDrawnLevels) {
    const GaussianLevels law(1.5);
    const std::vector<double> log_n = {0, std::log(7.), std::log(200.)};
    for (const double energy : {-4., -1., 2.}) {
        const std::vector<double> exact = source_weights(law, log_n, 0.8, energy);
        std::vector<RunningMoments> drawn(3);
        for (std::uint32_t i = 0; i < 2000; ++i) {
            RandomSequence random(RandomStream(3, 0), Purpose::test, i);
            double sum = 0;
            std::size_t k = 0;
            for (int j = 1; j <= 200; ++j) {
                sum += std::exp(-0.8 * 1.5 * random.normal());
                if (j == 1 || j == 7 || j == 200) drawn[k++].add(1 / (1 + sum * std::exp(0.8 * energy)));
            }
        }
        for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(exact[k], drawn[k].mean(), 4 * drawn[k].standard_error()) << k;
    }
    // No other state can hold more than all of it: the two weights of two equal levels add up to 1.
    EXPECT_NEAR(source_weights(GaussianLevels(1e-9), std::vector<double>{0.}, 1, 0)[0], 0.5, 1e-8);
}

TEST(ExactSourceWeights, AreThoseOfExplicitPatterns) {
    const std::size_t d = 6, count = 30;
    const std::vector<double> alphas = {std::log(10.) / d, std::log(30.) / d};
    for (const PatternLaw law : {spherical, gaussian}) {
        for (const WeightRule rule : {hopfield, diffusion}) {
            const DenseMemory memory{law, rule, d, 0.7};
            const std::vector<double> exact = exact_source_weights(memory, alphas);
            RunningMoments few, many;
            for (std::uint32_t i = 0; i < 1500; ++i) {
                RandomSequence random(RandomStream(4, 0), Purpose::test, i);
                const StoredPatterns patterns(random_rows(law, count, d, random), d);
                const std::vector<double> scores = patterns.scores(rule, patterns[0], count);
                few.add(softmax(std::span(scores).first(10), 0.7)[0]);
                many.add(softmax(scores, 0.7)[0]);
            }
            EXPECT_NEAR(exact[0], few.mean(), 4 * few.standard_error());
            EXPECT_NEAR(exact[1], many.mean(), 4 * many.standard_error());
        }
    }
}

/// At d = 1024 the exact mean weight crosses ½ where the expansion in 1/d says.
TEST(ExactSourceWeights, CrossOneHalfAtTheLoadOfLargeD) {
    for (const double lambda : {0.5, 2.}) {
        const DenseMemory memory{spherical, hopfield, 1000, lambda};
        const double half = spherical_half_load(lambda, 1000);
        const double s = std::sqrt(1 + 4 * lambda * lambda), limit = retrieval_load(memory, 0);
        EXPECT_NEAR(half, limit + (0.5 * std::log(s) - std::log((1 + s) / 2)) / 1000, 1e-6);
        EXPECT_NEAR(exact_source_weights(memory, std::vector<double>{half})[0], 0.5, 2e-4);
    }
}

TEST(SourceEnergy, IsTheDifferenceThatPatternsShow) {
    RandomSequence random(RandomStream(5, 0), Purpose::test);
    for (const PatternLaw law : {spherical, gaussian}) {
        const DenseMemory memory{law, hopfield, 40, 0.9};
        const Cue cue = draw_cue_noise(memory, random).cue(0.3);
        EXPECT_NEAR(cue.norm2 - 2 * cue.overlap + cue.pattern_norm2, cue.distance2, 1e-10);
        const double lowest = law == spherical ? std::sqrt(cue.norm2 * 40) : 0;
        EXPECT_NEAR(source_energy(memory, cue), 0.9 * (lowest - cue.overlap), 1e-10);
    }
}

TEST(FixedPoint, EnergyNeverRisesAndTheMapIsAtRest) {
    RandomSequence random(RandomStream(6, 0), Purpose::test);
    const std::size_t d = 8, count = 50;
    const StoredPatterns patterns(random_rows(gaussian, count, d, random), d);
    for (const double lambda : {0.02, 0.3, 1., 50.}) {
        std::vector<double> x(d);
        for (double& coordinate : x) coordinate = 2 * random.normal();
        double before = memory_energy(patterns, hopfield, lambda, count, x);
        for (int i = 0; i < 30; ++i) {
            x = find_fixed_point(patterns, hopfield, lambda, count, x, 1, Stop()).state;
            const double now = memory_energy(patterns, hopfield, lambda, count, x);
            EXPECT_LE(now, before + 1e-12 * std::abs(before)) << lambda << " " << i;
            before = now;
        }
        const FixedPoint fixed = find_fixed_point(patterns, hopfield, lambda, count, x, 100000, Stop());
        EXPECT_TRUE(fixed.reached);
        const std::vector<double> mean = patterns.mean(fixed.weights);
        for (std::size_t k = 0; k < d; ++k) EXPECT_NEAR(mean[k], fixed.state[k], 1e-4);
    }
}

TEST(FixedPoint, LimitsOfTheTemperature) {
    RandomSequence random(RandomStream(7, 0), Purpose::test);
    const std::size_t d = 5, count = 12;
    const StoredPatterns patterns(random_rows(spherical, count, d, random), d);
    const std::vector<double> scores = patterns.scores(hopfield, patterns[3], count);
    // Cold: the largest overlap takes all. Hot: the mean of all patterns. One pattern: one update.
    EXPECT_EQ(softmax(scores, 1e4)[3], 1);
    for (const double weight : softmax(scores, 1e-9)) EXPECT_NEAR(weight, 1. / count, 1e-8);
    const FixedPoint one = find_fixed_point(patterns, hopfield, 1, 1, patterns[3], 10, Stop());
    EXPECT_EQ(one.state, std::vector<double>(patterns[0].begin(), patterns[0].end()));
    EXPECT_EQ(one.updates, 2);  // the second finds it at rest
}

/// Energies of all sets of patterns, by the definition −Σ_μ (ξ^μ·s)^n: how often flipping spin 0 of the first pattern lowers
/// it.
double error_by_enumeration(int degree, int spins, int patterns) {
    const int bits = spins * patterns;
    std::int64_t errors = 0;
    for (std::int64_t set = 0; set < std::int64_t{1} << bits; ++set) {
        const auto sign = [&](int mu, int i) { return set >> (mu * spins + i) & 1 ? 1 : -1; };
        std::int64_t energy[2] = {};
        for (int flipped = 0; flipped < 2; ++flipped) {
            for (int mu = 0; mu < patterns; ++mu) {
                std::int64_t product = 0, power = 1;
                for (int i = 0; i < spins; ++i) product += sign(mu, i) * sign(0, i) * (flipped == 1 && i == 0 ? -1 : 1);
                for (int k = 0; k < degree; ++k) power *= product;
                energy[flipped] -= power;
            }
        }
        errors += energy[1] < energy[0];
    }
    return std::ldexp(static_cast<double>(errors), -bits);
}

TEST(PolynomialError, IsThatOfAllPatterns) {
    for (const int degree : {2, 3, 4, 5}) {
        for (const auto& [spins, patterns] : {std::pair{3, 2}, {3, 5}, {4, 4}, {5, 3}}) {
            EXPECT_NEAR(polynomial_error(degree, spins, patterns), error_by_enumeration(degree, spins, patterns), 1e-10)
                << degree << " " << spins << " " << patterns;
        }
    }
}

TEST(PolynomialError, KnownValues) {
    EXPECT_NEAR(polynomial_error(2, 500, 70), hopfield_first_step_error(500, 70), 1e-10);
    EXPECT_NEAR(polynomial_error(2, 4000, 500), hopfield_first_step_error(4000, 500), 1e-10);
    EXPECT_NEAR(polynomial_error_gaussian(3, 60, 180), 0.0053, 5e-5);
    const auto patterns = static_cast<std::int64_t>(0.5 * polynomial_unit(3, 2000));
    EXPECT_NEAR(polynomial_error(3, 2000, patterns), 0.5 * std::erfc(std::sqrt(2.)), 3e-4);
}

TEST(PolynomialErrors, CountsAreThoseOfTheExactRate) {
    for (const int degree : {2, 3, 4}) {
        const std::int64_t spins = degree == 4 ? 30 : 70;
        const std::vector<std::int64_t> counts = {std::llround(0.6 * polynomial_unit(degree, static_cast<double>(spins))),
                                                  std::llround(1.5 * polynomial_unit(degree, static_cast<double>(spins)))};
        RunningMoments rate[2];
        for (std::uint32_t i = 0; i < 300; ++i) {
            RandomSequence random(RandomStream(9, 0), Purpose::test, i);
            const auto errors = count_polynomial_errors(degree, spins, counts, random, Stop());
            for (int k = 0; k < 2; ++k) rate[k].add(static_cast<double>(errors[k]) / static_cast<double>(spins));
        }
        for (int k = 0; k < 2; ++k)
            EXPECT_NEAR(rate[k].mean(), polynomial_error(degree, spins, counts[k]), 4 * rate[k].standard_error()) << degree;
    }
}

}  // namespace
}  // namespace gdm
