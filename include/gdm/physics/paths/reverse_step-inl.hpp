// One step of a reverse scheme in lanes (see lanes-inl.hpp for how such headers are used): the axis coordinate.

#if defined(GDM_PHYSICS_REVERSE_STEP_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_REVERSE_STEP_INL_HPP_
#undef GDM_PHYSICS_REVERSE_STEP_INL_HPP_
#else
#define GDM_PHYSICS_REVERSE_STEP_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/reverse_steps.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The exact scheme draws its classes from blocks of this `draw` bit, so that its normals are those of the other schemes.
inline constexpr uint32_t class_draw_bit = 0x80000000u;

/// The random numbers of two consecutive steps.
template <class D>
struct StepNoise {
    hn::Vec<D> normal[2];
    hn::Vec<D> uniform[2];  ///< exact scheme only: which class

    template <Scheme scheme>
    HWY_INLINE void draw(D d, const NoiseKey& key, uint32_t draw, uint32_t pair, hn::Vec<BitsTag<D>> sample) {
        normal_pair(d, philox(d, key, draw, pair, sample), normal[0], normal[1]);
        if constexpr (scheme == Scheme::exact) {
            const auto classes = philox(d, key, draw | class_draw_bit, pair, sample);
            uniform[0] = HWY_NAMESPACE::uniform(d, classes.word[0], classes.word[1]);
            uniform[1] = HWY_NAMESPACE::uniform(d, classes.word[2], classes.word[3]);
        } else {
            uniform[0] = uniform[1] = hn::Zero(d);
        }
    }
};

/// linear a + coupling tanh(slope a): h times the drift.
template <class D>
HWY_INLINE hn::Vec<D> drift(D d, hn::Vec<D> a, double linear, double coupling, double slope) {
    const auto pull = hn::Mul(hn::Set(d, coupling), tanh(d, hn::Mul(hn::Set(d, slope), a)));
    return hn::MulAdd(hn::Set(d, linear), a, pull);
}

/// The class c = ±1 of the exact scheme: +1 with probability ½(1 + tanh(slope a)).
template <class D>
HWY_INLINE hn::Vec<D> draw_class(D d, hn::Vec<D> a, double slope, hn::Vec<D> uniform) {
    // 2u − 1 < tanh(slope a): the sign of the difference is the class.
    const auto threshold = hn::MulAdd(hn::Set(d, -2.0), uniform, hn::Set(d, 1.0));
    const auto difference = hn::Add(tanh(d, hn::Mul(hn::Set(d, slope), a)), threshold);
    return hn::CopySign(hn::Set(d, 1.0), difference);
}

template <Scheme scheme, class D>
HWY_INLINE hn::Vec<D> take_step(D d, hn::Vec<D> a, const ReverseStep& step, hn::Vec<D> normal, hn::Vec<D> uniform) {
    const auto noise = hn::Set(d, step.noise);
    if constexpr (scheme == Scheme::euler_maruyama) {
        const auto moved = hn::Add(a, drift(d, a, step.linear, step.coupling, step.slope));
        return hn::MulAdd(noise, normal, moved);
    } else if constexpr (scheme == Scheme::heun) {
        const auto start = drift(d, a, step.linear, step.coupling, step.slope);
        const auto kicked = hn::MulAdd(noise, normal, a);
        const auto end = drift(d, hn::Add(kicked, start), step.end_linear, step.end_coupling, step.end_slope);
        return hn::MulAdd(hn::Set(d, 0.5), hn::Add(start, end), kicked);
    } else {
        const auto c = draw_class(d, a, step.slope, uniform);
        const auto mean = hn::MulAdd(hn::Set(d, step.linear), a, hn::Mul(hn::Set(d, step.coupling), c));
        return hn::MulAdd(noise, normal, mean);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_REVERSE_STEP_INL_HPP_
