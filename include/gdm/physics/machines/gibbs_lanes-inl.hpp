// What Gibbs steps make of the fields of two vectors of chains.
#if defined(GDM_PHYSICS_MACHINES_GIBBS_LANES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_MACHINES_GIBBS_LANES_INL_HPP
#undef GDM_PHYSICS_MACHINES_GIBBS_LANES_INL_HPP
#else
#define GDM_PHYSICS_MACHINES_GIBBS_LANES_INL_HPP
#endif

#include "gdm/base/fast_lanes-inl.hpp"

#ifndef GDM_PHYSICS_MACHINES_GIBBS_RESULT
#define GDM_PHYSICS_MACHINES_GIBBS_RESULT
namespace gdm {
enum class GibbsResult { field, probability, draw };
}  // namespace gdm
#endif

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

using ChainPair = Pack<FloatTag, 2>;

/// What two vectors of chains make of their fields x: with e = e^{−|x|} the less likely value has the probability
/// e/(1 + e), so that no digits are lost near 0 and 1, and no draw divides.
template <GibbsResult result>
HWY_INLINE void gibbs_finish(const ChainPair& x, const Pack<FloatBitsTag, 2>* word, float* out) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const auto one = hn::Set(d, 1.0f);
    if constexpr (result == GibbsResult::field) {
        for (std::size_t v = 0; v < 2; ++v) hn::StoreU(x.v[v], d, out + v * lanes);
        return;
    }
    const ChainPair e = exp2_lanes(each<FloatTag, 2>(
        [&](auto y) HWY_ATTR { return hn::Max(hn::Set(d, -126.0f), hn::Mul(hn::Abs(y), hn::Set(d, -1.4426950408889634f))); },
        x));
    if constexpr (result == GibbsResult::probability) {
        for (std::size_t v = 0; v < 2; ++v) {
            const auto above = hn::IfThenElse(hn::Gt(x.v[v], hn::Zero(d)), one, e.v[v]);
            hn::StoreU(hn::Div(above, hn::Add(one, e.v[v])), d, out + v * lanes);
        }
    } else {
        const ChainPair u = word_places(*word);  // on (0, 2^31)
        for (std::size_t v = 0; v < 2; ++v) {
            const auto unlikely = hn::Lt(hn::MulAdd(u.v[v], e.v[v], u.v[v]), hn::Mul(e.v[v], hn::Set(d, 0x1p31f)));
            const auto likely_is_one = hn::Gt(x.v[v], hn::Zero(d));
            hn::StoreU(hn::IfThenElseZero(hn::Xor(unlikely, likely_is_one), one), d, out + v * lanes);
        }
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
