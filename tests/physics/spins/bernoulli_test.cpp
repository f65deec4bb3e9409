#include "gdm/physics/spins/bernoulli.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/on_target.hpp"
#include "physics/spins/plain_decision.hpp"

namespace gdm {
namespace {

/// 64 probabilities, among them certain ones, powers of two, and small ones.
std::vector<double> probabilities() {
    std::vector<double> p{0, 1, 0.5, 0.25, 0x1p-3, 0x1p-7, 0x1p-10, 1 - 0x1p-9, 1e-3, 1e-4, 0x1p-40, 1e-30};
    while (p.size() < 64) p.push_back(0.01 + 0.019 * static_cast<double>(p.size() - 12));
    return p;
}

TEST(BernoulliWords, FollowTheDefinitionOnEveryInstructionSet) {
    const RandomStream random(3, 9);
    const std::vector<double> p = probabilities();
    on_every_target([&] {
        std::vector<std::uint64_t> words(203);
        bernoulli_words(p, words, random, Purpose::markov_chain, 5, 2);
        for (std::size_t i = 0; i < words.size(); ++i)
            for (std::size_t lane = 0; lane < 64; ++lane)
                ASSERT_EQ((words[i] >> lane & 1) != 0,
                          plain_decision(random, i, lane, 5, 2, probability_threshold(p[lane])));
    });
}

/// χ² of counts of n with probabilities p, as a normal number of equal tail.
double as_normal(double chi, double degrees) {
    // Wilson and Hilferty's cube root, good to 1e-2 for ten degrees and more.
    return (std::cbrt(chi / degrees) - (1 - 2 / (9 * degrees))) / std::sqrt(2 / (9 * degrees));
}

TEST(BernoulliWords, HaveTheirProbabilitiesAndAreIndependent) {
    const RandomStream random(8, 1);
    const std::vector<double> p = probabilities();
    constexpr std::size_t n = 1u << 15;
    std::vector<std::uint64_t> words(n);
    bernoulli_words(p, words, random, Purpose::test);
    const auto bit = [&](std::size_t i, std::size_t lane) { return static_cast<double>(words[i] >> lane & 1); };
    double chi = 0, degrees = 0, pairs = 0, successive = 0, count = 0;
    std::vector<std::vector<double>> centred(64, std::vector<double>(n));
    for (std::size_t lane = 0; lane < 64; ++lane) {
        double sum = 0;
        const double q = p[lane], spread = std::sqrt(q * (1 - q));
        for (std::size_t i = 0; i < n; ++i) {
            sum += bit(i, lane);
            centred[lane][i] = spread > 0 ? (bit(i, lane) - q) / spread : 0;
        }
        if (q == 0 || q == 1 || q < 1e-9) {
            EXPECT_EQ(sum, q == 1 ? n : 0) << q;
            continue;
        }
        const double pull = (sum - n * q) / std::sqrt(n * q * (1 - q));
        EXPECT_LT(std::abs(pull), 4) << q;
        chi += pull * pull, ++degrees;
    }
    EXPECT_LT(std::abs(as_normal(chi, degrees)), 4);
    for (std::size_t a = 12; a < 64; ++a) {
        for (std::size_t b = a; b < 64; ++b) {
            double same = 0, next = 0;
            for (std::size_t i = 0; i + 1 < n; ++i) {
                same += centred[a][i] * centred[b][i];
                next += centred[a][i] * centred[b][i + 1];
            }
            if (a != b) pairs += same * same / n, ++count;
            successive += next * next / n;
        }
    }
    EXPECT_LT(std::abs(as_normal(pairs, count)), 4);
    EXPECT_LT(std::abs(as_normal(successive, count + 52)), 4);
}

// Where the law hangs on bits that only a few lanes come to: P = 1.5 · 2^-12 needs its 13th bit.
TEST(BernoulliWords, LateBitsCount) {
    const double p = 0x1p-12 * 1.5;
    constexpr std::size_t n = 1u << 18;
    std::vector<std::uint64_t> words(n);
    bernoulli_words(std::span(&p, 1), words, RandomStream(1, 0), Purpose::test);
    double sum = 0;
    for (const std::uint64_t word : words) sum += __builtin_popcountll(word);
    EXPECT_NEAR(sum, 64 * n * p, 4 * std::sqrt(64 * n * p));
}

TEST(BernoulliWords, RefuseWhatIsNoProbability) {
    std::vector<std::uint64_t> words(1);
    EXPECT_THROW(bernoulli_words(std::vector<double>{1.1}, words, RandomStream(1, 0), Purpose::test), std::invalid_argument);
    EXPECT_THROW(bernoulli_words(std::vector<double>{NAN}, words, RandomStream(1, 0), Purpose::test), std::invalid_argument);
    EXPECT_THROW(bernoulli_words(std::vector<double>{0, 1}, words, RandomStream(1, 0), Purpose::test),
                 std::invalid_argument);
}

TEST(ProbabilityThreshold, RoundsDown) {
    EXPECT_EQ(probability_threshold(0), 0u);
    EXPECT_EQ(probability_threshold(0.5), std::uint64_t{1} << 63);
    EXPECT_EQ(probability_threshold(0x1p-64), 1u);
    EXPECT_EQ(probability_threshold(0x1p-65), 0u);
    EXPECT_EQ(probability_threshold(1), ~std::uint64_t{0});
}

TEST(TransposeBits, Transposes) {
    std::array<std::uint64_t, 64> words;
    RandomSequence sequence(RandomStream(1, 1), Purpose::test);
    for (auto& word : words) word = sequence.bits();
    auto transposed = words;
    transpose_bits(transposed);
    for (std::size_t i = 0; i < 64; ++i)
        for (std::size_t j = 0; j < 64; ++j) ASSERT_EQ(words[i] >> j & 1, transposed[j] >> i & 1);
}

}  // namespace
}  // namespace gdm
