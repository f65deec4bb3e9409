// Packs of vectors for kernels whose chains of dependent operations are long: every operation is done for the n vectors of a
// pack one after the other, so that n chains overlap. A processor's own reordering does not reach far enough (measured:
// twice the time). Compiled once for each instruction set, see lanes-inl.hpp.

#if defined(GDM_BASE_PACK_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_BASE_PACK_INL_HPP_
#undef GDM_BASE_PACK_INL_HPP_
#else
#define GDM_BASE_PACK_INL_HPP_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D, std::size_t n>
struct Pack {
    using Tag = D;
    using Lane = hn::TFromD<D>;
    static constexpr std::size_t size = n;
    hn::Vec<D> v[n];
};

template <class D, std::size_t... k, class F, class... Packs>
HWY_INLINE Pack<D, sizeof...(k)> each_of(std::index_sequence<k...>, F f, const Packs&... packs) {
    const auto at = [&](auto place) HWY_ATTR { return f(packs.v[place]...); };
    return {{at(std::integral_constant<std::size_t, k>())...}};
}

/// The pack of f(a, b, …) of each vector. (Not a loop: compilers keep the vectors of a pack in registers only where every
/// place is a constant from the start.)
template <class D, std::size_t n, class F, class... Packs>
HWY_INLINE Pack<D, n> each(F f, const Packs&... packs) {
    return each_of<D>(std::make_index_sequence<n>(), f, packs...);
}

template <std::size_t... k, class F>
HWY_INLINE void each_place_of(std::index_sequence<k...>, F f) {
    (f(std::integral_constant<std::size_t, k>()), ...);
}
/// f(0), f(1), … f(n − 1).
template <std::size_t n, class F>
HWY_INLINE void each_place(F f) {
    each_place_of(std::make_index_sequence<n>(), f);
}

/// `count` values from memory into a pack, the lanes beyond them 0; no alignment asked.
template <class P>
HWY_INLINE P load_pack(const typename P::Lane* from, std::size_t count) {
    const typename P::Tag d;
    const std::size_t lanes = hn::Lanes(d);
    P pack;
    for (std::size_t k = 0; k < P::size; ++k) {
        HWY_ALIGN typename P::Lane buffer[hn::MaxLanes(typename P::Tag())] = {};
        const std::size_t at = std::min(k * lanes, count);
        std::memcpy(buffer, from + at, std::min(lanes, count - at) * sizeof(typename P::Lane));
        pack.v[k] = hn::Load(d, buffer);
    }
    return pack;
}

/// Writes the first `count` values of a pack.
template <class D, std::size_t n>
HWY_INLINE void store_pack(const Pack<D, n>& pack, hn::TFromD<D>* to, std::size_t count) {
    const D d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t k = 0; k < n; ++k) {
        HWY_ALIGN hn::TFromD<D> buffer[hn::MaxLanes(D())];
        const std::size_t at = std::min(k * lanes, count);
        hn::Store(pack.v[k], d, buffer);
        std::memcpy(to + at, buffer, std::min(lanes, count - at) * sizeof(hn::TFromD<D>));
    }
}

template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator+(const Pack<D, n>& a, const Pack<D, n>& b) {
    return each<D, n>([](auto x, auto y) { return hn::Add(x, y); }, a, b);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator+(const Pack<D, n>& a, hn::TFromD<D> b) {
    return each<D, n>([b](auto x) { return hn::Add(x, hn::Set(D(), b)); }, a);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator-(const Pack<D, n>& a, const Pack<D, n>& b) {
    return each<D, n>([](auto x, auto y) { return hn::Sub(x, y); }, a, b);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator-(const Pack<D, n>& a, hn::TFromD<D> b) {
    return each<D, n>([b](auto x) { return hn::Sub(x, hn::Set(D(), b)); }, a);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator*(const Pack<D, n>& a, const Pack<D, n>& b) {
    return each<D, n>([](auto x, auto y) { return hn::Mul(x, y); }, a, b);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> operator*(hn::TFromD<D> a, const Pack<D, n>& b) {
    return each<D, n>([a](auto y) { return hn::Mul(hn::Set(D(), a), y); }, b);
}

/// a b + c, fused.
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> fma(const Pack<D, n>& a, const Pack<D, n>& b, const Pack<D, n>& c) {
    return each<D, n>([](auto x, auto y, auto z) { return hn::MulAdd(x, y, z); }, a, b, c);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> fma(hn::TFromD<D> a, const Pack<D, n>& b, const Pack<D, n>& c) {
    return each<D, n>([a](auto y, auto z) { return hn::MulAdd(hn::Set(D(), a), y, z); }, b, c);
}
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> fma(const Pack<D, n>& a, const Pack<D, n>& b, hn::TFromD<D> c) {
    return each<D, n>([c](auto x, auto y) { return hn::MulAdd(x, y, hn::Set(D(), c)); }, a, b);
}

/// Within ±limit; NaN stays NaN (of two operands the second is taken if one is NaN).
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> clamped(const Pack<D, n>& a, hn::TFromD<D> limit) {
    return each<D, n>([limit](auto x) { return hn::Min(hn::Set(D(), limit), hn::Max(hn::Set(D(), -limit), x)); }, a);
}

/// c_0 + x (c_1 + x (c_2 + …)), by Horner's rule.
template <class D, std::size_t n>
HWY_INLINE Pack<D, n> horner(const Pack<D, n>& x, hn::TFromD<D> c0, hn::TFromD<D> c1) {
    return each<D, n>([c0, c1](auto y) { return hn::MulAdd(y, hn::Set(D(), c1), hn::Set(D(), c0)); }, x);
}
template <class D, std::size_t n, class... Rest>
HWY_INLINE Pack<D, n> horner(const Pack<D, n>& x, hn::TFromD<D> c0, hn::TFromD<D> c1, Rest... rest) {
    return fma(horner(x, c1, rest...), x, c0);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_BASE_PACK_INL_HPP_
