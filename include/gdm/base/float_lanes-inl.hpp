// Single-precision lanes: normal numbers from Philox, and tanh, for kernels that are limited by arithmetic; compiled once
// for each instruction set, see lanes-inl.hpp.

#if defined(GDM_BASE_FLOAT_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_FLOAT_LANES_INL_HPP_
#undef GDM_BASE_FLOAT_LANES_INL_HPP_
#else
#define GDM_BASE_FLOAT_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/exp2-inl.hpp"
#include "gdm/base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

using FloatBitsTag = hn::RebindToUnsigned<FloatTag>;
using FloatIntTag = hn::RebindToSigned<FloatTag>;
using FloatBits = hn::Vec<FloatBitsTag>;
/// 64-bit lanes of the same width, two 32-bit lanes in each: the tag of the Philox halves.
using FloatHalvesTag = hn::Repartition<double, FloatTag>;
using FloatHalvesBits = hn::Vec<BitsTag<FloatHalvesTag>>;

/// The sample numbers of the even and of the odd float lanes, as `philox` takes them.
struct FloatSamples {
    FloatHalvesBits even, odd;
    FloatSamples() = default;
    explicit HWY_INLINE FloatSamples(uint32_t first_sample) {
        const BitsTag<FloatHalvesTag> bits;
        const auto pairs = hn::Iota(bits, uint64_t{0});
        even = hn::Add(hn::Add(pairs, pairs), hn::Set(bits, uint64_t{first_sample}));
        odd = hn::Add(even, hn::Set(bits, uint64_t{1}));
    }
};

/// The four words of one Philox block for each float lane.
struct FloatWords {
    FloatBits word[4];
};

HWY_INLINE FloatWords philox_lanes(const NoiseKey& key, uint32_t draw, uint32_t step, const FloatSamples& samples) {
    const FloatHalvesTag halves;
    const FloatBitsTag bits;
    const auto even = philox(halves, key, draw, step, samples.even);
    const auto odd = philox(halves, key, draw, step, samples.odd);
    FloatWords words;
    for (int k = 0; k < 4; ++k)
        words.word[k] = hn::OddEven(hn::BitCast(bits, hn::ShiftLeft<32>(odd.word[k])), hn::BitCast(bits, even.word[k]));
    return words;
}

/// −2 ln u for u = (k + ½) 2^−31 in (0, 1], k the upper 31 bits of a word; with a
/// relative error below 4e-7 (near u = 1 an absolute one of 2e-6).
HWY_INLINE FloatVec minus_two_log_uniform(FloatBits word) {
    const FloatTag d;
    const FloatIntTag integers;
    const auto k = hn::ConvertTo(d, hn::BitCast(integers, hn::ShiftRight<1>(word)));
    const auto x = hn::BitCast(integers, hn::Add(k, hn::Set(d, 0.5f)));  // u 2^31
    const auto offset = hn::Sub(x, hn::Set(integers, 0x3f3504f3));       // from the bits of √½
    const auto exponent = hn::ConvertTo(d, hn::ShiftRight<23>(offset));
    const auto mantissa = hn::BitCast(d, hn::Sub(x, hn::And(offset, hn::Set(integers, static_cast<int32_t>(0xff800000u)))));
    const auto f = hn::Sub(mantissa, hn::Set(d, 1.0f));
    // −2 ln(1 + f)/f by a minimax polynomial on [√½ − 1, √2 − 1], relative error 3.5e-7.
    auto p = hn::Set(d, 0.20757433f);
    p = hn::MulAdd(p, f, hn::Set(d, -0.32676294f));
    p = hn::MulAdd(p, f, hn::Set(d, 0.34424853f));
    p = hn::MulAdd(p, f, hn::Set(d, -0.39768471f));
    p = hn::MulAdd(p, f, hn::Set(d, 0.49943120f));
    p = hn::MulAdd(p, f, hn::Set(d, -0.66671216f));
    p = hn::MulAdd(p, f, hn::Set(d, 1.00000689f));
    p = hn::MulAdd(p, f, hn::Set(d, -1.99999984f));
    // exponent counts from 2^31: ln u = (exponent − 31) ln 2 + ln(1 + f).
    const auto whole = hn::MulAdd(exponent, hn::Set(d, -1.3862943611f), hn::Set(d, 31 * 1.3862943611f));
    return hn::MulAdd(p, f, whole);
}

/// Two independent standard normals from two words: √(−2 ln u) (± cos πv, sin πv) with v uniform on (−½, ½) and a sign of
/// its own for the cosine, which together are a uniform angle. |z| ≤ 6.7: the tails beyond hold 2e-11.
HWY_INLINE void normal_pair_lanes(FloatBits radius_word, FloatBits angle_word, FloatVec& first, FloatVec& second) {
    const FloatTag d;
    const FloatBitsTag bits;
    const FloatIntTag integers;
    const auto radius = hn::Sqrt(hn::Max(minus_two_log_uniform(radius_word), hn::Zero(d)));
    // The lowest bit is the sign; what it adds to v is below the spacing of most floats.
    const auto v = hn::Mul(hn::ConvertTo(d, hn::BitCast(integers, angle_word)), hn::Set(d, 0x1p-32f));
    const auto sign = hn::ShiftLeft<31>(angle_word);
    const auto v2 = hn::Mul(v, v);
    // sin πv / v and cos πv by minimax polynomials in v², errors 5e-9 and 5e-8.
    auto s = hn::Set(d, 0.07756039f);
    s = hn::MulAdd(s, v2, hn::Set(d, -0.59824213f));
    s = hn::MulAdd(s, v2, hn::Set(d, 2.55006973f));
    s = hn::MulAdd(s, v2, hn::Set(d, -5.16770968f));
    s = hn::MulAdd(s, v2, hn::Set(d, 3.14159264f));
    auto c = hn::Set(d, 0.2196968f);
    c = hn::MulAdd(c, v2, hn::Set(d, -1.33188016f));
    c = hn::MulAdd(c, v2, hn::Set(d, 4.05841191f));
    c = hn::MulAdd(c, v2, hn::Set(d, -4.93479286f));
    c = hn::MulAdd(c, v2, hn::Set(d, 0.99999995f));
    first = hn::BitCast(d, hn::Xor(hn::BitCast(bits, hn::Mul(radius, c)), sign));
    second = hn::Mul(radius, hn::Mul(s, v));
}

/// Uniform on (0, 1): (k + ½) 2^−23 with k the upper 23 bits.
HWY_INLINE FloatVec uniform_lanes(FloatBits word) {
    const FloatTag d;
    const FloatBitsTag bits;
    const auto mantissa = hn::Or(hn::ShiftRight<9>(word), hn::Set(bits, 0x3f800000u));
    return hn::Sub(hn::BitCast(d, mantissa), hn::Set(d, 1.0f - 0x1p-24f));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_FLOAT_LANES_INL_HPP_
