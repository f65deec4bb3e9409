#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lanes_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void words_of_lanes(const NoiseKey& key, uint32_t draw, uint32_t step, uint32_t first_sample, uint32_t* words, size_t n) {
    const DoubleTag d;
    const BitsTag<DoubleTag> bits;
    HWY_ALIGN uint64_t buffer[HWY_MAX_BYTES / sizeof(uint64_t)];
    for (size_t i = 0; i < n; i += hn::Lanes(d)) {
        const auto block = philox(d, key, draw, step, sample_lanes(d, first_sample + static_cast<uint32_t>(i)));
        for (size_t w = 0; w < 4; ++w) {
            hn::Store(block.word[w], bits, buffer);
            for (size_t l = 0; l < hn::Lanes(d) && i + l < n; ++l) words[4 * (i + l) + w] = static_cast<uint32_t>(buffer[l]);
        }
    }
}

void normals_of_lanes(const NoiseKey& key, uint32_t step, uint32_t first_sample, double* first, double* second, size_t n) {
    const DoubleTag d;
    for (size_t i = 0; i < n; i += hn::Lanes(d)) {
        hn::Vec<DoubleTag> a, b;
        normal_pair(d, philox(d, key, 0, step, sample_lanes(d, first_sample + static_cast<uint32_t>(i))), a, b);
        store_up_to(d, a, first + i, n - i);
        store_up_to(d, b, second + i, n - i);
    }
}

void functions_of_lanes(int which, const double* x, double* y, size_t n) {
    const DoubleTag d;
    for (size_t i = 0; i < n; i += hn::Lanes(d)) {
        const auto v = load_up_to(d, x + i, n - i);
        hn::Vec<DoubleTag> result, other;
        switch (which) {
            case 0:
                result = log(d, v);
                break;
            case 1:
                result = exp(d, v);
                break;
            case 2:
                result = tanh(d, v);
                break;
            case 3:
                sincos_turns(d, v, result, other);
                break;
            default:
                sincos_turns(d, v, other, result);
                break;
        }
        store_up_to(d, result, y + i, n - i);
    }
}

/// The pair of normals of blocks whose words are given: word w of block i at words[4 i + w].
void normals_of_words(const uint32_t* words, double* first, double* second, size_t n) {
    const DoubleTag d;
    for (size_t i = 0; i < n; i += hn::Lanes(d)) {
        PhiloxWords<DoubleTag> block;
        for (size_t w = 0; w < 4; ++w) {
            HWY_ALIGN uint64_t buffer[HWY_MAX_BYTES / sizeof(uint64_t)] = {};
            // The upper halves of the lanes hold anything.
            for (size_t l = 0; l < hn::Lanes(d) && i + l < n; ++l) buffer[l] = words[4 * (i + l) + w] | (uint64_t{77} << 32);
            block.word[w] = hn::Load(BitsTag<DoubleTag>(), buffer);
        }
        hn::Vec<DoubleTag> a, b;
        normal_pair(d, block, a, b);
        store_up_to(d, a, first + i, n - i);
        store_up_to(d, b, second + i, n - i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <gtest/gtest.h>

#include <bit>
#include <boost/math/special_functions/ulp.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "base/on_target.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/random_stream.hpp"

namespace gdm {

HWY_EXPORT(words_of_lanes);
HWY_EXPORT(normals_of_lanes);
HWY_EXPORT(functions_of_lanes);
HWY_EXPORT(normals_of_words);

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> evaluate(int which, const std::vector<double>& x) {
    std::vector<double> y(x.size());
    HWY_DYNAMIC_DISPATCH(functions_of_lanes)(which, x.data(), y.data(), x.size());
    return y;
}

std::vector<double> uniform_values(std::size_t n, double low, double high) {
    std::mt19937_64 generator(12345);
    std::uniform_real_distribution<double> distribution(low, high);
    std::vector<double> values(n);
    for (auto& value : values) value = distribution(generator);
    return values;
}

/// Largest distance to the correctly rounded result, in units of its last place.
template <class Reference>
double worst_ulp(const std::vector<double>& x, const std::vector<double>& y, Reference reference) {
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const long double exact = reference(static_cast<long double>(x[i]));
        const double unit = boost::math::ulp(static_cast<double>(exact));
        worst = std::max(worst, static_cast<double>(std::abs(static_cast<long double>(y[i]) - exact)) / unit);
    }
    return worst;
}

TEST(Lanes, PhiloxEqualsScalar) {
    on_every_target([] {
        const RandomStream stream(0x0123456789abcdefu, 77);
        std::vector<std::uint32_t> words(4 * 37);
        HWY_DYNAMIC_DISPATCH(words_of_lanes)(NoiseKey(stream, Purpose::test), 5, 9, 1000, words.data(), 37);
        for (std::uint32_t i = 0; i < 37; ++i) {
            const auto block = stream.block(Purpose::test, {5, 9, 1000 + i});
            for (std::size_t w = 0; w < 4; ++w) EXPECT_EQ(words[4 * i + w], block[w]) << i << ' ' << w;
        }
    });
}

TEST(Lanes, LogIsWithinOneUlp) {
    on_every_target([] {
        auto x = uniform_values(200000, 0, 1);
        for (const double edge : {0x1p-53, 1.0 - 0x1p-53, 1.0, 0.5, 2.0, 1e300, 2.3e-308}) x.push_back(edge);
        // Where the branch changes, at every exponent of a uniform number, and its neighbours.
        for (int e = -65; e <= 2; ++e)
            for (const double fraction : {1.0, std::numbers::sqrt2 / 2})
                for (const double to : {0.0, 4.0})
                    for (const double edge : {std::ldexp(fraction, e), std::nextafter(std::ldexp(fraction, e), to)})
                        x.push_back(edge);
        for (const double scale : {1e-8, 1e-3, 3.0, 1e6})
            for (const double u : uniform_values(20000, 0.5, 1)) x.push_back(scale * u);
        EXPECT_LT(worst_ulp(x, evaluate(0, x), [](long double v) { return std::log(v); }), 1.0);
    });
}

TEST(Lanes, ExpIsWithinTwoUlp) {
    on_every_target([] {
        auto x = uniform_values(200000, -708, 709);
        for (const double u : uniform_values(100000, -2, 2)) x.push_back(u);
        for (const double edge : {0.0, -0.0, 1e-300, -708.0, 709.0}) x.push_back(edge);
        EXPECT_LT(worst_ulp(x, evaluate(1, x), [](long double v) { return std::exp(v); }), 2.0);
        EXPECT_EQ(evaluate(1, {-709, -1e10, -infinity, 710, infinity}), (std::vector<double>{0, 0, 0, infinity, infinity}));
    });
}

TEST(Lanes, TanhIsWithinFourUlpAtAnySize) {
    on_every_target([] {
        std::vector<double> x;
        for (const double scale : {1e-12, 1e-6, 1e-3, 0.1, 1.0, 10.0, 30.0})
            for (const double u : uniform_values(50000, -1, 1)) x.push_back(scale * u);
        for (const double edge : {1e-300, 19.0, 20.0, 700.0, -1e10}) x.push_back(edge);
        EXPECT_LT(worst_ulp(x, evaluate(2, x), [](long double v) { return std::tanh(v); }), 4.0);
        EXPECT_EQ(evaluate(2, {0.0, infinity, -infinity}), (std::vector<double>{0, 1, -1}));
    });
}

TEST(Lanes, SinCosOfTurns) {
    on_every_target([] {
        auto u = uniform_values(200000, 0, 1);
        for (const double edge : {0x1p-53, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0 - 0x1p-53}) u.push_back(edge);
        const auto sine = evaluate(3, u);
        const auto cosine = evaluate(4, u);
        for (std::size_t i = 0; i < u.size(); ++i) {
            const long double angle = 2 * std::numbers::pi_v<long double> * static_cast<long double>(u[i]);
            ASSERT_NEAR(sine[i], static_cast<double>(std::sin(angle)), 4e-16) << u[i];
            ASSERT_NEAR(cosine[i], static_cast<double>(std::cos(angle)), 4e-16) << u[i];
        }
    });
}

TEST(Lanes, NormalsEqualScalarSequence) {
    on_every_target([] {
        const RandomStream stream(42, 3);
        constexpr std::size_t n = 20001;
        std::vector<double> first(n), second(n);
        HWY_DYNAMIC_DISPATCH(normals_of_lanes)(NoiseKey(stream, Purpose::noise), 6, 11, first.data(), second.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            RandomSequence sequence(stream, Purpose::noise, static_cast<std::uint32_t>(11 + i), 6);
            ASSERT_NEAR(first[i], sequence.normal(), 1e-13) << i;
            ASSERT_NEAR(second[i], sequence.normal(), 1e-13) << i;
        }
    });
}

TEST(Lanes, MomentsAndTailsOfNormals) {
    const RandomStream stream(7, 0);
    constexpr std::size_t n = 2'000'000;
    std::vector<double> first(n), second(n);
    HWY_DYNAMIC_DISPATCH(normals_of_lanes)(NoiseKey(stream, Purpose::noise), 0, 0, first.data(), second.data(), n);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0, m6 = 0, product = 0, product_of_squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (const double z : {first[i], second[i]}) {
            m1 += z, m2 += z * z, m3 += z * z * z, m4 += z * z * z * z, m6 += z * z * z * z * z * z;
        }
        product += first[i] * second[i];
        product_of_squares += (first[i] * first[i] - 1) * (second[i] * second[i] - 1);
    }
    const double count = 2.0 * n;
    // Within 4 standard errors: Var z^k = E z^{2k} − (E z^k)².
    EXPECT_NEAR(m1 / count, 0, 4 * std::sqrt(1 / count));
    EXPECT_NEAR(m2 / count, 1, 4 * std::sqrt(2 / count));
    EXPECT_NEAR(m3 / count, 0, 4 * std::sqrt(15 / count));
    EXPECT_NEAR(m4 / count, 3, 4 * std::sqrt(96 / count));
    EXPECT_NEAR(m6 / count, 15, 4 * std::sqrt((10395 - 225) / count));
    EXPECT_NEAR(product / n, 0, 4 * std::sqrt(1.0 / n));
    EXPECT_NEAR(product_of_squares / n, 0, 4 * std::sqrt(4.0 / n));
    // Tail probabilities out to 4.5 σ, each tail and each of the pair alone.
    for (const auto* z : {&first, &second}) {
        for (const double cut : {1.0, 2.0, 3.0, 4.0, 4.5}) {
            double above = 0, below = 0;
            for (const double value : *z) above += value > cut, below += value < -cut;
            const double expected = n * 0.5 * std::erfc(cut / std::numbers::sqrt2);
            EXPECT_NEAR(above, expected, 4 * std::sqrt(expected)) << cut;
            EXPECT_NEAR(below, expected, 4 * std::sqrt(expected)) << cut;
        }
    }
}

/// Blocks of the smallest, middle and largest words in every combination.
TEST(Lanes, NormalsOfTheWordsAtTheEnds) {
    const std::vector<std::uint32_t> ends{0, 1, 2, 3, 0x7fffffff, 0x80000000, 0x80000001, ~1u, ~0u};
    std::vector<std::uint32_t> words;
    for (const std::uint32_t a : ends)
        for (const std::uint32_t b : ends)
            for (const std::uint32_t c : ends)
                for (const std::uint32_t e : ends) words.insert(words.end(), {a, b, c, e});
    const std::size_t n = words.size() / 4;
    on_every_target([&] {
        std::vector<double> first(n), second(n);
        HWY_DYNAMIC_DISPATCH(normals_of_words)(words.data(), first.data(), second.data(), n);
        double largest = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t* w = words.data() + 4 * i;
            const double u = fine_uniform_from_words(w[0], w[1]), v = uniform_from_words(w[2], w[3]);
            const long double radius = std::sqrt(-2 * std::log(static_cast<long double>(u)));
            const long double angle = 2 * std::numbers::pi_v<long double> * static_cast<long double>(v);
            ASSERT_NEAR(first[i], static_cast<double>(radius * std::cos(angle)), 1e-14) << i;
            ASSERT_NEAR(second[i], static_cast<double>(radius * std::sin(angle)), 1e-14) << i;
            largest = std::max(largest, first[i]);
        }
        // u = 2^-65 is the smallest uniform number.
        EXPECT_NEAR(largest, std::sqrt(130 * std::numbers::ln2), 1e-14);
    });
}

TEST(Lanes, NaNStaysNaN) {
    on_every_target([] {
        if (hwy::SupportedTargets() == HWY_EMU128) return;  // takes the number of two
        EXPECT_TRUE(std::isnan(evaluate(1, {std::nan("")})[0]));
        EXPECT_TRUE(std::isnan(evaluate(2, {std::nan("")})[0]));
    });
}

TEST(Lanes, BlockLengthAndOffsetDoNotMatter) {
    const NoiseKey key(RandomStream(1, 2), Purpose::noise);
    constexpr std::size_t n = 101;
    std::vector<double> first(n), second(n);
    HWY_DYNAMIC_DISPATCH(normals_of_lanes)(key, 3, 50, first.data(), second.data(), n);
    for (const std::size_t length : {1u, 3u, 8u, 13u}) {
        for (std::size_t start = 0; start < n; start += length) {
            const std::size_t count = std::min(length, n - start);
            std::vector<double> a(count + 1), b(count + 1);
            // The odd start address asks for no alignment.
            HWY_DYNAMIC_DISPATCH(normals_of_lanes)
            (key, 3, static_cast<std::uint32_t>(50 + start), a.data() + 1, b.data() + 1, count);
            for (std::size_t i = 0; i < count; ++i) {
                ASSERT_EQ(std::bit_cast<std::uint64_t>(a[i + 1]), std::bit_cast<std::uint64_t>(first[start + i]));
                ASSERT_EQ(std::bit_cast<std::uint64_t>(b[i + 1]), std::bit_cast<std::uint64_t>(second[start + i]));
            }
        }
    }
}

TEST(Lanes, TargetsWithFusedMultiplyAddGiveEqualBits) {
    const NoiseKey key(RandomStream(99, 1), Purpose::noise);
    constexpr std::size_t n = 5003;
    const auto run = [&](std::int64_t target, std::vector<double>& out) {
        const OnTarget on(target);
        if (!on.available()) return false;
        out.assign(2 * n, 0);
        HWY_DYNAMIC_DISPATCH(normals_of_lanes)(key, 0, 0, out.data(), out.data() + n, n);
        const auto x = uniform_values(n, -3, 3);
        for (const int which : {1, 2}) {
            const auto y = evaluate(which, x);
            out.insert(out.end(), y.begin(), y.end());
        }
        return true;
    };
    std::vector<double> avx2, avx3;
    if (!run(HWY_AVX2, avx2) || !run(HWY_AVX3, avx3)) GTEST_SKIP() << "needs AVX-512 and a build for all instruction sets";
    for (std::size_t i = 0; i < avx2.size(); ++i)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(avx2[i]), std::bit_cast<std::uint64_t>(avx3[i])) << i;
}

TEST(InstructionSet, NamesTheTargetInUse) {
    EXPECT_FALSE(instruction_set().empty());
    const OnTarget on(HWY_AVX2);
    if (on.available()) {
        EXPECT_EQ(instruction_set(), "AVX2");
    }
}

}  // namespace
}  // namespace gdm

#endif  // HWY_ONCE
