#include "gdm/physics/targets/bath_law.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/physics/targets/binomial.hpp"
#include "gdm/physics/targets/generative_bath.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

/// Counts beside the law of the multinomial by lgamma: χ² of each number of successes that 10 draws or more are expected of.
TEST(Binomial, CountsFollowTheLaw) {
    for (const auto& [n, p] : {std::pair{1, 0.3}, {30, 0.2}, {40, 0.5}, {200, 0.06}, {1000, 0.4}, {1000, 0.97}}) {
        RandomSequence random(RandomStream(5, 0), Purpose::test, static_cast<std::uint32_t>(n));
        constexpr int draws = 40'000;
        std::vector<double> counts(static_cast<std::size_t>(n) + 1, 0);
        for (int draw = 0; draw < draws; ++draw) ++counts[draw_binomial(static_cast<std::uint64_t>(n), p, random)];
        double chi2 = 0, degrees = -1;
        for (int k = 0; k <= n; ++k) {
            const double expected = draws * std::exp(std::lgamma(n + 1.) - std::lgamma(k + 1.) - std::lgamma(n - k + 1.) +
                                                     k * std::log(p) + (n - k) * std::log1p(-p));
            if (expected < 10) continue;
            chi2 += std::pow(counts[static_cast<std::size_t>(k)] - expected, 2) / expected;
            ++degrees;
        }
        EXPECT_LT(std::abs(chi2 - degrees), 4 * std::sqrt(2 * std::max(1., degrees))) << n << ' ' << p << ' ' << chi2;
    }
    RandomSequence random(RandomStream(5, 1), Purpose::test);
    EXPECT_EQ(draw_binomial(7, 0, random), 0u);
    EXPECT_EQ(draw_binomial(7, 1, random), 7u);
}

struct Sums {
    double first = 0, absolute = 0, squared = 0, fourth = 0, participation = 0;
};

/// Over all N^K configurations, with the weight of the declaration, pair by pair.
Sums enumerate(const BathModel& model) {
    const std::size_t N = model.points.size() / model.d;
    std::size_t configurations = 1;
    for (std::uint32_t site = 0; site < model.K; ++site) configurations *= N;
    const auto product = [&](std::size_t j, std::size_t k) {
        double sum = 0;
        for (std::size_t i = 0; i < model.d; ++i) sum += model.points[j * model.d + i] * model.points[k * model.d + i];
        return sum;
    };
    Sums sums;
    double whole = 0;
    for (std::size_t configuration = 0; configuration < configurations; ++configuration) {
        std::vector<std::size_t> at(model.K);
        for (std::size_t site = 0, rest = configuration; site < model.K; ++site, rest /= N) at[site] = rest % N;
        double energy = 0, squared = 0, along = 0;
        std::vector<double> counts(N, 0);
        for (std::uint32_t one = 0; one < model.K; ++one) {
            energy += model.h * product(at[one], 0) / std::sqrt(product(0, 0));
            energy -= (1 - 1. / model.K) * product(at[one], at[one]) / 2;
            along += product(at[one], 0) / std::sqrt(product(0, 0)) / model.K;
            ++counts[at[one]];
            for (std::uint32_t other = 0; other < model.K; ++other) {
                if (one < other) energy += product(at[one], at[other]) / model.K;
                squared += product(at[one], at[other]) / (model.K * model.K);
            }
        }
        const double weight = std::exp(energy / model.theta);
        whole += weight;
        sums.first += weight * along;
        sums.absolute += weight * std::sqrt(std::max(0., squared));
        sums.squared += weight * squared;
        sums.fourth += weight * squared * squared;
        for (const double count : counts) sums.participation += weight * std::pow(count / model.K, 2);
    }
    for (double* one : {&sums.first, &sums.absolute, &sums.squared, &sums.fourth, &sums.participation}) *one /= whole;
    return sums;
}

double square_of(const GenerativeBath& bath) {
    double square = 0;
    for (const double one : bath.mean()) square += one * one;
    return square;
}

/// Averages of a chain beside the expected ones, within 4 binning errors.
void expect_equilibrium(const BathModel& model, bool mirrors, const Sums& expected, std::uint64_t key) {
    const auto bath = generative_bath(model);
    const RandomStream random(key, 0);
    bath->start(BathStart::random, random, 0);
    std::array<ChainAverage, 6> averages;
    for (std::uint32_t number = 0; number < 8000; ++number) {
        bath->sweep(random, 0, number);
        if (mirrors) bath->mirror(random, 0, number);
        if (number < 50) continue;
        const double square = square_of(*bath);
        averages[0].add(bath->along());
        averages[1].add(bath->along_field());
        averages[2].add(std::sqrt(square));
        averages[3].add(square);
        averages[4].add(square * square);
        if (model.target != BathTarget::hypersphere) averages[5].add(bath->participation());
    }
    const std::array wanted{expected.first,   expected.first,  expected.absolute,
                            expected.squared, expected.fourth, expected.participation};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (averages[i].count() == 0 || std::isnan(wanted[i])) continue;
        const BinnedMean mean = averages[i].binned();
        EXPECT_NEAR(mean.mean, wanted[i], 4 * mean.error + 1e-12)
            << bath_target_words[model.target] << ' ' << bath_update_words[model.update] << ' ' << i << ' ' << mirrors;
    }
}

TEST(GenerativeBath, PointsAreThoseOfEnumeration) {
    std::uint64_t key = 0;
    for (const BathUpdate update : {BathUpdate::heat_bath, BathUpdate::noising}) {
        for (const bool mirrors : {false, true}) {
            BathModel model{.target = BathTarget::two_deltas, .theta = 0.9, .h = 0.15, .K = 7, .points = {1, -1}};
            model.update = update;
            expect_equilibrium(model, mirrors, enumerate(model), ++key);
            model = {.target = BathTarget::four_deltas,
                     .theta = 0.6,
                     .h = 0.1,
                     .K = 5,
                     .d = 2,
                     .points = {1, 0, -1, 0, 0, 1, 0, -1},
                     .update = update};
            expect_equilibrium(model, mirrors, enumerate(model), ++key);
            // Norms that differ, no symmetry.
            model = {.target = BathTarget::discrete,
                     .theta = 0.8,
                     .h = 0.2,
                     .K = 4,
                     .d = 2,
                     .points = {1, 0.2, -0.3, 0.9, 0.1, -1.4},
                     .update = update};
            expect_equilibrium(model, mirrors, enumerate(model), ++key);
        }
    }
}

TEST(GenerativeBath, SphereIsThatOfQuadrature) {
    std::uint64_t key = 100;
    for (const BathUpdate update : {BathUpdate::heat_bath, BathUpdate::noising}) {
        for (const auto& [d, h] : {std::pair{2, 0.1}, {3, 0.0}, {4, 0.2}, {6, 0.0}}) {
            const BathModel model{.target = BathTarget::hypersphere,
                                  .theta = 1.2 / d,
                                  .h = h,
                                  .K = 9,
                                  .d = static_cast<std::size_t>(d),
                                  .update = update};
            const BathMoments exact = bath_moments(model.target, model.theta, h, 9, model.d);
            expect_equilibrium(model, true, {exact.first, exact.absolute, exact.squared, exact.fourth, 0}, ++key);
        }
    }
}

TEST(BathLaw, SumsAreThoseOfEnumeration) {
    const BathModel two{.theta = 0.7, .h = 0.1, .K = 6, .points = {1, -1}};
    const BathModel four{
        .target = BathTarget::four_deltas, .theta = 0.5, .h = 0.2, .K = 5, .d = 2, .points = {1, 0, -1, 0, 0, 1, 0, -1}};
    for (const BathModel& model : {two, four}) {
        const Sums expected = enumerate(model);
        const BathMoments exact = bath_moments(model.target, model.theta, model.h, model.K, model.d);
        EXPECT_NEAR(exact.first, expected.first, 1e-12);
        EXPECT_NEAR(exact.absolute, expected.absolute, 1e-12);
        EXPECT_NEAR(exact.squared, expected.squared, 1e-12);
        EXPECT_NEAR(exact.fourth, expected.fourth, 1e-12);
    }
    EXPECT_NEAR(TwoDeltasLaw(0.8, 0, 10).log_partition(), 7.770152823719, 1e-11);
}

/// Two microstates at an angle of cosine c: p(c) ∝ e^{c/2θ} (1 − c²)^{(d−3)/2}, ‖ȳ‖² = (1 + c)/2. In one dimension the
/// sphere is two points.
TEST(BathLaw, SphereAtTwoMicrostatesAndInOneDimension) {
    for (const double d : {3., 5.}) {
        const double theta = 0.3;
        double whole = 0, squared = 0, fourth = 0;
        for (double c = -1 + 1e-4; c < 1; c += 2e-4) {
            const double weight = std::exp(c / (2 * theta)) * std::pow(1 - c * c, (d - 3) / 2);
            whole += weight;
            squared += weight * (1 + c) / 2;
            fourth += weight * std::pow((1 + c) / 2, 2);
        }
        const BathMoments exact = bath_moments(BathTarget::hypersphere, theta, 0, 2, static_cast<std::size_t>(d));
        EXPECT_NEAR(exact.squared, squared / whole, 1e-7);
        EXPECT_NEAR(exact.fourth, fourth / whole, 1e-7);
    }
    const BathMoments line = bath_moments(BathTarget::hypersphere, 0.9, 0.1, 100, 1);
    const BathMoments points = bath_moments(BathTarget::two_deltas, 0.9, 0.1, 100, 1);
    EXPECT_NEAR(line.first, points.first, 1e-9);
    EXPECT_NEAR(line.squared, points.squared, 1e-9);
}

double binder(const BathMoments& at) { return 1 - at.fourth / (3 * at.squared * at.squared); }

TEST(BathLaw, CriticalValues) {
    const BathCriticality two = bath_criticality(BathTarget::two_deltas, 1);
    EXPECT_NEAR(two.binder, 0.2705201283, 1e-10);
    EXPECT_NEAR(two.absolute, 0.9098906, 1e-7);
    EXPECT_NEAR(two.squared, 1.1708287, 1e-7);
    // Corrections are of order K^{−1/2}: what is left after Richardson's step of order 1/K.
    for (const auto& [target, d] : {std::pair{BathTarget::two_deltas, 1},
                                    {BathTarget::four_deltas, 2},
                                    {BathTarget::hypersphere, 2},
                                    {BathTarget::hypersphere, 5}}) {
        const auto dimension = static_cast<std::size_t>(d);
        const double theta = bath_critical_theta(target, dimension, 0);
        const BathMoments small = bath_moments(target, theta, 0, 16384, dimension);
        const BathMoments large = bath_moments(target, theta, 0, 65536, dimension);
        const BathCriticality limit = bath_criticality(target, dimension);
        EXPECT_NEAR(2 * binder(large) - binder(small), limit.binder, 3e-4) << bath_target_words[target];
        EXPECT_NEAR(2 * 256 * large.squared - 128 * small.squared, limit.squared, 3e-3) << bath_target_words[target];
    }
}

TEST(BathLaw, Relaxation) {
    EXPECT_NEAR(two_deltas_relaxation(0.7, 2).odd, 1 / (2 * std::log1p(std::exp(-1 / 0.7))), 1e-9);  // by hand
    EXPECT_NEAR(two_deltas_relaxation(1, 64).odd, 10.72, 0.005);
    EXPECT_NEAR(two_deltas_relaxation(1, 65536).odd / 256, 1.26557, 0.005);
    EXPECT_NEAR(two_deltas_relaxation(1, 65536).even / 256, 0.38890, 0.002);
    EXPECT_NEAR(two_deltas_relaxation(1.5, 65536).odd, 3, 0.01);
    EXPECT_TRUE(std::isnan(two_deltas_relaxation(0.3, 1024).odd));  // never between wells
}

/// The slowest decay of ȳ in a simulated heat bath, from two lags.
TEST(GenerativeBath, RelaxesAsItsSpectrum) {
    const auto bath = generative_bath({.theta = 1, .K = 16});
    const RandomStream random(77, 0);
    bath->start(BathStart::random, random, 0);
    std::vector<double> chain;
    for (std::uint32_t number = 0; number < 60'000; ++number) {
        bath->sweep(random, 0, number);
        chain.push_back(bath->along());
    }
    const double tau = two_deltas_relaxation(1, 16).odd;
    double near = 0, far = 0;
    for (std::size_t i = 0; i + 10 < chain.size(); ++i) {
        near += chain[i] * chain[i + 5];
        far += chain[i] * chain[i + 10];
    }
    // The error of the ratio, from 12 such chains: 0.9 %.
    EXPECT_NEAR(far / near, std::exp(-5 / tau), 0.036 * std::exp(-5 / tau));
}

double magnetisation_by_bisection(double theta, double h) {
    const auto residual = [&](double m) { return m - std::tanh((m + h) / theta); };
    std::uintmax_t iterations = 200;
    // Below the greatest root the residual is negative; √(3(1 − θ)) θ bounds the spontaneous root from below.
    const double low = h > 0 ? 0 : theta * std::sqrt(std::max(0., 3 * (1 - theta))) / 2;
    const auto root =
        boost::math::tools::toms748_solve(residual, low, 1., boost::math::tools::eps_tolerance<double>(50), iterations);
    return (root.first + root.second) / 2;
}

TEST(TwoDeltasTheory, MagnetisationSolvesSelfConsistency) {
    for (const double theta : {0.2, 0.5, 0.9, 0.99, 1.0, 1.3, 4.0}) {
        for (const double h : {0.0, 1e-3, 0.1, 2.0}) {
            if (h == 0 && theta >= 1) {
                EXPECT_EQ(two_deltas_mean_field(theta, h), 0);
            } else {
                EXPECT_NEAR(two_deltas_mean_field(theta, h), magnetisation_by_bisection(theta, h), 1e-12)
                    << theta << " " << h;
            }
        }
    }
}

TEST(TwoDeltasTheory, SusceptibilityIsTheSlopeInTheField) {
    for (const double theta : {0.5, 0.9, 1.0, 1.5}) {
        const double h = 0.05, step = 1e-4;
        const double slope =
            (magnetisation_by_bisection(theta, h + step) - magnetisation_by_bisection(theta, h - step)) / (2 * step);
        EXPECT_NEAR(two_deltas_susceptibility(theta, h), slope, 1e-5 * slope) << theta;
    }
    EXPECT_DOUBLE_EQ(two_deltas_susceptibility(1.5, 0), 2);
    EXPECT_TRUE(std::isinf(two_deltas_susceptibility(1, 0)));
}

/// β = ½, δ = 3, γ = 1 and the amplitude ratio 2 of mean field.
TEST(TwoDeltasTheory, CriticalExponents) {
    const double epsilon = 1e-4;
    EXPECT_NEAR(two_deltas_mean_field(1 - epsilon, 0) / std::sqrt(3 * epsilon), 1, 1e-3);
    EXPECT_NEAR(std::pow(two_deltas_mean_field(1, 1e-6), 3) / 3e-6, 1, 1e-3);
    EXPECT_NEAR(two_deltas_susceptibility(1 + epsilon, 0) / two_deltas_susceptibility(1 - epsilon, 0), 2, 1e-3);
}

/// The first correction in 1/K is the Gaussian width of ȳ about the root: ⟨ȳ²⟩ − ⟨ȳ⟩² = θχ/K.
TEST(TwoDeltasTheory, FiniteMomentsApproachMeanField) {
    const double K = 1e5, m = two_deltas_mean_field(0.7, 0);
    const TwoDeltasMoments moments = TwoDeltasLaw(0.7, 0, 100000).moments();
    EXPECT_NEAR(moments.absolute, m, 1e-4);
    const double variance = moments.squared - moments.absolute * moments.absolute;
    EXPECT_NEAR(variance * K / 0.7, two_deltas_susceptibility(0.7, 0), 1e-3);
}

}  // namespace
}  // namespace gdm
