// Normals of whole blocks, powers of two and tanh of fast_lanes-inl.hpp against the C library's, in every instruction set.
// GDM_WORD_STRIDE=1 takes every number in single precision.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "fast_lane_kernels.hpp"
#include "lane_errors.hpp"
#include "on_target.hpp"

namespace gdm {
namespace {

/// The four normals of a block from its words, by the C library.
std::array<double, 4> normals_of(const RandomStream& stream, std::uint32_t step, std::uint32_t sample) {
    const auto word = stream.block(Purpose::noise, {0, step, sample});
    const auto further = stream.block(Purpose::noise, {0x40000000u, step, sample});
    std::array<double, 4> z{};
    for (std::size_t pair = 0; pair < 4; pair += 2) {
        const double r = std::sqrt(-2 * std::log(place(word[pair], further[pair]) * 0x1p-32));
        const double angle = std::numbers::pi * ((word[pair + 1] + 0.5) * 0x1p-32 - 0.5);
        z[pair] = r * std::cos(angle) * (word[pair + 1] % 2 == 1 ? -1 : 1);
        z[pair + 1] = r * std::sin(angle);
    }
    return z;
}

/// Samples of step 0 of which a radius word is refined: some 8 of 2^20; and one whose word is 0.
const RandomStream rare_stream(1, 0);
std::vector<std::uint32_t> rare_samples() {
    std::vector<std::uint32_t> rare{1582201075};
    for (std::uint32_t sample = 0; sample < 1 << 20; ++sample) {
        const auto word = rare_stream.block(Purpose::noise, {0, 0, sample});
        if (std::min(word[0], word[2]) < refined) rare.push_back(sample);
    }
    return rare;
}

TEST(FastLanes, SmallWordsAreRefinedWhereverTheyStand) {
    const NoiseKey key(rare_stream, Purpose::noise);
    const auto rare = rare_samples();
    ASSERT_GT(rare.size(), 3u);
    EXPECT_EQ(rare_stream.block(Purpose::noise, {0, 0, rare[0]})[2], 0u);
    for (const std::uint32_t sample : rare) {
        constexpr std::uint32_t n = 75;
        const std::uint32_t first = sample - std::min(sample, 37u);
        std::vector<double> fused;
        on_every_target([&] {
            std::vector<double> z(4 * n);
            std::vector<float> single(4 * n);
            lane_normals(key, 0, first, z);
            lane_normals(key, 0, first, single);
            for (std::uint32_t i = 0; i < n; ++i) {
                const auto exact = normals_of(rare_stream, 0, first + i);
                for (std::size_t j = 0; j < 4; ++j) {
                    ASSERT_NEAR(z[j * n + i], exact[j], 1e-12) << first + i << ' ' << j;
                    // A radius below 0.1 is coarser: there 1 − u is what single precision rounds.
                    ASSERT_NEAR(single[j * n + i], exact[j], 1e-5) << first + i << ' ' << j;
                    // Alone in a block, where other lanes are none of ours.
                    std::vector<double> one(4);
                    std::vector<float> one_single(4);
                    lane_normals(key, 0, first + i, one);
                    lane_normals(key, 0, first + i, one_single);
                    ASSERT_EQ(one[j], z[j * n + i]);
                    ASSERT_EQ(one_single[j], single[j * n + i]);
                }
            }
            z.insert(z.end(), single.begin(), single.end());
            if ((hwy::SupportedTargets() & (HWY_AVX3 | HWY_AVX2)) == 0) return;
            if (fused.empty()) fused = z;
            EXPECT_EQ(z, fused);
        });
    }
}

template <class Real>
void expect_exp2_and_tanh(const std::vector<Real>& bounded, double exp2_relative, double tanh_absolute) {
    std::vector<Real> x = bounded, y(x.size());
    lane_values(RealFunction::exp2, x, y);
    Largest exp2_error, tanh_error;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double exact = std::exp2(static_cast<double>(x[i]));
        exp2_error.add(std::abs(y[i] - exact) / exact);
    }
    EXPECT_LT(exp2_error.value, exp2_relative);
    for (const Real far : {Real{61}, Real{1e10}, std::numeric_limits<Real>::max(), std::numeric_limits<Real>::infinity()})
        for (const Real sign : {Real{1}, Real{-1}}) x[x.size() - 1 - static_cast<std::size_t>(sign > 0)] = sign * far;
    lane_values(RealFunction::tanh_of_scaled, x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
        tanh_error.add(std::abs(y[i] - std::tanh(x[i] * (std::numbers::ln2 / 2))));
        tanh_error.add(std::abs(y[i]) <= 1 ? 0 : infinity);
    }
    EXPECT_LT(tanh_error.value, tanh_absolute);
}

/// [−60, 60]: many, all multiples of ½ (where the nearest integer changes) and their neighbours, denormal numbers, ±0.
template <class Real>
std::vector<Real> exponents() {
    std::vector<Real> x{0, Real{-0.0}, std::numeric_limits<Real>::denorm_min(), -std::numeric_limits<Real>::denorm_min()};
    std::mt19937_64 generator(7);
    std::uniform_real_distribution<Real> distribution(-60, 60);
    for (int i = 0; i < 400000; ++i) x.push_back(distribution(generator));
    for (int i = 0; i < 100000; ++i) x.push_back(distribution(generator) / 1000);
    for (int half = -120; half <= 120; ++half)
        for (const Real to : {Real{-60}, Real{0}, Real{60}})
            x.push_back(std::nextafter(Real{0.5} * static_cast<Real>(half), to)),
                x.push_back(Real{0.5} * static_cast<Real>(half));
    while (x.size() % lane_multiple != 0) x.push_back(1);
    return x;
}

TEST(FastLanes, Exp2AndTanhInDouble) {
    const auto x = exponents<double>();
    on_every_target([&] { expect_exp2_and_tanh(x, 2e-14, 1e-13); });
}
TEST(FastLanes, Exp2AndTanhInSingle) {
    auto x = exponents<float>();
    if (word_stride() == 1) {  // every float within ±60, a part at a time
        for (std::uint32_t first = 0; first <= std::bit_cast<std::uint32_t>(60.0f); first += 1 << 20) {
            for (std::uint32_t i = first; i < first + (1 << 20); ++i)
                x.push_back(std::min(std::bit_cast<float>(i), 60.0f)), x.push_back(-x.back());
            while (x.size() % lane_multiple != 0) x.push_back(1);
            on_every_target([&] { expect_exp2_and_tanh(x, 2.5e-7, 2e-7); });
            x.clear();
        }
        return;
    }
    on_every_target([&] { expect_exp2_and_tanh(x, 2.5e-7, 2e-7); });
}

TEST(FastLanes, Exp2LanesFromEndToEnd) {
    auto x = exponents<float>();
    for (float& value : x) value *= 2.1f;
    on_every_target([&] {
        std::vector<float> y(x.size());
        lane_values(RealFunction::exp2_lanes, x, y);
        Largest error;
        for (std::size_t i = 0; i < x.size(); ++i) error.add(std::abs(y[i] / std::exp2(static_cast<double>(x[i])) - 1));
        EXPECT_LT(error.value, 2.5e-7);
    });
}

/// A state that is no number must not get a class mean.
TEST(FastLanes, TanhOfNaNIsNaN) {
    on_every_target([] {
        if (hwy::SupportedTargets() == HWY_EMU128) return;  // takes the number of two
        std::vector<double> x(lane_multiple, std::nan("")), y(x.size());
        std::vector<float> single(lane_multiple, std::nanf("")), z(single.size());
        lane_values(RealFunction::tanh_of_scaled, x, y);
        lane_values(RealFunction::tanh_of_scaled, single, z);
        for (std::size_t i = 0; i < x.size(); ++i) ASSERT_TRUE(std::isnan(y[i]) && std::isnan(z[i]));
    });
}

}  // namespace
}  // namespace gdm
