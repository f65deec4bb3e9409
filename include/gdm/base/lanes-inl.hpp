// Vector lanes for kernels: Philox4x32-10, uniform and normal numbers, and the elementary functions they need, written with
// Google Highway. Compiled once for each instruction set, so there is a guard per target instead of #pragma once:
//
//     #undef HWY_TARGET_INCLUDE
//     #define HWY_TARGET_INCLUDE "my_kernel.cpp"       // the including file itself
//     #include <hwy/foreach_target.h>
//     #include <hwy/highway.h>
//     #include "gdm/base/lanes-inl.hpp"
//     HWY_BEFORE_NAMESPACE();
//     namespace gdm::HWY_NAMESPACE { void my_kernel(...) {...} }
//     HWY_AFTER_NAMESPACE();
//     #if HWY_ONCE
//     namespace gdm { HWY_EXPORT(my_kernel); /* and a function that calls HWY_DYNAMIC_DISPATCH(my_kernel)(...) */ }
//     #endif
//
// Lanes never interact: the value of a sample depends on its own counter and inputs alone, so results do not depend on the
// number of lanes, the block length or alignment. With fused multiply-add (AVX2, AVX-512, NEON) all targets give equal bits
// because every fusion is written out; compile with -ffp-contract=off.
//
// D is the Highway tag of the floating-point lanes; only double is provided so far.

#if defined(GDM_BASE_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_LANES_INL_HPP_
#undef GDM_BASE_LANES_INL_HPP_
#else
#define GDM_BASE_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gdm/base/noise_key.hpp"
#include "gdm/base/power_parts-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The polynomial c_0 + x (c_1 + x (c_2 + …)), by Horner's rule.
template <class D>
HWY_INLINE hn::Vec<D> polynomial(D d, hn::Vec<D> /*x*/, double constant) {
    return hn::Set(d, constant);
}
template <class D, class... Rest>
HWY_INLINE hn::Vec<D> polynomial(D d, hn::Vec<D> x, double constant, Rest... rest) {
    return hn::MulAdd(x, polynomial(d, x, rest...), hn::Set(d, constant));
}

/// a + b x.
template <class D>
HWY_INLINE hn::Vec<D> polynomial(D /*d*/, hn::Vec<D> x, hn::Vec<D> a, hn::Vec<D> b) {
    return hn::MulAdd(b, x, a);
}

/// The four words of one Philox block per 64-bit lane; the low 32 bits of each lane count, the high ones are arbitrary.
template <class D>
struct PhiloxWords {
    hn::Vec<BitsTag<D>> word[4];
};

/// The multipliers of Philox4x32.
inline constexpr uint64_t philox_multiplier_0 = 0xD2511F53u;
inline constexpr uint64_t philox_multiplier_1 = 0xCD9E8D57u;

/// The keys of the ten rounds and the last counter word. Kept in memory: a kernel broadcasts them as it loads, which costs
/// less than to count them up.
struct PhiloxKeys {
    uint64_t first[10] = {}, second[10] = {};
    uint64_t high_word;
    explicit PhiloxKeys(const NoiseKey& key) : high_word(key.high_word) {
        for (uint32_t round = 0; round < 10; ++round) {
            first[round] = static_cast<uint32_t>(key.low + round * 0x9E3779B9u);
            second[round] = static_cast<uint32_t>(key.high + round * 0xBB67AE85u);
        }
    }
};

/// What the first three rounds make of the words of the counter {draw, step, ·, high_word} that all samples share: half of
/// the first two rounds, done once.
struct PhiloxStart {
    uint64_t xor_0, xor_1, xor_2, product;
    HWY_INLINE PhiloxStart(const PhiloxKeys& keys, uint32_t draw, uint32_t step) {
        const uint64_t p0 = philox_multiplier_0 * draw;
        xor_0 = step ^ keys.first[0];
        product = philox_multiplier_1 * static_cast<uint32_t>((p0 >> 32) ^ keys.high_word ^ keys.second[0]);
        xor_1 = (product >> 32) ^ keys.first[1];
        xor_2 = static_cast<uint32_t>(p0) ^ keys.second[1];
        product = static_cast<uint32_t>(product) ^ keys.first[2];
    }
};

/// Low times low 32 bits of 64-bit lanes.
template <class D>
HWY_INLINE hn::Vec<BitsTag<D>> multiply_low(D /*d*/, uint64_t factor, hn::Vec<BitsTag<D>> word) {
    const hn::Repartition<uint32_t, D> words;
    return hn::MulEven(hn::BitCast(words, hn::Set(BitsTag<D>(), factor)), hn::BitCast(words, word));
}

/// The high 32 bits of 64-bit lanes in the place of the low ones. A shuffle, because shifts share a port with the
/// multiplications.
template <class D>
HWY_INLINE hn::Vec<BitsTag<D>> high_half(D /*d*/, hn::Vec<BitsTag<D>> product) {
    const hn::Repartition<uint32_t, D> words;
    return hn::BitCast(BitsTag<D>(), hn::Shuffle2301(hn::BitCast(words, product)));
}

/// What the first round makes of a sample (low 32 bits of the lanes); the same for all blocks of the sample.
template <class D>
HWY_INLINE hn::Vec<BitsTag<D>> philox_sample(D d, hn::Vec<BitsTag<D>> sample) {
    return multiply_low(d, philox_multiplier_1, sample);
}

/// Philox4x32-10 with counter {draw, step, sample, high_word} for n vectors of samples, given as philox_sample, round by
/// round, so that the chains of dependent operations of the vectors overlap.
template <std::size_t n, class D>
HWY_INLINE void philox(D d, const PhiloxKeys& keys, const PhiloxStart& start, const hn::Vec<BitsTag<D>>* sample,
                       PhiloxWords<D>* block) {
    // What the products and the xors leave in the high halves is never used.
    const BitsTag<D> bits;
    hn::Vec<BitsTag<D>> c0[n], c1[n], c2[n], c3[n];
#pragma GCC unroll 4
    for (std::size_t k = 0; k < n; ++k) {
        const auto first = hn::Xor(high_half(d, sample[k]), hn::Set(bits, start.xor_0));
        c3[k] = multiply_low(d, philox_multiplier_0, first);
        c0[k] = hn::Xor(sample[k], hn::Set(bits, start.xor_1));
        c2[k] = hn::Xor(high_half(d, c3[k]), hn::Set(bits, start.xor_2));
    }
#pragma GCC unroll 4
    for (std::size_t k = 0; k < n; ++k) {
        const auto p0 = multiply_low(d, philox_multiplier_0, c0[k]);
        c1[k] = multiply_low(d, philox_multiplier_1, c2[k]);
        c0[k] = hn::Xor(high_half(d, c1[k]), hn::Set(bits, start.product));
        c2[k] = hn::Xor3(high_half(d, p0), c3[k], hn::Set(bits, keys.second[2]));
        c3[k] = p0;
    }
#pragma GCC unroll 7
    for (int round = 3; round < 10; ++round) {
        const auto k0 = hn::Set(bits, keys.first[round]);
        const auto k1 = hn::Set(bits, keys.second[round]);
#pragma GCC unroll 4
        for (std::size_t k = 0; k < n; ++k) {
            const auto p0 = multiply_low(d, philox_multiplier_0, c0[k]);
            const auto p1 = multiply_low(d, philox_multiplier_1, c2[k]);
            c0[k] = hn::Xor3(high_half(d, p1), c1[k], k0);
            c2[k] = hn::Xor3(high_half(d, p0), c3[k], k1);
            c1[k] = p1;
            c3[k] = p0;
        }
    }
    for (std::size_t k = 0; k < n; ++k) block[k] = {{c0[k], c1[k], c2[k], c3[k]}};
}

/// The same of one vector of samples (low 32 bits of the lanes).
template <class D>
HWY_INLINE PhiloxWords<D> philox(D d, const NoiseKey& key, uint32_t draw, uint32_t step, hn::Vec<BitsTag<D>> sample) {
    const PhiloxKeys keys(key);
    const auto first = philox_sample(d, sample);
    PhiloxWords<D> block;
    philox<1>(d, keys, PhiloxStart(keys, draw, step), &first, &block);
    return block;
}

/// first_sample + 0, 1, 2, … in the lanes, as `philox` takes them.
template <class D>
HWY_INLINE hn::Vec<BitsTag<D>> sample_lanes(D /*d*/, uint32_t first_sample) {
    const BitsTag<D> bits;
    return hn::Iota(bits, uint64_t{first_sample});
}

/// Uniform on (0, 1): (k + 1/2) 2^-52 with k the upper 52 of 64 bits, as uniform_from_words.
template <class D>
HWY_INLINE hn::Vec<D> uniform(D d, hn::Vec<BitsTag<D>> high, hn::Vec<BitsTag<D>> low) {
    const BitsTag<D> bits;
    const auto upper = hn::ShiftLeft<20>(hn::And(high, hn::Set(bits, uint64_t{0xffffffffu})));
    const auto lower = hn::And(hn::ShiftRight<12>(low), hn::Set(bits, uint64_t{0xfffffu}));
    const auto one = hn::Set(bits, uint64_t{0x3ff0000000000000u});
    return hn::Sub(hn::BitCast(d, hn::Or(hn::Or(upper, lower), one)), hn::Set(d, 1.0 - 0x1p-53));
}

/// k − offset for the low words k of 64-bit lanes; `offset` a multiple of ½ where 2^52 + offset is one in double precision.
template <class D>
HWY_INLINE hn::Vec<D> shifted_word(D d, hn::Vec<BitsTag<D>> word, double offset) {
    // k in the mantissa of 2^52 is a double after one subtraction.
    const hn::Repartition<uint32_t, D> halves;
    const auto exponent = hn::BitCast(halves, hn::Set(BitsTag<D>(), uint64_t{0x4330000000000000u}));
    const auto large = hn::BitCast(d, hn::OddEven(exponent, hn::BitCast(halves, word)));
    return hn::Sub(large, hn::Set(d, 0x1p52 + offset));
}

/// Uniform on (0, 1]: (k + 1/2) 2^-64 of 64 bits, rounded, as fine_uniform_from_words.
template <class D>
HWY_INLINE hn::Vec<D> fine_uniform(D d, hn::Vec<BitsTag<D>> high, hn::Vec<BitsTag<D>> low) {
    const auto rest = hn::Mul(shifted_word(d, low, -0.5), hn::Set(d, 0x1p-64));
    return hn::MulAdd(shifted_word(d, high, 0), hn::Set(d, 0x1p-32), rest);
}

/// ln x for positive normal x, within 1 ulp (rational approximation of Moshier's Cephes on [√½, √2)).
template <class D>
HWY_INLINE hn::Vec<D> log(D d, hn::Vec<D> x) {
    const BitsTag<D> bits;
    const auto word = hn::BitCast(bits, x);
    const auto above_root_half = hn::Sub(word, hn::Set(bits, uint64_t{0x3fe6a09e667f3bcdu}));
    const auto biased =
        hn::And(hn::Add(hn::ShiftRight<52>(above_root_half), hn::Set(bits, uint64_t{2048})), hn::Set(bits, uint64_t{4095}));
    // An integer below 2^52 in the mantissa of 2^52 is a double after one subtraction.
    const auto exponent =
        hn::Sub(hn::BitCast(d, hn::Or(biased, hn::Set(bits, uint64_t{0x4330000000000000u}))), hn::Set(d, 0x1p52 + 2048.0));
    const auto mantissa =
        hn::BitCast(d, hn::Sub(word, hn::And(above_root_half, hn::Set(bits, uint64_t{0xfff0000000000000u}))));
    const auto f = hn::Sub(mantissa, hn::Set(d, 1.0));
    const auto f2 = hn::Mul(f, f);
    const auto p = polynomial(d, f, 7.70838733755885391666e0, 1.79368678507819816313e1, 1.44989225341610930846e1,
                              4.70579119878881725854e0, 4.97494994976747001425e-1, 1.01875663804580931796e-4);
    const auto q = polynomial(d, f, 2.31251620126765340583e1, 7.11544750618563894466e1, 8.29875266912776603211e1,
                              4.52279145837532221105e1, 1.12873587189167450590e1, 1.0);
    auto y = hn::Mul(f, hn::Div(hn::Mul(f2, p), q));
    y = hn::MulAdd(exponent, hn::Set(d, -2.121944400546905827679e-4), y);
    y = hn::MulAdd(f2, hn::Set(d, -0.5), y);
    return hn::MulAdd(exponent, hn::Set(d, 0.693359375), hn::Add(f, y));
}

/// e^x − 1 split as 2^n (p + 1) − 1 with |p| < 0.42: `power` = 2^n, `part` = p. For −708 ≤ x ≤ 709.
template <class D>
HWY_INLINE void exp_parts(D d, hn::Vec<D> x, hn::Vec<D>& power, hn::Vec<D>& part) {
    const BitsTag<D> bits;
    const auto magic = hn::Set(d, 0x1.8p52);  // adding it rounds to an integer, which appears in the low bits
    auto n = hn::MulAdd(x, hn::Set(d, 1.4426950408889634), magic);
    const auto integer = hn::BitCast(bits, n);
    n = hn::Sub(n, magic);
    auto r = hn::MulAdd(n, hn::Set(d, -6.93147180369123816490e-01), x);
    r = hn::MulAdd(n, hn::Set(d, -1.90821492927058770002e-10), r);
    // e^r − 1 − r = r² (1/2! + r/3! + …); the first term left out is below 3e-18 for |r| ≤ ½ ln 2. Estrin's order: Horner's
    // would make a chain of twelve dependent operations, which is what a step of an integrator waits for.
    const auto r2 = hn::Mul(r, r);
    const auto r4 = hn::Mul(r2, r2);
    const auto p0 = polynomial(d, r2, polynomial(d, r, 0.5, 1.0 / 6), polynomial(d, r, 1.0 / 24, 1.0 / 120));
    const auto p4 = polynomial(d, r2, polynomial(d, r, 1.0 / 720, 1.0 / 5040), polynomial(d, r, 1.0 / 40320, 1.0 / 362880));
    const auto p8 = polynomial(d, r2, polynomial(d, r, 1.0 / 3628800, 1.0 / 39916800),
                               polynomial(d, r, 1.0 / 479001600, 1.0 / 6227020800));
    const auto series = hn::MulAdd(r4, hn::MulAdd(r4, p8, p4), p0);
    part = hn::MulAdd(r2, series, r);
    power = hn::BitCast(d, hn::ShiftLeft<52>(hn::Add(integer, hn::Set(bits, uint64_t{1023}))));
}

/// x within [low, high]; NaN stays NaN (of two operands the second is taken if one is NaN).
template <class D>
HWY_INLINE hn::Vec<D> clamp(D d, hn::Vec<D> x, double low, double high) {
    return hn::Min(hn::Set(d, high), hn::Max(hn::Set(d, low), x));
}

/// e^x within 2 ulp for −708 ≤ x ≤ 709; smaller x give 0, larger ones infinity.
template <class D>
HWY_INLINE hn::Vec<D> exp(D d, hn::Vec<D> x) {
    hn::Vec<D> power, part;
    exp_parts(d, clamp(d, x, -708.0, 709.0), power, part);
    auto y = hn::MulAdd(power, part, power);
    y = hn::IfThenElse(hn::Lt(x, hn::Set(d, -708.0)), hn::Zero(d), y);
    return hn::IfThenElse(hn::Gt(x, hn::Set(d, 709.0)), hn::Inf(d), y);
}

/// tanh x within 4 ulp for all x: e/(e + 2) with e = e^{2x} − 1, without cancellation at small x.
template <class D>
HWY_INLINE hn::Vec<D> tanh(D d, hn::Vec<D> x) {
    hn::Vec<D> power, part;
    const auto y = clamp(d, x, -20.0, 20.0);
    exp_parts(d, hn::Add(y, y), power, part);
    const auto expm1 = hn::MulAdd(power, part, hn::Sub(power, hn::Set(d, 1.0)));
    return hn::Div(expm1, hn::Add(expm1, hn::Set(d, 2.0)));
}

/// sin 2πu and cos 2πu for 0 ≤ u ≤ 1, absolute error below 4e-16 (Cephes' polynomials on |2πu| ≤ π/4).
template <class D>
HWY_INLINE void sincos_turns(D d, hn::Vec<D> u, hn::Vec<D>& sine, hn::Vec<D>& cosine) {
    const BitsTag<D> bits;
    const auto magic = hn::Set(d, 0x1.8p52);
    auto quarters = hn::MulAdd(u, hn::Set(d, 4.0), magic);
    const auto quadrant = hn::BitCast(bits, quarters);
    quarters = hn::Sub(quarters, magic);
    const auto x = hn::Mul(hn::MulAdd(quarters, hn::Set(d, -0.25), u), hn::Set(d, 6.283185307179586476925));
    const auto x2 = hn::Mul(x, x);
    const auto a = polynomial(d, x2, -1.66666666666666307295e-1, 8.33333333332211858878e-3, -1.98412698295895385996e-4,
                              2.75573136213857245213e-6, -2.50507477628578072866e-8, 1.58962301576546568060e-10);
    const auto s = hn::MulAdd(hn::Mul(a, x2), x, x);
    const auto b = polynomial(d, x2, 4.16666666666665929218e-2, -1.38888888888730564116e-3, 2.48015872888517045348e-5,
                              -2.75573141792967388112e-7, 2.08757008419747316778e-9, -1.13585365213876817300e-11);
    const auto c = hn::MulAdd(hn::Mul(b, x2), x2, hn::MulAdd(x2, hn::Set(d, -0.5), hn::Set(d, 1.0)));
    // Odd quadrants swap sine and cosine; the second bit of the quadrant gives the sign.
    const auto one = hn::Set(bits, uint64_t{1});
    const auto two = hn::Set(bits, uint64_t{2});
    const auto odd = hn::MaskFromVec(hn::BitCast(d, hn::Sub(hn::Zero(bits), hn::And(quadrant, one))));
    const auto sine_sign = hn::ShiftLeft<62>(hn::And(quadrant, two));
    const auto cosine_sign = hn::ShiftLeft<62>(hn::And(hn::Add(quadrant, one), two));
    sine = hn::Xor(hn::IfThenElse(odd, c, s), hn::BitCast(d, sine_sign));
    cosine = hn::Xor(hn::IfThenElse(odd, s, c), hn::BitCast(d, cosine_sign));
}

/// Two independent standard normals from one block, by Box–Muller: √(−2 ln u) (cos 2πv, sin 2πv), |z| ≤ 9.5.
/// RandomSequence::normal returns the same two, one after the other, to rounding.
template <class D>
HWY_INLINE void normal_pair(D d, const PhiloxWords<D>& block, hn::Vec<D>& first, hn::Vec<D>& second) {
    const auto u = fine_uniform(d, block.word[0], block.word[1]);
    const auto v = uniform(d, block.word[2], block.word[3]);
    const auto radius = hn::Sqrt(hn::Mul(hn::Set(d, -2.0), log(d, u)));
    hn::Vec<D> sine, cosine;
    sincos_turns(d, v, sine, cosine);
    first = hn::Mul(radius, cosine);
    second = hn::Mul(radius, sine);
}

/// `count` ≤ lanes values from memory, the lanes beyond them 0; no alignment asked.
template <class D>
HWY_INLINE hn::Vec<D> load_up_to(D d, const double* from, std::size_t count) {
    if (HWY_LIKELY(count >= hn::Lanes(d))) return hn::LoadU(d, from);
    HWY_ALIGN double buffer[HWY_MAX_BYTES / sizeof(double)] = {};
    std::memcpy(buffer, from, count * sizeof(double));
    return hn::Load(d, buffer);
}

/// Writes the first `count` lanes (all if count is larger).
template <class D>
HWY_INLINE void store_up_to(D d, hn::Vec<D> values, double* to, std::size_t count) {
    if (HWY_LIKELY(count >= hn::Lanes(d))) {
        hn::StoreU(values, d, to);
        return;
    }
    HWY_ALIGN double buffer[HWY_MAX_BYTES / sizeof(double)];
    hn::Store(values, d, buffer);
    std::memcpy(to, buffer, count * sizeof(double));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_LANES_INL_HPP_
