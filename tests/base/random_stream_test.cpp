#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#undef philox4x32  // Random123 has a macro of our function's name
#include "gdm/base/random_stream.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

std::array<std::uint32_t, 4> reference(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    const r123::Philox4x32::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type k = {{key[0], key[1]}};
    const auto r = r123::Philox4x32()(c, k);
    return {r[0], r[1], r[2], r[3]};
}

TEST(Philox, KnownAnswers) {
    // Random123's kat_vectors for philox4x32, 10 rounds.
    EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
              (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
              (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EqualsRandom123WordForWord) {
    std::mt19937 generator(1);
    for (int i = 0; i < 100000; ++i) {
        std::array<std::uint32_t, 4> counter{};
        std::array<std::uint32_t, 2> key{};
        for (auto& word : counter) word = static_cast<std::uint32_t>(generator());
        for (auto& word : key) word = static_cast<std::uint32_t>(generator());
        ASSERT_EQ(philox4x32(counter, key), reference(counter, key));
    }
}

TEST(RandomStream, CounterAndKeyLayout) {
    const RandomStream stream(0x1122334455667788u, 0x00abcdefu);
    EXPECT_EQ(stream.high_word(Purpose::dataset), 0x05abcdefu);
    EXPECT_EQ(stream.block(Purpose::dataset, {.draw = 1, .step = 2, .sample = 3}),
              reference({1, 2, 3, 0x05abcdefu}, {0x55667788u, 0x11223344u}));
}

TEST(Uniform, MapsWordsToTheMiddlesOfCells) {
    EXPECT_EQ(uniform_from_words(0, 0), 0x1p-53);
    EXPECT_EQ(uniform_from_words(~0u, ~0u), 1 - 0x1p-53);
    EXPECT_EQ(uniform_from_words(0x80000000u, 0), 0.5 + 0x1p-53);
    EXPECT_EQ(uniform_from_words(0, 0xfffu), 0x1p-53);  // the lowest 12 bits are not used
    EXPECT_EQ(uniform_from_words(0, 0x1000u), 0x1.8p-52);
    // The scalar value written out: (k + 1/2) 2^-52 is exact for every k.
    std::mt19937 generator(2);
    for (int i = 0; i < 10000; ++i) {
        const auto high = static_cast<std::uint32_t>(generator());
        const auto low = static_cast<std::uint32_t>(generator());
        const std::uint64_t k = ((static_cast<std::uint64_t>(high) << 32) | low) >> 12;
        ASSERT_EQ(uniform_from_words(high, low), (static_cast<double>(k) + 0.5) * 0x1p-52);
    }
}

TEST(Uniform, FineNumbersKeepTheirDistanceNearZero) {
    EXPECT_EQ(fine_uniform_from_words(0, 0), 0x1p-65);
    EXPECT_EQ(fine_uniform_from_words(0, 1), 0x1.8p-64);
    EXPECT_EQ(fine_uniform_from_words(0, 2), 0x1.4p-63);
    EXPECT_EQ(fine_uniform_from_words(1, 0), 0x1p-32 + 0x1p-65);
    EXPECT_EQ(fine_uniform_from_words(0x7fffffffu, ~0u), 0.5);
    EXPECT_EQ(fine_uniform_from_words(0x80000000u, 0), 0.5);
    EXPECT_EQ(fine_uniform_from_words(~0u, ~0u), 1);
    std::mt19937 generator(3);
    for (int i = 0; i < 10000; ++i) {
        const auto high = static_cast<std::uint32_t>(generator()) >> (i % 32);
        const auto low = static_cast<std::uint32_t>(generator());
        const long double exact = (static_cast<long double>(high) * 0x1p32L + low) * 0x1p-64L + 0x1p-65L;
        ASSERT_NEAR(fine_uniform_from_words(high, low) / static_cast<double>(exact), 1, 2.3e-16);
    }
}

TEST(RandomSequence, IsAFunctionOfItsPlaceOnly) {
    const RandomStream stream(9, 4);
    std::set<double> seen;
    for (const Purpose purpose : {Purpose::noise, Purpose::dataset})
        for (const std::uint32_t sample : {0u, 1u})
            for (const std::uint32_t step : {0u, 1u}) {
                RandomSequence once(stream, purpose, sample, step);
                RandomSequence again(stream, purpose, sample, step);
                const double value = once.normal();
                EXPECT_EQ(value, again.normal());
                EXPECT_TRUE(seen.insert(value).second);
            }
    RandomSequence other(RandomStream(9, 5), Purpose::noise);
    EXPECT_TRUE(seen.insert(other.normal()).second);
}

TEST(RandomSequence, BitsAreTheWordsOfConsecutiveBlocks) {
    const RandomStream stream(3, 1);
    RandomSequence sequence(stream, Purpose::test, 7, 8);
    for (std::uint32_t draw = 0; draw < 3; ++draw) {
        const auto words = stream.block(Purpose::test, {draw, 8, 7});
        EXPECT_EQ(sequence.bits(), (static_cast<std::uint64_t>(words[0]) << 32) | words[1]);
        EXPECT_EQ(sequence.bits(), (static_cast<std::uint64_t>(words[2]) << 32) | words[3]);
    }
}

TEST(RandomSequence, NormalAndUniformPassKolmogorovSmirnov) {
    RandomSequence sequence(RandomStream(11, 0), Purpose::test);
    constexpr std::size_t n = 200000;
    std::vector<double> normals(n), uniforms(n);
    for (std::size_t i = 0; i < n; ++i) {
        normals[i] = sequence.normal();
        uniforms[i] = sequence.uniform();
    }
    EXPECT_GT(ks_p_value(ks_distance(normals, [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }), n), 1e-3);
    EXPECT_GT(ks_p_value(ks_distance(uniforms, [](double x) { return x; }), n), 1e-3);
}

TEST(RandomSequence, GammaPassesKolmogorovSmirnov) {
    for (const double shape : {0.05, 0.5, 1.0, 1.5, 7.5, 500.0}) {
        RandomSequence sequence(RandomStream(13, 0), Purpose::test, static_cast<std::uint32_t>(10 * shape));
        constexpr std::size_t n = 50000;
        std::vector<double> values(n);
        for (auto& value : values) value = sequence.gamma(shape);
        const auto distribution = [&](double x) { return boost::math::gamma_p(shape, x); };
        EXPECT_GT(ks_p_value(ks_distance(values, distribution), n), 1e-3) << shape;
    }
}

TEST(RandomSequence, ChiSquaredHasItsMoments) {
    RandomSequence sequence(RandomStream(17, 0), Purpose::test);
    RunningMoments moments;
    for (int i = 0; i < 100000; ++i) moments.add(sequence.chi_squared(15));
    EXPECT_NEAR(moments.mean(), 15, 4 * moments.standard_error());
    EXPECT_NEAR(moments.variance(), 30, 4 * 30 * std::sqrt((2 + 12.0 / 15) / 100000));
}

TEST(RandomSequence, BelowIsUniform) {
    RandomSequence sequence(RandomStream(19, 0), Purpose::test);
    EXPECT_EQ(sequence.below(1), 0u);
    std::vector<double> counts(7);
    constexpr int n = 700000;
    for (int i = 0; i < n; ++i) counts.at(sequence.below(7)) += 1;
    double chi2 = 0;
    for (const double count : counts) chi2 += (count - n / 7.0) * (count - n / 7.0) / (n / 7.0);
    EXPECT_LT(chi2, 22.5);  // 6 degrees of freedom, p = 0.001
    // Where rejection matters: n = 3 · 2^62 would favour a third of the results without it.
    const std::uint64_t large = 3ull << 62;
    int lower = 0;
    for (int i = 0; i < 60000; ++i) lower += sequence.below(large) < (1ull << 62) ? 1 : 0;
    EXPECT_NEAR(lower, 20000, 4 * std::sqrt(60000 * 2.0 / 9));
}

}  // namespace
}  // namespace gdm
