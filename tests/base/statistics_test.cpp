#include "gdm/base/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace gdm {
namespace {

const RandomStream stream(0x5eed, 0);
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::vector<double> normals(std::size_t n, std::uint32_t sample) {
    RandomSequence random(stream, Purpose::test, sample);
    std::vector<double> values(n);
    for (double& value : values) value = random.normal();
    return values;
}

/// A stationary chain x' = a x + √(1 − a²) z of variance 1 and autocorrelation aˢ.
std::vector<double> autoregression(std::size_t n, double a, std::uint32_t sample) {
    RandomSequence random(stream, Purpose::test, sample);
    std::vector<double> chain(n);
    double x = random.normal();
    for (double& value : chain) {
        value = x;
        x = a * x + std::sqrt(1 - a * a) * random.normal();
    }
    return chain;
}

double tau_of_autoregression(double a) { return 0.5 * (1 + a) / (1 - a); }

TEST(RunningMoments, MatchTwoPassFormulas) {
    const std::vector<double> values = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    RunningMoments moments;
    for (const double value : values) moments.add(value);
    EXPECT_EQ(moments.count(), 4u);
    EXPECT_DOUBLE_EQ(moments.mean(), 1e9 + 10);
    EXPECT_DOUBLE_EQ(moments.variance(), 30);
    EXPECT_DOUBLE_EQ(moments.standard_error(), std::sqrt(30. / 4));
}

TEST(RunningMoments, MergedPartsEqualTheWhole) {
    const std::vector<double> values = normals(101, 1);
    RunningMoments whole, left, right, empty;
    for (std::size_t i = 0; i < values.size(); ++i) {
        whole.add(values[i]);
        (i < 30 ? left : right).add(values[i]);
    }
    left.merge(right);
    left.merge(empty);
    empty.merge(left);
    EXPECT_EQ(empty.count(), 101u);
    EXPECT_NEAR(empty.mean(), whole.mean(), 1e-14);
    EXPECT_NEAR(empty.variance(), whole.variance(), 1e-14);
}

TEST(RunningMoments, AreNotANumberWhereUndefined) {
    RunningMoments moments;
    EXPECT_TRUE(std::isnan(moments.mean()));
    moments.add(2);
    EXPECT_EQ(moments.mean(), 2);
    EXPECT_TRUE(std::isnan(moments.variance()));
    EXPECT_TRUE(std::isnan(moments.standard_error()));
}

TEST(LogMeanExp, NeitherOverflowsNorLosesSmallTerms) {
    EXPECT_DOUBLE_EQ(log_mean_exp(std::vector{std::log(1.), std::log(2.), std::log(6.)}), std::log(3.));
    EXPECT_DOUBLE_EQ(log_mean_exp(std::vector{5000., 5000.}), 5000);
    EXPECT_DOUBLE_EQ(log_mean_exp(std::vector{-5000., -infinity}), -5000 - std::log(2.));
    EXPECT_EQ(log_mean_exp(std::vector{-infinity, -infinity}), -infinity);
    EXPECT_TRUE(std::isnan(log_mean_exp({})));
    EXPECT_TRUE(std::isnan(log_mean_exp(std::vector{0., not_a_number})));
}

TEST(Jackknife, OfTheMeanIsTheStandardError) {
    const std::vector<double> values = normals(20, 2);
    RunningMoments moments;
    for (const double value : values) moments.add(value);
    std::vector<double> leave_one_out;
    for (const double value : values) leave_one_out.push_back((20 * moments.mean() - value) / 19);
    EXPECT_NEAR(jackknife_error(leave_one_out), moments.standard_error(), 1e-14);
}

/// The square of a mean: Var(x̄²) = 4 μ²/n + 2/n² for unit variance.
TEST(Jackknife, CoversANonlinearFunction) {
    constexpr std::size_t blocks = 40;
    constexpr int repetitions = 400;
    const double exact = std::sqrt(4. / blocks + 2. / (blocks * blocks));
    RunningMoments error;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        const std::vector<double> values = normals(blocks, 1000 + repetition);
        const double sum = std::accumulate(values.begin(), values.end(), 0.) + blocks;
        std::vector<double> leave_one_out;
        for (const double value : values) leave_one_out.push_back(std::pow((sum - value - 1) / (blocks - 1), 2));
        error.add(jackknife_error(leave_one_out));
    }
    EXPECT_NEAR(error.mean(), exact, 0.02 * exact);
}

TEST(Jackknife, ToleratesAThirdOfMissingValues) {
    EXPECT_TRUE(std::isnan(jackknife_error(std::vector{1.})));
    EXPECT_TRUE(std::isnan(jackknife_error(std::vector{1., not_a_number})));
    EXPECT_TRUE(std::isnan(jackknife_error(std::vector{1., 2., not_a_number, infinity})));
    EXPECT_DOUBLE_EQ(jackknife_error(std::vector{1., 2., not_a_number}), std::sqrt(2 * 0.25));
    EXPECT_DOUBLE_EQ(jackknife_error(std::vector{1., 2., 3.}), std::sqrt(2. / 3 * 2));
}

TEST(Bootstrap, OfTheMeanIsTheStandardError) {
    const std::vector<double> values = normals(50, 3);
    const auto mean = [&](std::span<const std::size_t> indices) {
        double sum = 0;
        for (const std::size_t index : indices) sum += values[index];
        return sum / static_cast<double>(indices.size());
    };
    RunningMoments moments;
    for (const double value : values) moments.add(value);
    const double exact = std::sqrt(moments.variance() * 49 / 50 / 50);  // the bootstrap's expectation, with 1/n
    RandomSequence random(stream, Purpose::bootstrap);
    constexpr std::size_t resamples = 4000;
    EXPECT_NEAR(bootstrap_error(50, resamples, random, mean), exact, 4 * exact / std::sqrt(2. * resamples));
}

TEST(KolmogorovSmirnov, DistanceByHand) {
    const auto uniform = [](double x) { return std::clamp(x, 0., 1.); };
    EXPECT_DOUBLE_EQ(ks_distance({0.9, 0.1, 0.2}, uniform), 2. / 3 - 0.2);
    EXPECT_DOUBLE_EQ(ks_distance({0.5}, uniform), 0.5);
    EXPECT_DOUBLE_EQ(ks_distance({0.8, 0.9}, uniform), 0.8);
    EXPECT_TRUE(std::isnan(ks_distance({}, uniform)));
}

/// Exact P(D_n > d) by the algorithm of Marsaglia, Tsang and Wang (SciPy's kstwo).
TEST(KolmogorovSmirnov, PValueMatchesTheExactLaw) {
    EXPECT_NEAR(ks_p_value(0.30, 10), 0.27053557479999946, 2.5e-3);
    EXPECT_NEAR(ks_p_value(0.10, 100), 0.2526927570063874, 2e-4);
    EXPECT_NEAR(ks_p_value(0.06, 100), 0.8428847956274123, 2e-4);
    EXPECT_NEAR(ks_p_value(0.05, 1000), 0.013012074781090332, 2.1e-5);
    EXPECT_EQ(ks_p_value(0, 100), 1);
    EXPECT_NEAR(ks_p_value(1, 100), 0, 1e-12);
    // The two series meet.
    const double seam = 1.18 / 100;
    EXPECT_NEAR(ks_p_value(seam * (1 - 1e-9), 10000), ks_p_value(seam * (1 + 1e-9), 10000), 1e-8);
}

TEST(KolmogorovSmirnov, ExpectedDistance) {
    EXPECT_NEAR(ks_expected_distance(10), 0.25919311476836354, 1.1e-3 * 0.26);
    EXPECT_NEAR(ks_expected_distance(1000), 0.02730620823480978, 4e-6 * 0.028);
    RunningMoments distance;
    const auto normal = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.)); };
    for (std::uint32_t sample = 0; sample < 400; ++sample) distance.add(ks_distance(normals(200, 2000 + sample), normal));
    EXPECT_NEAR(distance.mean(), ks_expected_distance(200), 4 * distance.standard_error());
}

TEST(Autocorrelation, TimeOfAnAutoregressiveChain) {
    for (const double a : {-0.3, 0.0, 0.5, 0.9, 0.98}) {
        const double exact = tau_of_autoregression(a);
        const auto time = integrated_autocorrelation_time(autoregression(200000, a, 10));
        EXPECT_TRUE(time.converged) << a;
        // The window leaves a share e^{-5} of the sum out, 2 % where ρ falls slowly.
        EXPECT_NEAR(time.tau, exact, 4 * time.error + 0.02 * exact) << a;
        EXPECT_LT(time.error, 0.1 * exact) << a;
    }
}

TEST(Autocorrelation, ErrorOfTheTimeIsItsSpread) {
    RunningMoments tau, error;
    for (std::uint32_t sample = 0; sample < 200; ++sample) {
        const auto time = integrated_autocorrelation_time(autoregression(5000, 0.8, 3000 + sample));
        tau.add(time.tau);
        error.add(time.error);
    }
    EXPECT_NEAR(error.mean(), std::sqrt(tau.variance()), 0.2 * std::sqrt(tau.variance()));
}

TEST(Autocorrelation, ShortAndConstantChains) {
    EXPECT_FALSE(integrated_autocorrelation_time(autoregression(500, 0.99, 11)).converged);
    const auto constant = integrated_autocorrelation_time(std::vector<double>(100, 3.));
    EXPECT_EQ(constant.tau, 0.5);
    EXPECT_FALSE(constant.converged);
    EXPECT_EQ(integrated_autocorrelation_time({}).tau, 0.5);
}

/// Var(x̄) = (2τ/n) Var(x) up to O(τ/n); here from the exact sum, Σ (1 − s/n) aˢ.
TEST(BinnedMean, ErrorOfAnAutoregressiveChain) {
    constexpr std::size_t n = 20000;
    for (const double a : {-0.3, 0.0, 0.6, 0.9}) {
        double exact = 1;
        for (std::size_t s = 1; s < n; ++s) exact += 2 * (1 - static_cast<double>(s) / n) * std::pow(a, s);
        exact = std::sqrt(exact / n);
        RunningMoments error, tau, mean;
        for (std::uint32_t sample = 0; sample < 100; ++sample) {
            const BinnedMean binned = binned_mean(autoregression(n, a, 4000 + sample));
            EXPECT_TRUE(binned.converged);
            error.add(binned.error);
            tau.add(binned.tau);
            mean.add(binned.mean / binned.error);
        }
        EXPECT_NEAR(error.mean(), exact, 0.05 * exact) << a;
        EXPECT_NEAR(tau.mean(), tau_of_autoregression(a), 0.1 * tau_of_autoregression(a)) << a;
        EXPECT_NEAR(mean.variance(), 1, 4 * std::sqrt(2. / 99)) << a;
    }
}

TEST(BinnedMean, ShortAndConstantChains) {
    EXPECT_TRUE(std::isnan(binned_mean({}).mean));
    EXPECT_TRUE(std::isnan(binned_mean(std::vector{1.}).error));
    EXPECT_FALSE(binned_mean(std::vector{1., 2., 4.}).converged);
    EXPECT_FALSE(binned_mean(autoregression(1000, 0.99, 12)).converged);
    const BinnedMean constant = binned_mean(std::vector<double>(64, 3.));
    EXPECT_EQ(constant.mean, 3);
    EXPECT_EQ(constant.error, 0);
    EXPECT_TRUE(constant.converged);
}

TEST(EffectiveSampleSize, OfEqualAndOfUnequalWeights) {
    EXPECT_NEAR(effective_sample_size(std::vector<double>(10, 700.)), 10, 1e-12);
    EXPECT_NEAR(effective_sample_size(std::vector{0., -infinity, -infinity}), 1, 1e-12);
    EXPECT_NEAR(effective_sample_size(std::vector{std::log(1.), std::log(3.)}), 16. / 10, 1e-12);
}

TEST(TailIndex, OfAParetoSample) {
    RandomSequence random(stream, Purpose::test, 13);
    std::vector<double> logs(20000);
    for (double& value : logs) value = -std::log(random.uniform()) / 1.7;  // P(W > w) = w^{-1.7}
    const TailIndex tail = tail_index(logs, 2000);
    EXPECT_NEAR(tail.index, 1.7, 4 * tail.error);
    EXPECT_NEAR(tail.error, 1.7 / std::sqrt(2000.), 0.1 * tail.error);
    EXPECT_DOUBLE_EQ(tail_index({0., 1., 3.}, 1).index, 0.5);
    EXPECT_THROW((void)tail_index({0., 1.}, 2), std::invalid_argument);
    EXPECT_THROW((void)tail_index({0., 1.}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
