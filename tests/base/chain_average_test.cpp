#include "gdm/base/chain_average.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "gdm/base/random_stream.hpp"

namespace gdm {
namespace {

/// x' = a x + √(1 − a²) ξ from equilibrium: τ = ½ (1 + a)/(1 − a), and τ = ½ (1 + a²)/(1 − a²) for x².
std::vector<double> autoregression(std::size_t n, double a, std::uint32_t replica) {
    RandomSequence random(RandomStream(21, replica), Purpose::test);
    std::vector<double> chain(n);
    double x = random.normal();
    for (double& value : chain) {
        value = x;
        x = a * x + std::sqrt(1 - a * a) * random.normal();
    }
    return chain;
}

/// 0 becomes 1 with probability p, 1 becomes 0 with q: mean p/(p + q), variance pq/(p + q)², ρ(s) = λˢ with λ = 1 − p − q.
std::vector<double> two_states(std::size_t n, double p, double q, std::uint32_t replica) {
    RandomSequence random(RandomStream(22, replica), Purpose::test);
    std::vector<double> chain(n);
    double x = random.uniform() < p / (p + q) ? 1 : 0;
    for (double& value : chain) {
        value = x;
        if (random.uniform() < (x == 0 ? p : q)) x = 1 - x;
    }
    return chain;
}

ChainAverage average_of(const std::vector<double>& chain) {
    ChainAverage average;
    for (const double value : chain) average.add(value);
    return average;
}

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.) / static_cast<double>(values.size());
}

/// The binning analysis of a chain that is kept, level by level.
TEST(Binning, IsTheAnalysisOfTheWholeChain) {
    for (const std::size_t n : {33u, 64u, 1000u, 4097u}) {
        const auto chain = autoregression(n, 0.9, 1);
        std::vector<double> bins = chain, errors;
        while (bins.size() >= 32) {
            RunningMoments moments;
            for (const double bin : bins) moments.add(bin);
            errors.push_back(moments.standard_error());
            for (std::size_t i = 0; 2 * i + 1 < bins.size(); ++i) bins[i] = (bins[2 * i] + bins[2 * i + 1]) / 2;
            bins.resize(bins.size() / 2);
        }
        Binning binning;
        for (const double value : chain) binning.add(value);
        const BinnedMean found = binning.result();
        const auto level = static_cast<std::size_t>(std::lround(std::log2(found.bin_length)));
        ASSERT_LT(level, errors.size());
        EXPECT_EQ(found.error, errors[level]);
        EXPECT_NEAR(found.mean, mean_of(chain), 1e-13);
        for (std::size_t k = 0; k < level; ++k) {  // no smaller one would do
            const double growth = std::pow(errors[k] / errors[0], 2);
            EXPECT_LE(std::pow(8., static_cast<double>(k)), 2 * static_cast<double>(n) * growth * growth);
        }
    }
}

TEST(ChainAverage, PullsOfAutoregressiveChains) {
    constexpr std::size_t n = 10000;
    for (const double a : {-0.3, 0.5, 0.9}) {
        const double tau = (1 + a) / (1 - a) / 2;
        RunningMoments mean, time, time_pull;
        for (std::uint32_t seed = 0; seed < 200; ++seed) {
            const BinnedMean binned = average_of(autoregression(n, a, seed)).binned();
            mean.add(binned.mean / binned.error);
            time.add(binned.tau);
            time_pull.add(binned.tau_error);
        }
        EXPECT_NEAR(mean.mean(), 0, 4 / std::sqrt(200.)) << a;
        EXPECT_NEAR(mean.variance(), 1, 4 * std::sqrt(2. / 199) + 0.05) << a;
        // Bins of length b leave a share of about τ/b out.
        EXPECT_NEAR(time.mean(), tau, 4 * time.standard_error() + 0.06 * tau) << a;
        const double spread = std::sqrt(time.variance());
        EXPECT_NEAR(time_pull.mean(), spread, 0.2 * spread + 0.02 * tau) << a;
    }
}

/// Of chains of 64 τ the error is known to a quarter, and little too small; 32 bins would be far too short.
TEST(ChainAverage, ShortChainsUseLongBins) {
    const double a = 0.98, tau = (1 + a) / (1 - a) / 2, exact = std::sqrt(2 * tau / 3168);
    RunningMoments error, time;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        const BinnedMean binned = average_of(autoregression(3168, a, seed)).binned();
        error.add(binned.error);
        time.add(binned.tau);
    }
    EXPECT_NEAR(error.mean(), exact, 0.15 * exact);
    EXPECT_GT(time.mean(), 0.75 * tau);
}

TEST(ChainAverage, PullsOfTwoStateChains) {
    constexpr std::size_t n = 20000;
    const double p = 0.02, q = 0.06, exact = p / (p + q), lambda = 1 - p - q;
    const double tau = (1 + lambda) / (1 - lambda) / 2, deviation = std::sqrt(2 * tau * p * q / (p + q) / (p + q) / n);
    RunningMoments mean, time, pull, blocks;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        const ChainAverage average = average_of(two_states(n, p, q, seed));
        const BinnedMean binned = average.binned();
        mean.add(binned.mean);
        time.add(binned.tau);
        pull.add((binned.mean - exact) / binned.error);
        RunningMoments spread;
        for (const double block : average.block_means()) spread.add(block);
        blocks.add(spread.standard_error());
    }
    EXPECT_NEAR(mean.mean(), exact, 4 * deviation / std::sqrt(200.));
    EXPECT_NEAR(std::sqrt(mean.variance()), deviation, 4 * deviation / std::sqrt(398.));
    EXPECT_NEAR(time.mean(), tau, 4 * time.standard_error() + 0.06 * tau);
    EXPECT_NEAR(pull.variance(), 1, 4 * std::sqrt(2. / 199) + 0.05);
    EXPECT_NEAR(blocks.mean(), deviation, 0.05 * deviation);  // blocks of 50 τ: a hundredth of the variance is lost
}

TEST(ChainAverage, BlocksAreConsecutiveParts) {
    for (const std::size_t n : {32u, 100u, 256u, 257u, 1000u, 8192u, 10001u}) {
        std::vector<double> chain(n);
        std::iota(chain.begin(), chain.end(), 0.);
        const auto means = average_of(chain).block_means();
        ASSERT_EQ(means.size(), blocks_of_chain);
        // The mean of i … j is (i + j)/2: lengths follow from block to block.
        double first = 0, longest = 0, shortest = 1e9;
        for (const double mean : means) {
            const double length = 2 * (mean - first) + 1;
            EXPECT_EQ(length, std::round(length)) << n;
            longest = std::max(longest, length);
            shortest = std::min(shortest, length);
            first += length;
        }
        EXPECT_EQ(first, static_cast<double>(n));
        EXPECT_LE(longest, (n >= 256 ? 1.5 : 4) * shortest) << n;
        EXPECT_TRUE(n != 8192 || longest == shortest);
    }
    EXPECT_THROW((void)average_of(std::vector<double>(31, 1.)).block_means(), std::logic_error);
}

TEST(ChainAverage, GoesOnFromItsBytes) {
    const auto chain = autoregression(5000, 0.9, 3);
    for (const std::size_t cut : {0u, 1u, 256u, 257u, 4999u}) {
        const ChainAverage part = average_of({chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(cut)});
        ByteWriter saved;
        part.save(saved);
        EXPECT_EQ(saved.bytes().size(), ChainAverage::bytes());
        ByteReader reader(saved.bytes());
        ChainAverage rest;
        rest.load(reader);
        for (std::size_t i = cut; i < chain.size(); ++i) rest.add(chain[i]);
        ByteWriter found, expected;
        rest.save(found);
        average_of(chain).save(expected);
        EXPECT_TRUE(std::equal(found.bytes().begin(), found.bytes().end(), expected.bytes().begin()));
        ByteReader too_short(saved.bytes().first(100));
        EXPECT_THROW(rest.load(too_short), std::length_error);
    }
}

}  // namespace
}  // namespace gdm
