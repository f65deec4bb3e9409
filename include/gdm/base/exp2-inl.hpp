// 2^x in single precision for kernels; compiled once for each instruction set, see lanes-inl.hpp.

#if defined(GDM_BASE_EXP2_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_EXP2_INL_HPP_
#undef GDM_BASE_EXP2_INL_HPP_
#else
#define GDM_BASE_EXP2_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/pack-inl.hpp"
#include "gdm/base/power_parts-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// 2^x = 2^n 2^f with n the nearest integer and a polynomial for 2^f, |f| ≤ ½; `Nearest` bounds x.
template <template <class> class Nearest, class D, std::size_t n, class F>
HWY_INLINE Pack<D, n> exp2_by(const Pack<D, n>& x, F of_fraction) {
    Nearest<D> nearest[n];
    Pack<D, n> f, power;
    each_place<n>([&](auto k) HWY_ATTR {
        nearest[k] = Nearest<D>(x.v[k]);
        f.v[k] = nearest[k].fraction;
    });
    const Pack<D, n> p = of_fraction(f);
    each_place<n>([&](auto k) HWY_ATTR { power.v[k] = nearest[k].power(p.v[k]); });
    return power;
}

/// 2^f for |f| ≤ ½ in single precision, a minimax polynomial.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> exp2_of_fraction(const Pack<FloatTag, n>& f) {
    return horner(f, 1.0f, 0.693146977595017f, 0.24022242082576487f, 0.05550733749216083f, 0.009671512768027066f,
                  0.0013264725402484488f);
}

/// 2^x for −126 ≤ x ≤ 126, relative error below 2.5e-7.
template <std::size_t n>
HWY_INLINE Pack<FloatTag, n> exp2_lanes(const Pack<FloatTag, n>& x) {
    return exp2_by<ShiftedInteger>(x, [](const auto& f) HWY_ATTR { return exp2_of_fraction(f); });
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_EXP2_INL_HPP_
