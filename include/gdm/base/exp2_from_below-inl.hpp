// 2^x in single precision for kernels in which it is nearly everything; compiled once for each instruction set, see
// lanes-inl.hpp. From the integer below instead of the nearest one, AVX-512 needs no operation to know the integer.

#if defined(GDM_BASE_EXP2_FROM_BELOW_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_EXP2_FROM_BELOW_INL_HPP_
#undef GDM_BASE_EXP2_FROM_BELOW_INL_HPP_
#else
#define GDM_BASE_EXP2_FROM_BELOW_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/exp2-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// x = n + f with n the integer below and 0 ≤ f ≤ 1 (1 by rounding), and p 2^n; for −126 ≤ x ≤ 126.
template <class D>
struct IntegerBelow;

#if HWY_TARGET <= HWY_AVX3

template <>
struct IntegerBelow<FloatTag> {
    FloatVec fraction, whole;
    HWY_INLINE IntegerBelow() = default;
    HWY_INLINE explicit IntegerBelow(FloatVec x) : fraction{_mm512_maskz_reduce_ps(0xffff, x.raw, 9)}, whole(x) {}
    [[nodiscard]] HWY_INLINE FloatVec power(FloatVec p) const {
        return FloatVec{_mm512_maskz_scalef_ps(0xffff, p.raw, whole.raw)};
    }
};

#else

template <>
struct IntegerBelow<FloatTag> {
    FloatVec fraction, integer;
    HWY_INLINE IntegerBelow() = default;
    HWY_INLINE explicit IntegerBelow(FloatVec x) : integer(hn::Floor(x)) { fraction = hn::Sub(x, integer); }
    [[nodiscard]] HWY_INLINE FloatVec power(FloatVec p) const {
        const BitsTag<FloatTag> bits;
        // The integer appears in the low bits of the sum.
        const auto shifted = hn::Add(integer, hn::Set(FloatTag(), 0x1.8p23f));
        return hn::BitCast(FloatTag(), hn::Add(hn::BitCast(bits, p), hn::ShiftLeft<23>(hn::BitCast(bits, shifted))));
    }
};

#endif

/// 2^x for −126 ≤ x ≤ 126, relative error below 2e-7, 1 at x = 0; NaN stays NaN. Seven operations with AVX-512, where
/// exp2_lanes takes ten; eleven with AVX2.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> exp2_from_below(const Pack<FloatTag, n>& x) {
    return exp2_by<IntegerBelow>(x, [](const auto& f) HWY_ATTR {
        // Minimax on [0, 1], the constant given.
        return horner(f, 1.0f, 0.693151295f, 0.240164474f, 0.0557999015f, 0.00901702978f, 0.00186712993f);
    });
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_EXP2_FROM_BELOW_INL_HPP_
