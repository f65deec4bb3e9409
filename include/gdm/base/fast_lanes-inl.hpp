// Normal numbers and tanh for kernels that are limited by arithmetic, in double and in single precision, from the same
// random words: a number in one precision is the other's, rounded. Compiled once for each instruction set, see
// lanes-inl.hpp.
//
// A Philox block of four 32-bit words makes four normals, two words a pair: √(−2 ln u) (± cos πv, sin πv) with u = (k + ½)
// 2^−32 and πv one of 2^31 angles on the right half of the circle, the sign of the cosine the lowest bit, which together are
// 2^32 equidistant angles. |z| ≤ 6.8 (the tails beyond hold 1e-11); moments are right to 1e-9.

#if defined(GDM_BASE_FAST_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_FAST_LANES_INL_HPP_
#undef GDM_BASE_FAST_LANES_INL_HPP_
#else
#define GDM_BASE_FAST_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/exp2-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/base/pack-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// Four words for each lane of a pack.
template <class D, std::size_t n>
struct PackWords {
    Pack<BitsTag<D>, n> word[4];
};

// ---- Double precision: errors near 1e-12, far below what the words resolve. Words are the low halves of 64-bit lanes.

/// The samples of the lanes of a pack, as Philox takes them.
template <std::size_t n>
struct PackSamples {
    hn::Vec<BitsTag<DoubleTag>> v[n];
    PackSamples(DoubleTag d, uint32_t first_sample) {
        for (std::size_t k = 0; k < n; ++k) v[k] = sample_lanes(d, first_sample + static_cast<uint32_t>(k * hn::Lanes(d)));
    }
};

template <std::size_t n>
HWY_INLINE PackWords<DoubleTag, n> pack_words(const PhiloxKeys& keys, uint32_t draw, uint32_t step,
                                              const PackSamples<n>& samples) {
    PackWords<DoubleTag, n> words;
    constexpr std::size_t together = n < 4 ? n : 4;  // more at once would not stay in registers
    static_assert(n % together == 0);
    for (std::size_t k = 0; k < n; k += together) {
        PhiloxWords<DoubleTag> block[together];
        philox<together>(DoubleTag(), keys, draw, step, samples.v + k, block);
        for (std::size_t i = 0; i < together; ++i)
            for (int j = 0; j < 4; ++j) words.word[j].v[k + i] = block[i].word[j];
    }
    return words;
}

/// k − offset of the low words k; `offset` a multiple of ½ where 2^52 + offset is one in double precision.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> shifted_words(const Pack<BitsTag<DoubleTag>, n>& word, double offset) {
    // k in the mantissa of 2^52 is a double after one subtraction.
    return each<DoubleTag, n>(
        [offset](auto w) {
            const BitsTag<DoubleTag> bits;
            const auto low = hn::And(w, hn::Set(bits, uint64_t{0xffffffffu}));
            const auto large = hn::BitCast(DoubleTag(), hn::Or(low, hn::Set(bits, uint64_t{0x4330000000000000u})));
            return hn::Sub(large, hn::Set(DoubleTag(), 0x1p52 + offset));
        },
        word);
}

/// −2 ln((k + ½) 2^−32); relative error below 1e-12.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> minus_two_log(const Pack<BitsTag<DoubleTag>, n>& word) {
    using Doubles = Pack<DoubleTag, n>;
    const DoubleTag d;
    const BitsTag<DoubleTag> bits;
    const Doubles x = shifted_words(word, -0.5);
    const auto offset = each<BitsTag<DoubleTag>, n>(  // from the bits of √½
        [&](auto y) { return hn::Sub(hn::BitCast(bits, y), hn::Set(bits, uint64_t{0x3fe6a09e667f3bcdu})); }, x);
    const Doubles f = each<DoubleTag, n>(
        [&](auto y, auto o) {
            const auto whole = hn::And(o, hn::Set(bits, uint64_t{0xfff0000000000000u}));
            return hn::Sub(hn::BitCast(d, hn::Sub(hn::BitCast(bits, y), whole)), hn::Set(d, 1.0));
        },
        x, offset);
    const Doubles exponent = each<DoubleTag, n>(
        [&](auto o) {
            const auto biased = hn::Or(hn::ShiftRight<52>(o), hn::Set(bits, uint64_t{0x4330000000000000u}));
            return hn::Sub(hn::BitCast(d, biased), hn::Set(d, 0x1p52 + 32));
        },
        offset);
    // −2 ln(1 + f)/f on [√½ − 1, √2 − 1], even and odd powers apart.
    const Doubles g = f * f;
    const Doubles even = horner(g, -2.0000000000004343, -0.666666666228345, -0.40000007611025507, -0.2857091652188976,
                                -0.22238826105579962, -0.17908325578573425, -0.17500810465386427, -0.08545601460870363);
    const Doubles odd = horner(g, 0.9999999999702511, 0.500000008662563, 0.3333326446758859, 0.25002150799003514,
                               0.19974732338243306, 0.16634870421806566, 0.16935752822916247);
    return fma(-1.3862943611198906188, exponent, f * fma(odd, f, even));
}

/// sin πv and cos πv with a sign of its own, of the angle words.
template <std::size_t n>
HWY_INLINE void sine_cosine(const Pack<BitsTag<DoubleTag>, n>& word, Pack<DoubleTag, n>& sine, Pack<DoubleTag, n>& cosine) {
    const Pack<DoubleTag, n> v = each<DoubleTag, n>(
        [](auto k) { return hn::MulAdd(k, hn::Set(DoubleTag(), 0x1p-32), hn::Set(DoubleTag(), 0x1p-33)); },
        shifted_words(word, 0x1p31));
    const Pack<DoubleTag, n> w = v * v;
    sine = v * horner(w, 3.141592653589635, -5.167712779987959, 2.550164035906745, -0.5992644339357286, 0.08214479467064854,
                      -0.007364005472115722, 0.0004474920849077101);
    cosine = horner(w, 0.9999999999999981, -4.934802200543686, 4.058712126333295, -1.3352627661817635, 0.23533058831317874,
                    -0.025806531975921563, 0.0019278700526981333, -0.0001004164642205389);
    cosine = each<DoubleTag, n>(
        [](auto c, auto w64) {
            const BitsTag<DoubleTag> bits;
            return hn::BitCast(DoubleTag(), hn::Xor(hn::BitCast(bits, c), hn::ShiftLeft<63>(w64)));
        },
        cosine, word);
}

/// 2^x for |x| ≤ 60, relative error 2e-14.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> exp2_of(const Pack<DoubleTag, n>& x) {
    using Doubles = Pack<DoubleTag, n>;
    const Doubles shifted = x + 0x1.8p52;
    const Doubles f = x - (shifted - 0x1.8p52);
    const Doubles g = f * f;
    const Doubles even = horner(g, 1.0000000000000135, 0.2402265069564034, 0.009618129193934313, 0.0001540343375125101,
                                1.325964524488711e-06);
    const Doubles odd = horner(g, 0.6931471805599462, 0.05550410866465167, 0.0013333558200794592, 1.5252672924850737e-05,
                               1.0205905413765595e-07);
    return each<DoubleTag, n>(
        [](auto p, auto m) {
            const BitsTag<DoubleTag> bits;
            return hn::BitCast(DoubleTag(), hn::Add(hn::BitCast(bits, p), hn::ShiftLeft<52>(hn::BitCast(bits, m))));
        },
        fma(odd, f, even), shifted);
}

/// Uniform on (0, 1): (k + ½) 2^−32.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> uniform_of(const Pack<BitsTag<DoubleTag>, n>& word) {
    return 0x1p-32 * shifted_words(word, -0.5);
}

// ---- Single precision.

using FloatBitsTag = BitsTag<FloatTag>;
using FloatIntTag = hn::RebindToSigned<FloatTag>;
/// 64-bit lanes of the same width, two 32-bit lanes in each: the tag of the Philox halves.
using FloatHalvesTag = hn::Repartition<double, FloatTag>;

/// The samples of the even and the odd float lanes in turn.
template <std::size_t n>
struct FloatPackSamples {
    hn::Vec<BitsTag<FloatHalvesTag>> v[2 * n];
    FloatPackSamples(FloatTag d, uint32_t first_sample) {
        const BitsTag<FloatHalvesTag> bits;
        const auto pairs = hn::Iota(bits, uint64_t{0});
        for (std::size_t k = 0; k < n; ++k) {
            const uint64_t first = first_sample + static_cast<uint32_t>(k * hn::Lanes(d));
            v[2 * k] = hn::Add(hn::Add(pairs, pairs), hn::Set(bits, first));
            v[2 * k + 1] = hn::Add(v[2 * k], hn::Set(bits, uint64_t{1}));
        }
    }
};

template <std::size_t n>
HWY_INLINE PackWords<FloatTag, n> pack_words(const PhiloxKeys& keys, uint32_t draw, uint32_t step,
                                             const FloatPackSamples<n>& samples) {
    const FloatBitsTag bits;
    PackWords<FloatTag, n> words;
    constexpr std::size_t together = 4;  // more halves at once would not stay in registers
    static_assert(2 * n % together == 0);
    for (std::size_t k = 0; k < 2 * n; k += together) {
        PhiloxWords<FloatHalvesTag> block[together];
        philox<together>(FloatHalvesTag(), keys, draw, step, samples.v + k, block);
        for (std::size_t i = 0; i < together; i += 2)
            for (int j = 0; j < 4; ++j)
                words.word[j].v[(k + i) / 2] = hn::OddEven(hn::Shuffle2301(hn::BitCast(bits, block[i + 1].word[j])),
                                                           hn::BitCast(bits, block[i].word[j]));
    }
    return words;
}

/// −2 ln((k + ½) 2^−32) from the upper 31 bits of k: relative error below 4e-7 (near u = 1 an absolute one of 2e-6).
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> minus_two_log(const Pack<FloatBitsTag, n>& word) {
    using Floats = Pack<FloatTag, n>;
    const FloatTag d;
    const FloatIntTag integers;
    const auto x = each<FloatIntTag, n>(  // the bits of u 2^31
        [&](auto w) {
            const auto k = hn::ConvertTo(d, hn::BitCast(integers, hn::ShiftRight<1>(w)));
            return hn::BitCast(integers, hn::Add(k, hn::Set(d, 0.5f)));
        },
        word);
    const auto offset =
        each<FloatIntTag, n>([&](auto y) { return hn::Sub(y, hn::Set(integers, 0x3f3504f3)); }, x);  // from √½
    const Floats f = each<FloatTag, n>(
        [&](auto y, auto o) {
            const auto whole = hn::And(o, hn::Set(integers, static_cast<int32_t>(0xff800000u)));
            return hn::Sub(hn::BitCast(d, hn::Sub(y, whole)), hn::Set(d, 1.0f));
        },
        x, offset);
    const Floats exponent = each<FloatTag, n>([&](auto o) { return hn::ConvertTo(d, hn::ShiftRight<23>(o)); }, offset);
    // −2 ln(1 + f)/f by a minimax polynomial on [√½ − 1, √2 − 1], relative error 3.5e-7.
    const Floats p = horner(f, -1.99999984f, 1.00000689f, -0.66671216f, 0.49943120f, -0.39768471f, 0.34424853f, -0.32676294f,
                            0.20757433f);
    const Floats whole = each<FloatTag, n>(  // the exponent counts from 2^31
        [&](auto e) { return hn::MulAdd(e, hn::Set(d, -1.3862943611f), hn::Set(d, 31 * 1.3862943611f)); }, exponent);
    // Rounding must not leave a negative number at u = 1.
    return each<FloatTag, n>([&](auto y) { return hn::Max(y, hn::Zero(d)); }, fma(p, f, whole));
}

/// sin πv and cos πv with a sign of its own, of the angle words; errors 5e-9 and 5e-8 and rounding.
template <std::size_t n>
HWY_INLINE void sine_cosine(const Pack<FloatBitsTag, n>& word, Pack<FloatTag, n>& sine, Pack<FloatTag, n>& cosine) {
    const FloatTag d;
    const FloatBitsTag bits;
    // Flipping the highest bit turns k into k − 2^31; the half below is lost in rounding.
    const auto v = 0x1p-32f * each<FloatTag, n>(
                                  [&](auto w) {
                                      const auto flipped = hn::Xor(w, hn::Set(bits, 0x80000000u));
                                      return hn::ConvertTo(d, hn::BitCast(FloatIntTag(), flipped));
                                  },
                                  word);
    const auto w = v * v;
    sine = v * horner(w, 3.14159264f, -5.16770968f, 2.55006973f, -0.59824213f, 0.07756039f);
    cosine = horner(w, 0.99999995f, -4.93479286f, 4.05841191f, -1.33188016f, 0.2196968f);
    cosine = each<FloatTag, n>(
        [&](auto c, auto word32) { return hn::BitCast(d, hn::Xor(hn::BitCast(bits, c), hn::ShiftLeft<31>(word32))); },
        cosine, word);
}

template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> exp2_of(const Pack<FloatTag, n>& x) {
    const Pack<FloatTag, n> shifted = x + 0x1.8p23f;
    const Pack<FloatTag, n> f = x - (shifted - 0x1.8p23f);
    // As exp2_lanes.
    const auto p = horner(f, 1.0f, 0.693146977595017f, 0.24022242082576487f, 0.05550733749216083f, 0.009671512768027066f,
                          0.0013264725402484488f);
    return each<FloatTag, n>(
        [](auto q, auto m) {
            const FloatBitsTag bits;
            return hn::BitCast(FloatTag(), hn::Add(hn::BitCast(bits, q), hn::ShiftLeft<23>(hn::BitCast(bits, m))));
        },
        p, shifted);
}

/// Uniform on (0, 1): (k + ½) 2^−23 with k the upper 23 bits.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> uniform_of(const Pack<FloatBitsTag, n>& word) {
    const FloatBitsTag bits;
    return each<FloatTag, n>(
               [&](auto w) { return hn::BitCast(FloatTag(), hn::Or(hn::ShiftRight<9>(w), hn::Set(bits, 0x3f800000u))); },
               word) -
           (1.0f - 0x1p-24f);
}

// ---- Both.

/// Two independent normals from two words.
template <class D, std::size_t n>
HWY_INLINE void word_normals(const Pack<BitsTag<D>, n>& radius_word, const Pack<BitsTag<D>, n>& angle_word,
                             Pack<D, n>& first, Pack<D, n>& second) {
    const Pack<D, n> radius = each<D, n>([](auto y) { return hn::Sqrt(y); }, minus_two_log(radius_word));
    Pack<D, n> sine, cosine;
    sine_cosine(angle_word, sine, cosine);
    first = radius * cosine;
    second = radius * sine;
}

/// tanh x from 2 log₂e x, as 1 − 2/(e^{2x} + 1): absolute error 1e-13 in double, 1e-7 in single precision.
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> tanh_of_scaled(const Pack<D, n>& scaled) {
    return each<D, n>(
        [](auto power) {
            const auto one = hn::Set(D(), 1);
            return hn::Sub(one, hn::Div(hn::Set(D(), 2), hn::Add(power, one)));
        },
        exp2_of(clamped(scaled, 60)));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_FAST_LANES_INL_HPP_
