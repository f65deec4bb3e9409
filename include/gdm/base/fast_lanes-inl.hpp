// Normal numbers and tanh for kernels that are limited by arithmetic, in double and in single precision, from the same
// random words: a number in one precision is the other's, rounded. Compiled once for each instruction set, see
// lanes-inl.hpp.
//
// A Philox block of four 32-bit words makes four normals, two words a pair: √(−2 ln u) (± cos πv, sin πv) with u = (k + ½)
// 2^−32 and πv one of 2^31 angles on the right half of the circle, the sign of the cosine the lowest bit, which together are
// 2^32 equidistant angles. Where k < 2^14 (radii beyond 4.995) a word k′ of a further block refines u to (k + (k′ + ½)
// 2^−32) 2^−32: neighbouring radii differ by less than 1.3e-5 and |z| ≤ 9.5 (the tails beyond hold 2e-21).

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
    PackSamples() = default;
    PackSamples(DoubleTag d, uint32_t first_sample) {
        for (std::size_t k = 0; k < n; ++k)
            v[k] = philox_sample(d, sample_lanes(d, first_sample + static_cast<uint32_t>(k * hn::Lanes(d))));
    }
};

template <std::size_t n>
HWY_INLINE PackWords<DoubleTag, n> pack_words(const PhiloxKeys& keys, uint32_t draw, uint32_t step,
                                              const PackSamples<n>& samples) {
    const PhiloxStart start(keys, draw, step);
    PackWords<DoubleTag, n> words;
    constexpr std::size_t together = n < 4 ? n : 4;  // more at once would not stay in registers
    static_assert(n % together == 0);
    for (std::size_t k = 0; k < n; k += together) {
        PhiloxWords<DoubleTag> block[together];
        philox<together>(DoubleTag(), keys, start, samples.v + k, block);
        for (std::size_t i = 0; i < together; ++i)
            for (int j = 0; j < 4; ++j) words.word[j].v[k + i] = block[i].word[j];
    }
    return words;
}

/// k − offset of the words k, see shifted_word.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> shifted_words(const Pack<BitsTag<DoubleTag>, n>& word, double offset) {
    return each<DoubleTag, n>([offset](auto w) { return shifted_word(DoubleTag(), w, offset); }, word);
}

/// The places k + ½ of words k on (0, 2^32), from which `minus_two_log` makes squared radii.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> word_places(const Pack<BitsTag<DoubleTag>, n>& word) {
    return shifted_words(word, -0.5);
}

/// The same of words below `refined_words`, refined by further words k′: k + (k′ + ½) 2^−32.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> refined_places(const Pack<BitsTag<DoubleTag>, n>& word,
                                             const Pack<BitsTag<DoubleTag>, n>& further) {
    return fma(0x1p-32, shifted_words(further, -0.5), shifted_words(word, 0));
}

/// x 2^−scale = (1 + f) 2^exponent with −¼ ≤ f < ½.
template <int scale, class D, std::size_t n>
HWY_INLINE void log_parts(const Pack<D, n>& x, Pack<D, n>& f, Pack<D, n>& exponent) {
    each_place<n>([&](auto k) HWY_ATTR {
        hn::Vec<D> mantissa;
        split_power<scale>(x.v[k], mantissa, exponent.v[k]);
        f.v[k] = hn::Sub(mantissa, hn::Set(D(), 1));
    });
}

/// −2 ln(x 2^−32) for places x, 2^−33 ≤ x < 2^32; relative error below 1e-12.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> minus_two_log(const Pack<DoubleTag, n>& x) {
    Pack<DoubleTag, n> f, exponent;
    log_parts<32>(x, f, exponent);
    // −2 ln(1 + f)/f by a minimax polynomial, relative error 4.3e-13.
    const auto p =
        horner(f, -1.9999999999991676, 1.000000000008118, -0.6666666674267903, 0.4999999986030321, -0.39999988528320135,
               0.3333332652689204, -0.2857206101883086, 0.2500139039970666, -0.22207487976159057, 0.19944819021519392,
               -0.18291734377266686, 0.17475289923612083, -0.16123606319785738, 0.11179630006023435, -0.0382490411644652);
    return fma(-1.3862943611198906188, exponent, p * f);
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
    return exp2_by<NearestInteger>(x, [](const auto& f) HWY_ATTR {
        return horner(f, 1.0000000000000135, 0.6931471805599462, 0.2402265069564034, 0.05550410866465167,
                      0.009618129193934313, 0.0013333558200794592, 0.0001540343375125101, 1.5252672924850737e-05,
                      1.325964524488711e-06, 1.0205905413765595e-07);
    });
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
    FloatPackSamples() = default;
    FloatPackSamples(FloatTag d, uint32_t first_sample) {
        const BitsTag<FloatHalvesTag> bits;
        const auto pairs = hn::Iota(bits, uint64_t{0});
        for (std::size_t k = 0; k < n; ++k) {
            const uint64_t first = first_sample + static_cast<uint32_t>(k * hn::Lanes(d));
            const auto even = hn::Add(hn::Add(pairs, pairs), hn::Set(bits, first));
            v[2 * k] = philox_sample(FloatHalvesTag(), even);
            v[2 * k + 1] = philox_sample(FloatHalvesTag(), hn::Add(even, hn::Set(bits, uint64_t{1})));
        }
    }
};

template <std::size_t n>
HWY_INLINE PackWords<FloatTag, n> pack_words(const PhiloxKeys& keys, uint32_t draw, uint32_t step,
                                             const FloatPackSamples<n>& samples) {
    const FloatBitsTag bits;
    const PhiloxStart start(keys, draw, step);
    PackWords<FloatTag, n> words;
    constexpr std::size_t together = 4;  // more halves at once would not stay in registers
    static_assert(2 * n % together == 0);
    for (std::size_t k = 0; k < 2 * n; k += together) {
        PhiloxWords<FloatHalvesTag> block[together];
        philox<together>(FloatHalvesTag(), keys, start, samples.v + k, block);
        for (std::size_t i = 0; i < together; i += 2)
            for (int j = 0; j < 4; ++j)
                words.word[j].v[(k + i) / 2] = hn::OddEven(hn::Shuffle2301(hn::BitCast(bits, block[i + 1].word[j])),
                                                           hn::BitCast(bits, block[i].word[j]));
    }
    return words;
}

/// As in double precision, from the upper 31 bits of k and on (0, 2^31).
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> word_places(const Pack<FloatBitsTag, n>& word) {
    return each<FloatTag, n>(
        [](auto w) {
            const auto k = hn::ConvertTo(FloatTag(), hn::BitCast(FloatIntTag(), hn::ShiftRight<1>(w)));
            return hn::Add(k, hn::Set(FloatTag(), 0.5f));
        },
        word);
}

/// As in double precision, on (0, 2^31): (k + (k′ + ½) 2^−32)/2, rounded.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> refined_places(const Pack<FloatBitsTag, n>& word, const Pack<FloatBitsTag, n>& further) {
    const FloatTag d;
    const FloatIntTag integers;
    return each<FloatTag, n>(
        [&](auto w, auto more) {
            const auto k = hn::ConvertTo(d, hn::BitCast(integers, w));
            const auto high = hn::ConvertTo(d, hn::BitCast(integers, hn::ShiftRight<16>(more)));
            const auto low = hn::ConvertTo(d, hn::BitCast(integers, hn::And(more, hn::Set(FloatBitsTag(), 0xffffu))));
            const auto fraction = hn::MulAdd(high, hn::Set(d, 0x1p16f), hn::Add(low, hn::Set(d, 0.5f)));
            return hn::MulAdd(fraction, hn::Set(d, 0x1p-33f), hn::Mul(k, hn::Set(d, 0.5f)));
        },
        word, further);
}

/// −2 ln(x 2^−31) for places x, 2^−34 ≤ x ≤ 2^31; relative error below 5e-7.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> minus_two_log(const Pack<FloatTag, n>& x) {
    Pack<FloatTag, n> f, exponent;
    log_parts<31>(x, f, exponent);
    // −2 ln(1 + f)/f by a minimax polynomial, relative error 1.8e-7.
    const auto p = horner(f, -2.0000002941292023f, 1.0000043053117014f, -0.6665952924796055f, 0.4995358183871695f,
                          -0.4021606688754084f, 0.34744444488213566f, -0.2826373222805002f, 0.1329212083608025f);
    return fma(-1.3862943611f, exponent, p * f);
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
    return exp2_by<NearestInteger>(x, [](const auto& f) HWY_ATTR { return exp2_of_fraction(f); });
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

/// Radius words below this are refined: rare enough to cost nothing, and from here on single precision follows double.
inline constexpr uint32_t refined_words = 1u << 14;
/// The places of such words are below this.
template <class D>
inline constexpr hn::TFromD<D> refined_below = refined_words / (sizeof(hn::TFromD<D>) == sizeof(double) ? 1 : 2);
/// The words that refine are of blocks with this `draw` bit, which is free elsewhere.
inline constexpr uint32_t refining_block_bit = 0x40000000u;

/// The places of radius words, the small ones refined by further words.
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> radius_places(const Pack<BitsTag<D>, n>& word, const Pack<BitsTag<D>, n>& further) {
    return each<D, n>(
        [](auto coarse, auto fine) { return hn::IfThenElse(hn::Lt(coarse, hn::Set(D(), refined_below<D>)), fine, coarse); },
        word_places(word), refined_places(word, further));
}

/// The places of the radius words of a pair (0 or 1) of a block anew, with refinement. Out of line, because it is rare.
template <class D, std::size_t n, class Samples>
HWY_NOINLINE Pack<D, n> refined_pair(const PhiloxKeys& keys, uint32_t draw, uint32_t step, const Samples& samples,
                                     uint32_t pair) {
    const PackWords<D, n> words = pack_words(keys, draw, step, samples);
    const PackWords<D, n> further = pack_words(keys, draw | refining_block_bit, step, samples);
    return radius_places<D>(words.word[2 * pair], further.word[2 * pair]);
}

/// The smaller of the lanes of all vectors.
template <class D, std::size_t n>
HWY_INLINE hn::Vec<D> smallest(const Pack<D, n>& a) {
    auto least = a.v[0];
    for (std::size_t k = 1; k < n; ++k) least = hn::Min(least, a.v[k]);
    return least;
}

/// Two independent normals from the place of a radius word and an angle word.
template <class D, std::size_t n>
HWY_INLINE void polar_normals(const Pack<D, n>& place, const Pack<BitsTag<D>, n>& angle_word, Pack<D, n>& first,
                              Pack<D, n>& second) {
    const Pack<D, n> radius = each<D, n>([](auto y) { return hn::Sqrt(y); }, minus_two_log(place));
    Pack<D, n> sine, cosine;
    sine_cosine(angle_word, sine, cosine);
    first = radius * cosine;
    second = radius * sine;
}

/// Two of the four independent normals of the block {draw, step} of each sample, from words 2 pair and 2 pair + 1 of it.
template <class D, std::size_t n, class Samples>
HWY_INLINE void pair_normals(const PhiloxKeys& keys, uint32_t draw, uint32_t step, const Samples& samples, uint32_t pair,
                             const Pack<BitsTag<D>, n>& radius_word, const Pack<BitsTag<D>, n>& angle_word,
                             Pack<D, n>& first, Pack<D, n>& second) {
    Pack<D, n> place = word_places(radius_word);
    if (HWY_UNLIKELY(!hn::AllFalse(D(), hn::Lt(smallest(place), hn::Set(D(), refined_below<D>)))))
        place = refined_pair<D, n>(keys, draw, step, samples, pair);
    polar_normals(place, angle_word, first, second);
}

/// The four independent normals of the block {draw, step} of each sample.
template <class D, std::size_t n, class Samples>
HWY_INLINE void block_normals(const PhiloxKeys& keys, uint32_t draw, uint32_t step, const Samples& samples,
                              Pack<D, n> (&normal)[4]) {
    const PackWords<D, n> words = pack_words(keys, draw, step, samples);
    pair_normals(keys, draw, step, samples, 0, words.word[0], words.word[1], normal[0], normal[1]);
    pair_normals(keys, draw, step, samples, 1, words.word[2], words.word[3], normal[2], normal[3]);
}

/// tanh x from 2 log₂e x, as 1 − 2/(e^{2x} + 1): absolute error 1e-13 in double, 1e-7 in single precision.
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> tanh_of_scaled(const Pack<D, n>& scaled) {
    return each<D, n>(
        [](auto power) {
            const auto one = hn::Set(D(), 1);
            return hn::Sub(one, hn::Div(hn::Set(D(), 2), hn::Add(power, one)));
        },
        exp2_of(nearest_of_any ? scaled : clamped(scaled, 60)));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_FAST_LANES_INL_HPP_
