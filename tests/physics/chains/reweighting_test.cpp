/// Thermodynamic integration and the multi-histogram estimate against laws that are known.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/chains/multi_histogram.hpp"
#include "gdm/physics/chains/thermodynamic_integration.hpp"

namespace gdm {
namespace {

/// A spin of n + 1 levels 0, 1, …, n with binomial weights: Z = (1 + e^{−β})^n, U = n/(1 + e^β).
struct Levels {
    double n;
    [[nodiscard]] double log_z(double beta) const { return n * std::log1p(std::exp(-beta)); }
    [[nodiscard]] EnergyCumulants cumulants(double beta) const {
        const double p = 1 / (1 + std::exp(beta)), variance = p * (1 - p);
        return {n * p, n * variance, n * variance * (1 - 2 * p)};
    }
};

double integration_error(std::size_t intervals, double beta, double* stated = nullptr) {
    const Levels levels{1};
    std::vector<double> ladder;
    std::vector<EnergyCumulants> energy;
    for (std::size_t i = 0; i <= intervals; ++i) {
        ladder.push_back(6. * static_cast<double>(i) / static_cast<double>(intervals));
        energy.push_back(levels.cumulants(ladder.back()));
    }
    const auto result = ThermodynamicIntegration(ladder, energy).at(beta);
    if (stated != nullptr) *stated = result.entropy_error;
    const double entropy = levels.log_z(beta) + beta * levels.cumulants(beta).mean;
    return std::log(2) + beta * result.energy - result.integral - entropy;
}

TEST(ThermodynamicIntegrationTest, ConvergesWithTheSixthPowerAndStatesMore) {
    EXPECT_NEAR(std::log2(integration_error(6, 6) / integration_error(12, 6)), 6, 0.7);
    for (const std::size_t intervals : {3, 6, 12, 24})
        for (const double beta : {0., 0.3, 1.7, 2.9, 4.4, 6.}) {
            double stated = 0;
            const double error = std::abs(integration_error(intervals, beta, &stated));
            EXPECT_LE(error, stated + 1e-15) << intervals << " " << beta;
        }
    EXPECT_LT(std::abs(integration_error(24, 3.3)), 1e-7);
}

TEST(ThermodynamicIntegrationTest, RefusesWhatIsNoLadder) {
    const std::vector<EnergyCumulants> energy(3);
    EXPECT_THROW(ThermodynamicIntegration(std::vector{0.1, 0.2, 0.3}, energy), std::invalid_argument);
    EXPECT_THROW(ThermodynamicIntegration(std::vector{0., 0.3, 0.2}, energy), std::invalid_argument);
    EXPECT_THROW((void)ThermodynamicIntegration(std::vector{0., 0.1, 0.2}, energy).at(0.3), std::out_of_range);
}

TEST(EnergyCumulantsTest, AreThoseOfTheMoments) {
    // Energies of a site 0 with probability 0.7 and 1 with 0.3.
    const auto cumulants = EnergyCumulants::of_moments(0.3, 0.3, 0.3, 10);
    EXPECT_NEAR(cumulants.variance, 10 * 0.21, 1e-12);
    EXPECT_NEAR(cumulants.third, 100 * 0.21 * 0.4, 1e-12);
}

/// Independent samples of the levels at each β, as one histogram.
std::vector<std::uint64_t> sampled(const Levels& levels, const std::vector<double>& beta, int samples, std::uint64_t seed) {
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(levels.n) + 1);
    RandomSequence random(RandomStream(seed, 0), Purpose::test);
    for (const double one : beta) {
        const double p = 1 / (1 + std::exp(one));
        for (int sample = 0; sample < samples; ++sample) {
            std::size_t level = 0;
            for (int i = 0; i < static_cast<int>(levels.n); ++i) level += random.uniform() < p ? 1 : 0;
            ++counts[level];
        }
    }
    return counts;
}

TEST(MultiHistogramTest, FindsKnownPartitionFunctions) {
    const Levels levels{40};
    const std::vector<double> beta{0, 0.4, 0.8, 1.3, 1.8, 2.4, 3.2};
    std::vector<double> energies(41);
    std::iota(energies.begin(), energies.end(), 0.);
    constexpr int samples = 500, repeats = 40;
    const std::vector<double> wanted{0, 0.6, 1.8, 3.2};
    std::vector<RunningMoments> log_z(wanted.size()), mean(wanted.size()), variance(wanted.size());
    for (std::uint64_t seed = 1; seed <= repeats; ++seed) {
        const MultiHistogram histogram(beta, std::vector<double>(beta.size(), samples), energies,
                                       sampled(levels, beta, samples, seed),
                                       std::vector<double>(beta.size(), levels.log_z(0)));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto law = histogram.at(wanted[i]);
            log_z[i].add(law.log_partition), mean[i].add(law.mean), variance[i].add(law.variance);
        }
        EXPECT_NEAR(histogram.at(1.3).log_partition, histogram.log_partition()[3], 1e-9);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto exact = levels.cumulants(wanted[i]);
        const auto expect = [&](const RunningMoments& found, double value) {
            EXPECT_NEAR(found.mean(), value, 4 * std::sqrt(found.variance() / repeats) + 1e-9) << wanted[i];
        };
        expect(log_z[i], levels.log_z(wanted[i]));
        expect(mean[i], exact.mean);
        expect(variance[i], exact.variance);
        EXPECT_LT(log_z[i].variance(), 0.04);
    }
}

TEST(MultiHistogramTest, SaysWhereLaddersDoNotOverlap) {
    const std::vector<double> energies{0, 1000};
    const std::vector<std::uint64_t> counts{100, 100};
    EXPECT_THROW(MultiHistogram({0, 5}, std::vector<double>{100, 100}, energies, counts, {0, -2500}), std::runtime_error);
}

}  // namespace
}  // namespace gdm
