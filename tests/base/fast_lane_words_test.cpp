// What fast_lanes-inl.hpp makes of random words against the C library, in every instruction set, and the tails it gives.
// Every 4099th word and the ends of the branches; GDM_WORD_STRIDE=1 scans all 2^32 words (minutes: `ctest --preset
// exhaustive`) and prints the largest errors.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "fast_lane_kernels.hpp"
#include "lane_errors.hpp"
#include "on_target.hpp"

namespace gdm {
namespace {

/// The ends of all words and of what the functions distinguish: smallest, middle, largest, powers of two (where exponents
/// change), √½ times powers of two (where the logarithm changes its branch), the last refined one.
std::vector<std::uint32_t> edge_words() {
    std::vector<std::uint32_t> words;
    for (const std::int64_t middle : {std::int64_t{0}, std::int64_t{refined}, std::int64_t{1} << 31, std::int64_t{1} << 32})
        for (std::int64_t k = middle - 70; k <= middle + 70; ++k)
            if (k >= 0 && k < std::int64_t{1} << 32) words.push_back(static_cast<std::uint32_t>(k));
    for (int e = 1; e <= 32; ++e)
        for (const double scale : {1.0, std::numbers::sqrt2 / 2, 0.75})
            for (int offset = -3; offset <= 3; ++offset) {
                const double k = std::round(std::ldexp(scale, e)) + offset;
                if (k >= 0 && k < 0x1p32) words.push_back(static_cast<std::uint32_t>(k));
            }
    return words;
}

/// Fills up to whole packs.
void pad(LaneWords& words) {
    while (words.word.size() % lane_multiple != 0) words.word.push_back(0x80000000u), words.further.push_back(0);
}

/// Each word with several that refine it.
LaneWords with_further(const std::vector<std::uint32_t>& words) {
    LaneWords all;
    for (const std::uint32_t word : words)
        for (const std::uint32_t further : {0u, 1u, 2u, 3u, 0x7fffffffu, 0x80000000u, 0x80000001u, ~1u, ~0u, 0x12345678u}) {
            all.word.push_back(word);
            all.further.push_back(further);
        }
    pad(all);
    return all;
}

/// The exact values of words.
struct Exact {
    std::vector<double> square, sine, cosine, uniform;
    explicit Exact(const LaneWords& words) {
        const std::size_t n = words.word.size();
        for (auto* values : {&square, &sine, &cosine, &uniform}) values->resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            const double u = (words.word[i] + 0.5) * 0x1p-32;
            square[i] = -2 * std::log(place(words.word[i], words.further[i]) * 0x1p-32);
            sine[i] = std::sin(std::numbers::pi * (u - 0.5));
            const double distance = std::min(u, 1 - u);  // of the angle from its ends; exact
            cosine[i] =
                words.word[i] % 2 == 1 ? -std::sin(std::numbers::pi * distance) : std::sin(std::numbers::pi * distance);
            uniform[i] = u;
        }
    }
};

/// Largest errors over words, and what the mean over all words would be.
struct WordErrors {
    Largest relative_square, near_one, radius, sine, cosine, uniform;
    double words = 0, square_sum = 0, fourth_sum = 0, sine_sum = 0, cosine_sum = 0;

    template <class Real>
    void add(const LaneValues<Real>& values, const Exact& exact) {
        const std::size_t n = exact.square.size();
        double square_part = 0, fourth_part = 0, sine_part = 0, cosine_part = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double square = values.square[i], off = std::abs(square - exact.square[i]);
            if (exact.square[i] > 0.125)
                relative_square.add(off / exact.square[i]);
            else
                near_one.add(square >= 0 ? off : infinity);
            const double s = values.sine[i], c = values.cosine[i];
            sine.add(std::abs(s - exact.sine[i]));
            cosine.add(std::abs(c - exact.cosine[i]));
            uniform.add(values.uniform[i] > 0 && values.uniform[i] < 1 ? std::abs(values.uniform[i] - exact.uniform[i])
                                                                       : infinity);
            square_part += square, fourth_part += square * square, sine_part += s * s, cosine_part += c * c;
        }
        words += static_cast<double>(n);
        square_sum += square_part, fourth_sum += fourth_part, sine_sum += sine_part, cosine_sum += cosine_part;
    }
    void print(const std::string& name) const {
        std::printf("%-16s %.0f words: radius^2 relative %.2g, near u = 1 %.2g; sine %.2g, cosine %.2g, uniform %.2g\n",
                    name.c_str(), words, relative_square.value, near_one.value, sine.value, cosine.value, uniform.value);
        std::printf(
            "%-16s mean of radius^2/2 - 1: %.2g, of radius^4/8 - 1: %.2g, of 2 sin^2 - 1: %.2g, of 2 cos^2 - 1: %.2g\n", "",
            square_sum / words / 2 - 1, fourth_sum / words / 8 - 1, 2 * sine_sum / words - 1, 2 * cosine_sum / words - 1);
    }
};

/// Adds the errors of every target, or of those with vectors; a target whose values are another's, bit by bit, is not added
/// again (AVX2 after AVX-512).
template <class Real>
void add_errors(const LaneWords& words, const Exact& exact, std::map<std::int64_t, WordErrors>& errors,
                bool without_vectors = true) {
    static std::map<std::int64_t, LaneValues<Real>> values;
    std::vector<std::int64_t> seen;
    for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_EMU128, HWY_NEON}) {
        const OnTarget on(target);
        if (!on.available() || (target == HWY_EMU128 && !without_vectors)) continue;
        lane_values(words, values[target]);
        const bool known = std::any_of(seen.begin(), seen.end(), [&](auto t) { return values[t] == values[target]; });
        if (!known) errors[target].add(values[target], exact);
        seen.push_back(target);
    }
}

void expect_small_in_double(const std::map<std::int64_t, WordErrors>& errors) {
    for (const auto& [target, largest] : errors) {
        SCOPED_TRACE(hwy::TargetName(target));
        EXPECT_LT(largest.relative_square.value, 1e-12);
        EXPECT_LT(largest.near_one.value, 1e-13);
        EXPECT_LT(largest.sine.value, 1e-13);
        EXPECT_LT(largest.cosine.value, 1e-14);
        EXPECT_EQ(largest.uniform.value, 0);
    }
}

void expect_small_in_single(const std::map<std::int64_t, WordErrors>& errors) {
    for (const auto& [target, largest] : errors) {
        SCOPED_TRACE(hwy::TargetName(target));
        EXPECT_LT(largest.relative_square.value,
                  3e-6);  // of the lowest bit, which is lost, at the smallest word not refined
        EXPECT_LT(largest.near_one.value, 1.5e-7);
        EXPECT_LT(largest.sine.value, 2.5e-7);
        EXPECT_LT(largest.cosine.value, 2.5e-7);
        EXPECT_LT(largest.uniform.value, 0x1.01p-24);
    }
}

TEST(FastLaneWords, FunctionsOfWordsAtAllEnds) {
    const LaneWords words = with_further(edge_words());
    const Exact exact(words);
    std::map<std::int64_t, WordErrors> wide, narrow;
    add_errors<double>(words, exact, wide);
    add_errors<float>(words, exact, narrow);
    expect_small_in_double(wide);
    expect_small_in_single(narrow);
}

TEST(FastLaneWords, FunctionsOfManyWords) {
    const std::uint64_t all = std::uint64_t{1} << 32, stride = word_stride();
    std::map<std::int64_t, WordErrors> wide, narrow;
    std::mt19937 generator(1);
    std::size_t chunks = 0;
    for (std::uint64_t k = 0; k < all; ++chunks) {
        LaneWords words;
        for (; k < all && words.word.size() < 1 << 14; k += stride) {
            words.word.push_back(static_cast<std::uint32_t>(k));
            words.further.push_back(k < refined ? static_cast<std::uint32_t>(generator()) : 0);
        }
        pad(words);
        const Exact exact(words);
        const bool slow_too = stride > 1 || chunks % 64 == 0;
        add_errors<double>(words, exact, wide, slow_too);
        add_errors<float>(words, exact, narrow, slow_too);
    }
    expect_small_in_double(wide);
    expect_small_in_single(narrow);
    if (stride > 1) return;
    for (const auto& [target, errors] : wide) errors.print(std::string(hwy::TargetName(target)) + " double");
    for (const auto& [target, errors] : narrow) errors.print(std::string(hwy::TargetName(target)) + " single");
}

/// 64-bit numbers k 2^32 + k′ in octaves, each cut into 4096 cells of which the middle stands for all: `share` of the
/// 2^64. The smallest 4096 are all there.
struct Octaves {
    LaneWords words;
    std::vector<double> share;
    Octaves() {
        for (std::uint64_t k = 0; k < 4096; ++k) add(k, 0x1p-64);
        for (int e = 12; e < 64; ++e)
            for (std::uint64_t cell = 4096; cell < 8192; ++cell) {
                const std::uint64_t middle = (cell << (e - 12)) + (e > 12 ? std::uint64_t{1} << (e - 13) : 0);
                const double part = std::ldexp(1, e - 12 - 64);
                if (middle >> 32 < refined) {
                    add(middle, part);
                } else {  // the two words beside the middle
                    add(middle - (std::uint64_t{1} << 32), 0.5 * part);
                    add(middle, 0.5 * part);
                }
            }
        pad(words);
    }

  private:
    void add(std::uint64_t number, double part) {
        words.word.push_back(static_cast<std::uint32_t>(number >> 32));
        words.further.push_back(static_cast<std::uint32_t>(number));
        share.push_back(part);
    }
};

/// Cosines of 2^16 equidistant angles as the lanes give them, in ascending order.
template <class Real>
std::vector<Real> cosines() {
    LaneWords angles;
    for (std::uint64_t k = 0; k < 1 << 16; ++k) angles.word.push_back(static_cast<std::uint32_t>((k << 16) + (k % 2)));
    angles.further.resize(angles.word.size());
    LaneValues<Real> values;
    lane_values(angles, values);
    std::sort(values.cosine.begin(), values.cosine.end());
    return values.cosine;
}

template <class Real>
void expect_normal_tails(double moment_tolerance) {
    static const Octaves octaves;
    const std::vector<Real> cosine = cosines<Real>();
    LaneValues<Real> values;
    lane_values(octaves.words, values);
    std::vector<double> radius;
    for (std::size_t i = 0; i < octaves.share.size(); ++i) radius.push_back(std::sqrt(values.square[i]));
    // No two radii beyond 5 coincide.
    for (std::size_t i = 0; i + 1 < radius.size() && radius[i] > 5; ++i) ASSERT_GT(radius[i], radius[i + 1]) << i;
    EXPECT_NEAR(radius[0], std::sqrt(2 * 65 * std::numbers::ln2), 3e-6);
    for (const double cut : {4.0, 5.0, 6.0, 7.0, 8.0, 9.0}) {
        double beyond = 0, radii = 0;
        for (std::size_t i = 0; i < radius.size() && radius[i] > cut; ++i) {
            const auto first = std::upper_bound(cosine.begin(), cosine.end(), static_cast<Real>(cut / radius[i]));
            beyond += octaves.share[i] * static_cast<double>(cosine.end() - first) / static_cast<double>(cosine.size());
            radii += octaves.share[i];
        }
        const double exact = 0.5 * std::erfc(cut / std::numbers::sqrt2), exact_radii = std::exp(-0.5 * cut * cut);
        EXPECT_NEAR(radii / exact_radii, 1, cut < 9 ? 5e-4 : 0.02) << cut;  // a cell, of 47 numbers at 9 σ
        EXPECT_NEAR(beyond / exact, 1, cut < 9 ? 2e-3 : 0.02) << cut;
    }
    // ⟨(r²/2)^k⟩ = k!, the moments of 2k of the normals.
    double moment = 0, factorial = 1;
    for (int k = 1; k <= 6; ++k) {
        factorial *= k, moment = 0;
        for (std::size_t i = 0; i < radius.size(); ++i) moment += octaves.share[i] * std::pow(0.5 * values.square[i], k);
        EXPECT_NEAR(moment / factorial, 1, k * moment_tolerance) << k;
    }
}

TEST(FastLaneWords, TailsAndMomentsInDouble) {
    on_every_target([] { expect_normal_tails<double>(5e-9); });
}
TEST(FastLaneWords, TailsAndMomentsInSingle) {
    on_every_target([] { expect_normal_tails<float>(1.5e-7); });
}

}  // namespace
}  // namespace gdm
