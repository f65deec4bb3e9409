// 2^x in single precision for kernels; compiled once for each instruction set, see lanes-inl.hpp.

#if defined(GDM_BASE_EXP2_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_EXP2_INL_HPP_
#undef GDM_BASE_EXP2_INL_HPP_
#else
#define GDM_BASE_EXP2_INL_HPP_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// At most sixteen lanes, so that sums over sixteen virtual lanes are the same for every instruction set.
using FloatTag = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<FloatTag>;

/// 2^x for −126 ≤ x ≤ 126, relative error below 2.5e-7: 2^x = 2^n 2^f with n the nearest integer, 2^f by a minimax
/// polynomial.
HWY_INLINE FloatVec exp2_lanes(FloatVec x) {
    const FloatTag d;
    const hn::RebindToUnsigned<FloatTag> bits;
    const auto magic = hn::Set(d, 0x1.8p23f);
    const auto shifted = hn::Add(x, magic);
    const auto f = hn::Sub(x, hn::Sub(shifted, magic));
    auto p = hn::Set(d, 0.0013264725402484488f);
    p = hn::MulAdd(p, f, hn::Set(d, 0.009671512768027066f));
    p = hn::MulAdd(p, f, hn::Set(d, 0.05550733749216083f));
    p = hn::MulAdd(p, f, hn::Set(d, 0.24022242082576487f));
    p = hn::MulAdd(p, f, hn::Set(d, 0.693146977595017f));
    p = hn::MulAdd(p, f, hn::Set(d, 1.0f));
    return hn::BitCast(d, hn::Add(hn::BitCast(bits, p), hn::ShiftLeft<23>(hn::BitCast(bits, shifted))));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_EXP2_INL_HPP_
