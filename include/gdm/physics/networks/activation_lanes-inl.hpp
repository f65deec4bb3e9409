// Activations in lanes: φ(u), φ′(u) and φ(u + d) − φ(u) without cancellation. Compiled once for each instruction set, see
// lanes-inl.hpp.

#if defined(GDM_PHYSICS_NETWORKS_ACTIVATION_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_NETWORKS_ACTIVATION_LANES_INL_HPP_
#undef GDM_PHYSICS_NETWORKS_ACTIVATION_LANES_INL_HPP_
#else
#define GDM_PHYSICS_NETWORKS_ACTIVATION_LANES_INL_HPP_
#endif

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/physics/networks/activation.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr double two_log2_e = 2.8853900817779268, log2_e = 1.4426950408889634, erf_scale = 0.88622692545275801;

template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> magnitude(const Pack<DoubleTag, n>& x) {
    return each<DoubleTag, n>([](auto y) { return hn::Abs(y); }, x);
}

/// `small` where |x| is below the limit, else `large`.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> below(const Pack<DoubleTag, n>& x, double limit, const Pack<DoubleTag, n>& small,
                                    const Pack<DoubleTag, n>& large) {
    return each<DoubleTag, n>(
        [limit](auto y, auto a, auto b) { return hn::IfThenElse(hn::Lt(hn::Abs(y), hn::Set(DoubleTag(), limit)), a, b); }, x,
        small, large);
}

template <std::size_t n>
HWY_INLINE bool all_below(const Pack<DoubleTag, n>& x, double limit) {
    auto largest = hn::Abs(x.v[0]);
    for (std::size_t k = 1; k < n; ++k) largest = hn::Max(largest, hn::Abs(x.v[k]));
    return hn::AllTrue(DoubleTag(), hn::Lt(largest, hn::Set(DoubleTag(), limit)));
}

/// erf x from e^{−x²}, absolute error 1e-13: 1 − e^{−x²} P(t) for |x|, t = (|x| − 2.5)/(|x| + 2.5), P by interpolation.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> erf_lanes(const Pack<DoubleTag, n>& x, const Pack<DoubleTag, n>& bell) {
    const Pack<DoubleTag, n> t = each<DoubleTag, n>(
        [](auto y) {
            const auto size = hn::Min(hn::Abs(y), hn::Set(DoubleTag(), 6.0)), middle = hn::Set(DoubleTag(), 2.5);
            return hn::Div(hn::Sub(size, middle), hn::Add(size, middle));
        },
        x);
    const Pack<DoubleTag, n> p =
        horner(t, 0.21080636406114694, -0.3717367339490425, 0.2517131932178001, -0.12503305237085163, 0.039922539063663026,
               -0.003993701433501886, -0.0026423659903677455, 0.0008759193130219616, 0.00022838494492656707,
               -0.00012890211089356613, -3.423814078335288e-05, 1.8661153417158737e-05, 7.80223188673702e-06,
               -2.123992164304501e-06, -2.0988928688963636e-06, -5.273920027929155e-07, -4.127741470524952e-08);
    return each<DoubleTag, n>(
        [](auto y, auto e, auto part) { return hn::CopySign(hn::NegMulAdd(e, part, hn::Set(DoubleTag(), 1.0)), y); }, x,
        bell, p);
}

/// e^{−x²}, 0 in the place of less than 2^−60.
template <std::size_t n>
HWY_INLINE Pack<DoubleTag, n> bell_of(const Pack<DoubleTag, n>& x) {
    return exp2_of(clamped(-log2_e * (x * x), 60.0));
}

template <Activation activation, std::size_t n>
HWY_INLINE void activation_lanes(const Pack<DoubleTag, n>& u, const Pack<DoubleTag, n>& d, Pack<DoubleTag, n>& value,
                                 Pack<DoubleTag, n>& slope, Pack<DoubleTag, n>& difference) {
    const auto set = [](double x) HWY_ATTR { return hn::Set(DoubleTag(), x); };
    if constexpr (activation == Activation::tanh) {
        value = tanh_of_scaled(two_log2_e * u);
        slope = each<DoubleTag, n>([&](auto y) HWY_ATTR { return hn::NegMulAdd(y, y, set(1.0)); }, value);
        // tanh(u + d) − tanh u = tanh d (1 − tanh² u)/(1 + tanh u tanh d), with the series of tanh d to 1e-12. Large steps
        // need no such care, and may make the denominator 0.
        constexpr double small = 0.1;
        const Pack<DoubleTag, n> square = d * d;
        const Pack<DoubleTag, n> step =
            d * horner(square, 1.0, -1.0 / 3, 2.0 / 15, -17.0 / 315, 62.0 / 2835, -1382.0 / 155925);
        difference = each<DoubleTag, n>([&](auto s, auto y, auto t)
                                            HWY_ATTR { return hn::Div(hn::Mul(s, t), hn::MulAdd(y, t, set(1.0))); },
                                        slope, value, step);
        if (!all_below(d, small)) difference = below(d, small, difference, tanh_of_scaled(two_log2_e * (u + d)) - value);
    } else if constexpr (activation == Activation::erf) {
        const Pack<DoubleTag, n> a = erf_scale * u, b = erf_scale * d;
        slope = bell_of(a);
        value = erf_lanes(a, slope);
        // Hermite's series, see activation_difference.
        constexpr double small = 1e-3;
        const Pack<DoubleTag, n> a2 = a * a, b2 = b * b;
        const Pack<DoubleTag, n> third = 2.0 / 3 * a2 - 1.0 / 3, fourth = (-1.0 / 3 * a2 - (-0.5)) * a;
        difference = slope * d * (b2 * (third + fourth * b) - a * b + 1.0);
        if (!all_below(b, small)) {
            const Pack<DoubleTag, n> sum = a + b;
            difference = below(b, small, difference, erf_lanes(sum, bell_of(sum)) - value);
        }
    } else if constexpr (activation == Activation::linear) {
        value = u;
        slope = each<DoubleTag, n>([&](auto) HWY_ATTR { return set(1.0); }, u);
        difference = d;
    } else {
        const Pack<DoubleTag, n> sum = u + d;
        const auto positive = [&](const Pack<DoubleTag, n>& x) HWY_ATTR {
            return each<DoubleTag, n>([&](auto y) HWY_ATTR { return hn::Max(y, set(0.0)); }, x);
        };
        value = positive(u);
        slope = each<DoubleTag, n>([&](auto y) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(y, set(0.0)), set(1.0)); }, u);
        difference = each<DoubleTag, n>(
            [&](auto y, auto step, auto end, auto start) HWY_ATTR {
                const auto both = hn::And(hn::Gt(y, set(0.0)), hn::Gt(hn::Add(y, step), set(0.0)));
                return hn::IfThenElse(both, step, hn::Sub(end, start));
            },
            u, d, positive(sum), value);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_NETWORKS_ACTIVATION_LANES_INL_HPP_
