// Numbers as powers of two times something near 1, for the elementary functions; compiled once for each instruction set, see
// lanes-inl.hpp. AVX-512 has instructions for what takes several elsewhere; all give the same bits.

#if defined(GDM_BASE_POWER_PARTS_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_POWER_PARTS_INL_HPP_
#undef GDM_BASE_POWER_PARTS_INL_HPP_
#else
#define GDM_BASE_POWER_PARTS_INL_HPP_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using DoubleTag = hn::ScalableTag<double>;
/// At most sixteen lanes, so that sums over sixteen virtual lanes are the same for every instruction set.
using FloatTag = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<FloatTag>;
template <class D>
using BitsTag = hn::RebindToUnsigned<D>;

/// x = n + f with n the nearest integer (of two, the even one), and p 2^n; for |x| < 2^21 where 2^n is normal.
template <class D>
struct ShiftedInteger {
    static constexpr bool wide = sizeof(hn::TFromD<D>) == sizeof(double);
    hn::Vec<D> shifted, fraction;  ///< the integer stands in the low bits of `shifted`
    HWY_INLINE ShiftedInteger() = default;
    HWY_INLINE explicit ShiftedInteger(hn::Vec<D> x) {
        const auto magic = hn::Set(D(), static_cast<hn::TFromD<D>>(wide ? 0x1.8p52 : 0x1.8p23));
        shifted = hn::Add(x, magic);
        fraction = hn::Sub(x, hn::Sub(shifted, magic));
    }
    [[nodiscard]] HWY_INLINE hn::Vec<D> power(hn::Vec<D> p) const {
        const BitsTag<D> bits;
        return hn::BitCast(D(),
                           hn::Add(hn::BitCast(bits, p), hn::ShiftLeft < wide ? 52 : 23 > (hn::BitCast(bits, shifted))));
    }
};

#if HWY_TARGET <= HWY_AVX3

/// The same for every x, infinite ones too.
template <class D>
struct NearestInteger;
inline constexpr bool nearest_of_any = true;

template <>
struct NearestInteger<DoubleTag> {
    hn::Vec<DoubleTag> fraction, integer;
    HWY_INLINE NearestInteger() = default;
    HWY_INLINE explicit NearestInteger(hn::Vec<DoubleTag> x)
        : fraction{_mm512_maskz_reduce_pd(0xff, x.raw, 8)}, integer(hn::Sub(x, fraction)) {}
    [[nodiscard]] HWY_INLINE hn::Vec<DoubleTag> power(hn::Vec<DoubleTag> p) const {
        return hn::Vec<DoubleTag>{_mm512_maskz_scalef_pd(0xff, p.raw, integer.raw)};
    }
};

template <>
struct NearestInteger<FloatTag> {
    FloatVec fraction, integer;
    HWY_INLINE NearestInteger() = default;
    HWY_INLINE explicit NearestInteger(FloatVec x)
        : fraction{_mm512_maskz_reduce_ps(0xffff, x.raw, 8)}, integer(hn::Sub(x, fraction)) {}
    [[nodiscard]] HWY_INLINE FloatVec power(FloatVec p) const {
        return FloatVec{_mm512_maskz_scalef_ps(0xffff, p.raw, integer.raw)};
    }
};

/// x 2^−scale = mantissa 2^exponent with ¾ ≤ mantissa < 3/2, for positive normal x. (4/3 x, whose exponent it is, is
/// rounded, but across a power of two only where x ends in more than 50 bits.)
template <int scale>
HWY_INLINE void split_power(hn::Vec<DoubleTag> x, hn::Vec<DoubleTag>& mantissa, hn::Vec<DoubleTag>& exponent) {
    mantissa.raw = _mm512_maskz_getmant_pd(0xff, x.raw, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
    exponent.raw = _mm512_maskz_getexp_pd(
        0xff, hn::Mul(x, hn::Set(DoubleTag(), 4.0 / 3 / static_cast<double>(uint64_t{1} << scale))).raw);
}
template <int scale>
HWY_INLINE void split_power(FloatVec x, FloatVec& mantissa, FloatVec& exponent) {
    mantissa.raw = _mm512_maskz_getmant_ps(0xffff, x.raw, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
    exponent.raw = _mm512_maskz_getexp_ps(
        0xffff, hn::Mul(x, hn::Set(FloatTag(), 4.0f / 3 / static_cast<float>(uint64_t{1} << scale))).raw);
}

#else

template <class D>
using NearestInteger = ShiftedInteger<D>;
inline constexpr bool nearest_of_any = false;

/// x 2^−scale = mantissa 2^exponent with ¾ ≤ mantissa < 3/2, for positive normal x.
template <int scale>
HWY_INLINE void split_power(hn::Vec<DoubleTag> x, hn::Vec<DoubleTag>& mantissa, hn::Vec<DoubleTag>& exponent) {
    const DoubleTag d;
    const BitsTag<DoubleTag> bits;
    // From the bits of ¾ 2^−1024, so that exponents below that of ¾ do not wrap.
    const auto three_quarters = uint64_t{0x3fe8000000000000u};
    const auto offset = hn::Sub(hn::BitCast(bits, x), hn::Set(bits, three_quarters - (uint64_t{1024} << 52)));
    const auto fraction = hn::And(offset, hn::Set(bits, uint64_t{0x000fffffffffffffu}));
    mantissa = hn::BitCast(d, hn::Add(fraction, hn::Set(bits, three_quarters)));
    const auto biased = hn::Or(hn::ShiftRight<52>(offset), hn::Set(bits, uint64_t{0x4330000000000000u}));
    exponent = hn::Sub(hn::BitCast(d, biased), hn::Set(d, 0x1p52 + 1024 + scale));
}
template <int scale>
HWY_INLINE void split_power(FloatVec x, FloatVec& mantissa, FloatVec& exponent) {
    const FloatTag d;
    const hn::RebindToSigned<FloatTag> integers;
    const auto offset = hn::Sub(hn::BitCast(integers, x), hn::Set(integers, 0x3f400000 + (scale << 23)));
    const auto fraction = hn::And(offset, hn::Set(integers, 0x007fffff));
    mantissa = hn::BitCast(d, hn::Add(fraction, hn::Set(integers, 0x3f400000)));
    exponent = hn::ConvertTo(d, hn::ShiftRight<23>(offset));
}

#endif

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_POWER_PARTS_INL_HPP_
