#include "gdm/physics/spins/spin_strip.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/spins/spin_posterior.hpp"
#include "gdm/physics/spins/strip_chain.hpp"

namespace gdm {
namespace {

/// The law of all 2^n states, by their weights.
std::vector<double> enumerate(const SpinStrip& strip, const std::vector<double>& fields, double* log_partition = nullptr) {
    std::vector<double> law(std::size_t{1} << strip.sites());
    double total = 0;
    for (std::size_t state = 0; state < law.size(); ++state) {
        const auto spin = [&](std::size_t site) { return (state >> site & 1) != 0 ? 1. : -1.; };
        double exponent = 0;
        for (const auto& [a, b] : strip.bonds()) exponent += strip.coupling * spin(a) * spin(b);
        for (std::size_t site = 0; site < fields.size(); ++site) exponent += fields[site] * spin(site);
        total += law[state] = std::exp(exponent);
    }
    for (double& p : law) p /= total;
    if (log_partition != nullptr) *log_partition = std::log(total);
    return law;
}

/// Its marginal over neighbouring sites.
std::vector<double> marginal(const std::vector<double>& law, std::size_t from, std::size_t count) {
    std::vector<double> part(std::size_t{1} << count, 0.0);
    for (std::size_t state = 0; state < law.size(); ++state) part[state >> from & (part.size() - 1)] += law[state];
    return part;
}

double mean(const std::vector<double>& law, std::size_t site) {
    double sum = 0;
    for (std::size_t state = 0; state < law.size(); ++state) sum += ((state >> site & 1) != 0 ? 1 : -1) * law[state];
    return sum;
}

std::vector<SpinStrip> small_strips() {
    std::vector<SpinStrip> all;
    for (const Boundary boundary : {Boundary::torus, Boundary::cylinder, Boundary::strip}) {
        for (const auto& [width, length] : {std::pair{3, 4}, {4, 3}, {1, 6}, {2, 2}, {2, 1}, {3, 2}}) {
            all.push_back({static_cast<std::size_t>(width), static_cast<std::size_t>(length), boundary, 0.4});
        }
    }
    return all;
}

std::vector<double> some_fields(std::size_t n, double scale) {
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    std::vector<double> fields(n);
    for (double& field : fields) field = scale * random.normal();
    return fields;
}

TEST(SpinStrip, IsWhatEnumerationGives) {
    for (const SpinStrip& strip : small_strips()) {
        for (const double scale : {0., 0.7}) {
            const std::vector<double> fields = some_fields(strip.sites(), scale);
            double log_partition = 0;
            const std::vector<double> law = enumerate(strip, fields, &log_partition);
            TransferMatrix matrix(strip);
            matrix.set_fields(fields);
            EXPECT_NEAR(matrix.log_partition(), log_partition, 1e-11);
            EXPECT_NEAR(matrix.entropy(), entropy_of(law), 1e-11);
            std::vector<double> means(strip.sites());
            matrix.means(means);
            for (std::size_t site = 0; site < means.size(); ++site) EXPECT_NEAR(means[site], mean(law, site), 1e-12);
            for (std::size_t column = 0; column < strip.length; ++column) {
                EXPECT_NEAR(matrix.columns_entropy(0, column + 1), entropy_of(marginal(law, 0, strip.width * (column + 1))),
                            1e-11);
                const std::size_t last = strip.width - 1;
                EXPECT_NEAR(matrix.arc_entropy(column, last, 1), entropy_of(marginal(law, strip.width * column + last, 1)),
                            1e-11);
            }
            if (strip.boundary != Boundary::torus && strip.length > 2) {
                EXPECT_NEAR(matrix.columns_entropy(1, 2), entropy_of(marginal(law, strip.width, 2 * strip.width)), 1e-11);
            }
        }
    }
}

TEST(SpinStrip, NeitherColdNorStrongFieldsOverflow) {
    const SpinStrip strip{8, 8, Boundary::torus, 20};
    TransferMatrix matrix(strip);
    EXPECT_NEAR(matrix.log_partition(), 20. * 128 + std::log(2.), 1e-9);
    EXPECT_NEAR(matrix.entropy(), std::log(2.), 1e-9);
    std::vector<double> fields(64, 1e6);
    fields[5] = -1e6;
    matrix.set_fields(fields);
    std::vector<double> means(64);
    matrix.means(means);
    EXPECT_EQ(means[5], -1);
    EXPECT_EQ(means[6], 1);
    EXPECT_THROW(TransferMatrix({9, 4, Boundary::torus, 1}), std::invalid_argument);
    EXPECT_THROW(TransferMatrix({17, 4, Boundary::strip, 1}), std::invalid_argument);
}

/// The chi-squared deviate of how often states were met, in standard deviations.
double surprise(const std::map<std::size_t, double>& met, const std::vector<double>& law, double draws) {
    double sum = 0;
    for (std::size_t state = 0; state < law.size(); ++state) {
        const double expected = draws * law[state];
        const auto found = met.find(state);
        sum += std::pow((found == met.end() ? 0 : found->second) - expected, 2) / expected;
    }
    const double freedom = static_cast<double>(law.size()) - 1;
    return (sum - freedom) / std::sqrt(2 * freedom);
}

std::size_t state_of(std::span<const double> spins) {
    std::size_t state = 0;
    for (std::size_t site = 0; site < spins.size(); ++site) state |= std::size_t{spins[site] > 0} << site;
    return state;
}

TEST(SpinStrip, DrawsHaveItsLaw) {
    for (const Boundary boundary : {Boundary::torus, Boundary::cylinder, Boundary::strip}) {
        const SpinStrip strip{2, 3, boundary, 0.3};
        TransferMatrix matrix(strip);
        const std::vector<double> fields = some_fields(6, 0.3);
        matrix.set_fields(fields);
        RandomSequence random(RandomStream(5, 0), Purpose::test);
        std::map<std::size_t, double> met;
        std::vector<double> spins(6);
        for (int k = 0; k < 40000; ++k) {
            matrix.draw(random, spins);
            met[state_of(spins)] += 1;
        }
        EXPECT_LT(std::abs(surprise(met, enumerate(strip, fields), 40000)), 4);
    }
}

/// Ten steps from an exact state leave an exact state, whatever the fields.
TEST(StripChain, KeepsTheLaw) {
    const SpinStrip strip{2, 3, Boundary::torus, 0.4};
    const std::vector<double> fields = some_fields(6, 0.5);
    TransferMatrix matrix(strip);
    matrix.set_fields(fields);
    StripChain chain(strip);
    RandomSequence random(RandomStream(6, 0), Purpose::test);
    std::map<std::size_t, double> met;
    for (int k = 0; k < 40000; ++k) {
        matrix.draw(random, chain.spins());
        chain.step(fields, random);
        met[state_of(chain.spins())] += 1;
    }
    EXPECT_LT(std::abs(surprise(met, enumerate(strip, fields), 40000)), 4);
}

TEST(StripChain, FindsTheLawFromAnyStart) {
    const SpinStrip strip{3, 3, Boundary::cylinder, 0.5};
    const std::vector<double> fields = some_fields(9, 0.4);
    const std::vector<double> law = enumerate(strip, fields);
    std::array<RunningMoments, 9> found;
    for (std::uint32_t replica = 0; replica < 400; ++replica) {
        StripChain chain(strip);
        RandomSequence random(RandomStream(7, replica), Purpose::test);
        chain.start_at_random(random);
        for (int k = 0; k < 16; ++k) chain.step(fields, random);
        std::vector<double> means(9, 0.0);
        for (int k = 0; k < 16; ++k) chain.step(fields, random, means);
        for (std::size_t site = 0; site < 9; ++site) found[site].add(means[site] / 16);
    }
    for (std::size_t site = 0; site < 9; ++site)
        EXPECT_NEAR(found[site].mean(), mean(law, site), 4 * found[site].standard_error());
}

/// Products of the two values are unbiased; so is the planted one alone, after a single step.
TEST(SpinPosterior, ProductsOfTwoChainsAreUnbiased) {
    const SpinStrip strip{2, 2, Boundary::cylinder, 0.5};
    SpinPosterior exact(strip, {}), chains(strip, {ScoreSource::monte_carlo, 16, 16, 2});
    SpinPosterior single(strip, {ScoreSource::monte_carlo, 1, 16, 2});
    RunningMoments products, planted, squares;
    SpinPosterior::Means truth, two, one;
    for (std::uint32_t sample = 0; sample < 4000; ++sample) {
        RandomSequence random(RandomStream(8, sample), Purpose::test);
        std::vector<double> spins(4), fields(4);
        exact.draw(random, spins);
        for (std::size_t i = 0; i < 4; ++i) fields[i] = 0.5 * spins[i] + std::sqrt(0.5) * random.normal();
        exact.means(fields, spins, random, truth);
        chains.means(fields, spins, random, two);
        single.means(fields, spins, random, one);
        double product = 0, difference = 0, square = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            product += two.planted[i] * two.blind[i] - truth.planted[i] * truth.planted[i];
            difference += one.planted[i] - truth.planted[i];
            square += one.planted[i] * one.planted[i] - truth.planted[i] * truth.planted[i];
        }
        products.add(product);
        planted.add(difference);
        squares.add(square);
    }
    EXPECT_NEAR(products.mean(), 0, 4 * products.standard_error());
    EXPECT_NEAR(planted.mean(), 0, 4 * planted.standard_error());
    EXPECT_GT(squares.mean(), 10 * squares.standard_error());
}

}  // namespace
}  // namespace gdm
