// φ of the preactivations of two inputs in single precision. Compiled once for each instruction set, see lanes-inl.hpp.
//
// The difference φ(h + d) − φ(h) keeps its relative precision for every d, so that two signals which agree to 10^{-30} are
// still told apart: there is no floor of rounding.

#if defined(GDM_PHYSICS_NETWORKS_FLOAT_ACTIVATION_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_NETWORKS_FLOAT_ACTIVATION_LANES_INL_HPP_
#undef GDM_PHYSICS_NETWORKS_FLOAT_ACTIVATION_LANES_INL_HPP_
#else
#define GDM_PHYSICS_NETWORKS_FLOAT_ACTIVATION_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/exp2-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

using SignalVec = hn::Vec<FloatTag>;

HWY_INLINE SignalVec constant(float value) { return hn::Set(FloatTag(), value); }
HWY_INLINE SignalVec sign_of(SignalVec x) { return hn::And(x, constant(-0.0f)); }

/// 2^x for |x| ≤ 120.
HWY_INLINE SignalVec power_of_two(SignalVec x) { return exp2_lanes(Pack<FloatTag, 1>{{x}}).v[0]; }

struct ActivatedSignal {
    SignalVec value, difference, slope;
};

/// With r = 1/(e^{2|h|} + 1): tanh|h| = 1 − 2r, slope 4r(1 − r); with d taken along the sign of h, E = e^{2d} and m = E − 1,
/// the difference is 2 m r (1 − r)/(E − r m), whose denominator is a sum of positive numbers.
struct TanhLanes {
    template <bool linear>
    static HWY_INLINE ActivatedSignal of(SignalVec h, SignalVec d) {
        constexpr float twice_log2e = 2.88539008f;
        const auto one = constant(1), sign = sign_of(h);
        const auto e = power_of_two(hn::Mul(constant(twice_log2e), hn::Min(hn::Abs(h), constant(40))));
        const auto r = hn::Div(one, hn::Add(e, one));
        const auto r1 = hn::Mul(r, hn::Sub(one, r));
        const auto slope = hn::Mul(constant(4), r1);
        const auto value = hn::Xor(sign, hn::NegMulAdd(constant(2), r, one));
        if constexpr (linear) return {value, hn::Mul(slope, d), slope};
        const auto along = hn::Min(constant(20), hn::Max(constant(-20), hn::Xor(d, sign)));
        // e^{2d} = 2^n (1 + q).
        const ShiftedInteger<FloatTag> nearest(hn::Mul(constant(twice_log2e), along));
        const auto f = nearest.fraction;
        auto q = hn::MulAdd(f, constant(0.0013264725402484488f), constant(0.009671512768027066f));
        q = hn::MulAdd(f, q, constant(0.05550733749216083f));
        q = hn::MulAdd(f, q, constant(0.24022242082576487f));
        q = hn::Mul(f, hn::MulAdd(f, q, constant(0.693146977595017f)));
        const auto power = nearest.power(one);
        const auto m = hn::MulAdd(power, q, hn::Sub(power, one)), E = hn::MulAdd(power, q, power);
        const auto difference = hn::Div(hn::Mul(hn::Add(m, m), r1), hn::NegMulAdd(r, m, E));
        return {value, hn::Xor(difference, sign), slope};
    }
};

/// erf(√π h/2) by formula 7.1.26 of Abramowitz and Stegun, |error| < 2e-7; slope e^{−πh²/4}. Differences of less than 1 by
/// Gauss' rule of four points for ∫ of the slope, relative error 1e-6.
struct ErfLanes {
    static HWY_INLINE SignalVec slope_of(SignalVec h) {
        const auto x = hn::Min(hn::Mul(h, h), constant(100));
        return power_of_two(hn::Mul(constant(-1.13309003f), x));  // −π/4 log₂ e
    }
    static HWY_INLINE SignalVec value_of(SignalVec h, SignalVec slope) {
        const auto one = constant(1);
        const auto t = hn::Div(one, hn::MulAdd(constant(0.3275911f * 0.886226925f), hn::Abs(h), one));
        auto p = hn::MulAdd(t, constant(1.061405429f), constant(-1.453152027f));
        p = hn::MulAdd(t, p, constant(1.421413741f));
        p = hn::MulAdd(t, p, constant(-0.284496736f));
        p = hn::Mul(t, hn::MulAdd(t, p, constant(0.254829592f)));
        return hn::Xor(sign_of(h), hn::NegMulAdd(p, slope, one));
    }
    template <bool linear>
    static HWY_INLINE ActivatedSignal of(SignalVec h, SignalVec d) {
        const auto slope = slope_of(h), value = value_of(h, slope);
        if constexpr (linear) return {value, hn::Mul(slope, d), slope};
        const auto other = hn::Add(h, d);
        const auto far = hn::Sub(value_of(other, slope_of(other)), value);
        auto sum = hn::Mul(constant(0.173927423f), hn::Add(slope_of(hn::MulAdd(constant(0.0694318442f), d, h)),
                                                           slope_of(hn::MulAdd(constant(0.9305681558f), d, h))));
        sum = hn::MulAdd(constant(0.326072577f),
                         hn::Add(slope_of(hn::MulAdd(constant(0.3300094782f), d, h)),
                                 slope_of(hn::MulAdd(constant(0.6699905218f), d, h))),
                         sum);
        return {value, hn::IfThenElse(hn::Lt(hn::Abs(d), constant(1)), hn::Mul(d, sum), far), slope};
    }
};

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_NETWORKS_FLOAT_ACTIVATION_LANES_INL_HPP_
