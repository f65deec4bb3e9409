#include "gdm/physics/spins/xy_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/xy_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <vector>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/spins/lane_units-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

using Real = hn::Vec<DoubleTag>;

struct Vector {
    Real x, y;
};

HWY_INLINE Real dot(Vector a, Vector b) { return hn::MulAdd(a.x, b.x, hn::Mul(a.y, b.y)); }
HWY_INLINE Real cross(Vector a, Vector b) { return hn::NegMulAdd(a.y, b.x, hn::Mul(a.x, b.y)); }
/// a turned by the angle of the unit vector b.
HWY_INLINE Vector turned(Vector a, Vector b) {
    return {hn::NegMulAdd(a.y, b.y, hn::Mul(a.x, b.x)), hn::MulAdd(a.x, b.y, hn::Mul(a.y, b.x))};
}
/// A vector that is nearly a unit vector, nearer by a step of Newton's, so that rounding does not add up over sweeps.
HWY_INLINE Vector normalised(Vector a) {
    const Real factor = hn::NegMulAdd(hn::Set(DoubleTag(), 0.5), dot(a, a), hn::Set(DoubleTag(), 1.5));
    return {hn::Mul(a.x, factor), hn::Mul(a.y, factor)};
}
HWY_INLINE Vector load_vector(const XySpins& lanes, std::size_t word) {
    return {hn::LoadU(DoubleTag(), lanes.x.data() + word), hn::LoadU(DoubleTag(), lanes.y.data() + word)};
}
HWY_INLINE void store_vector(XySpins& lanes, std::size_t word, Vector a) {
    hn::StoreU(a.x, DoubleTag(), lanes.x.data() + word);
    hn::StoreU(a.y, DoubleTag(), lanes.y.data() + word);
}

template <bool gathers>
HWY_INLINE Vector neighbour(const XySpins& lanes, const uint32_t* neighbours, const UnitPlace& at, std::size_t direction) {
    if constexpr (gathers) {
        const std::size_t bond = at.bond + direction * at.stride;
        return {load_neighbours(DoubleTag(), lanes, lanes.x.data(), bond),
                load_neighbours(DoubleTag(), lanes, lanes.y.data(), bond)};
    } else {
        return load_vector(lanes, neighbours[direction] * lanes.columns + at.column);
    }
}

/// Σ of the neighbours.
template <bool gathers>
HWY_INLINE Vector local_field(const XySpins& lanes, const SiteGroups& groups, const UnitPlace& at) {
    const std::size_t z = groups.coordination();
    const uint32_t* neighbours = groups.neighbours().data() + at.position * z;
    Vector sum = neighbour<gathers>(lanes, neighbours, at, 0);
    for (std::size_t k = 1; k < z; ++k) {
        const Vector other = neighbour<gathers>(lanes, neighbours, at, k);
        sum = {hn::Add(sum.x, other.x), hn::Add(sum.y, other.y)};
    }
    return sum;
}

/// What updates draw does not depend on the spins. It is made for a tile of vectors at once, where many chains of dependent
/// operations overlap.
struct XyTile {
    static constexpr std::size_t most = 32;
    UnitPlace at[most];
    std::size_t count = 0;
    HWY_ALIGN double cosine[most][hn::MaxLanes(DoubleTag())], sine[most][hn::MaxLanes(DoubleTag())],
        log_uniform[most][hn::MaxLanes(DoubleTag())];
};

/// Of each vector an angle, as cosine and sine, and ln u: Metropolis proposes to turn by `turn` (2 v − 1) · 2π, the heat
/// bath needs a point of the circle.
template <bool proposes>
void draw_tile(XyTile& tile, const XySpins& lanes, const SiteGroups& groups, Word samples, const PhiloxKeys& keys,
               const PhiloxStart& start) {
    const DoubleTag d;
    constexpr std::size_t together = 4;
    for (std::size_t k = tile.count; k % together != 0; ++k) tile.at[k] = tile.at[0];
    for (std::size_t first = 0; first < tile.count; first += together) {
        Word prepared[together];
        PhiloxWords<DoubleTag> block[together];
        for (std::size_t k = 0; k < together; ++k)
            prepared[k] = philox_sample(d, samples_at(samples, groups, tile.at[first + k]));
        philox<together>(d, keys, start, prepared, block);
        for (std::size_t k = 0; k < together; ++k) {
            Real angle = uniform(d, block[k].word[0], block[k].word[1]);
            if constexpr (proposes) {
                const Real turn = hn::LoadU(d, lanes.turn.data() + tile.at[first + k].column);
                angle = hn::Mul(turn, hn::MulSub(hn::Set(d, 2), angle, hn::Set(d, 1)));
            }
            Real sine, cosine;
            sincos_turns(d, angle, sine, cosine);
            hn::Store(cosine, d, tile.cosine[first + k]);
            hn::Store(sine, d, tile.sine[first + k]);
            hn::Store(log(d, fine_uniform(d, block[k].word[2], block[k].word[3])), d, tile.log_uniform[first + k]);
        }
    }
}

template <bool gathers>
void metropolis_tile(const XyTile& tile, XySpins& lanes, const SiteGroups& groups) {
    const DoubleTag d;
    for (std::size_t k = 0; k < tile.count; ++k) {
        const UnitPlace& at = tile.at[k];
        const Vector spin = load_vector(lanes, at.word), field = local_field<gathers>(lanes, groups, at);
        const Vector proposed = normalised(turned(spin, {hn::Load(d, tile.cosine[k]), hn::Load(d, tile.sine[k])}));
        const Real gain = dot({hn::Sub(proposed.x, spin.x), hn::Sub(proposed.y, spin.y)}, field);
        const auto accepted =
            hn::Lt(hn::Load(d, tile.log_uniform[k]), hn::Mul(hn::LoadU(d, lanes.beta.data() + at.column), gain));
        store_vector(lanes, at.word,
                     {hn::IfThenElse(accepted, proposed.x, spin.x), hn::IfThenElse(accepted, proposed.y, spin.y)});
    }
}

/// Best and Fisher (1979) draw cos θ = (1 + r z)/(r + z) from a wrapped Cauchy law, z the cosine of a uniform angle, and
/// accept with probability c e^{1−c}, c = κ (r − cos θ). With ρ as they choose it, r = (1 + ρ²)/(2ρ) and all is finite at κ
/// = 0 too if fractions are multiplied by 2ρ; sin θ = (1 − ρ²) · (sine of the uniform angle)/(2ρ (r + z)).
template <bool gathers>
void heat_bath_tile(const XyTile& tile, XySpins& lanes, const SiteGroups& groups) {
    const DoubleTag d;
    const Real one = hn::Set(d, 1);
    for (std::size_t k = 0; k < tile.count; ++k) {
        const UnitPlace& at = tile.at[k];
        const Vector spin = load_vector(lanes, at.word), field = local_field<gathers>(lanes, groups, at);
        const Real strength = hn::Sqrt(dot(field, field));
        const Real kappa = hn::Mul(hn::LoadU(d, lanes.beta.data() + at.column), strength);
        const Real tau = hn::Add(one, hn::Sqrt(hn::MulAdd(hn::Mul(hn::Set(d, 4), kappa), kappa, one)));
        const Real sum = hn::Add(tau, hn::Sqrt(hn::Add(tau, tau)));
        const Real rho = hn::Div(hn::Add(kappa, kappa), sum);
        const Real above = hn::MulAdd(rho, rho, one), below = hn::NegMulAdd(rho, rho, one), twice = hn::Add(rho, rho);
        const Real z = hn::Load(d, tile.cosine[k]);
        const Real over = hn::Div(one, hn::MulAdd(twice, z, above));
        const Vector angle{hn::Mul(hn::MulAdd(above, z, twice), over),
                           hn::Mul(hn::Mul(below, hn::Load(d, tile.sine[k])), over)};
        // κ r = above · sum/4.
        const Real c = hn::NegMulAdd(kappa, angle.x, hn::Mul(hn::Mul(hn::Set(d, 0.25), sum), above));
        const auto accepted = hn::Lt(hn::Load(d, tile.log_uniform[k]), hn::Sub(hn::Add(log(d, c), one), c));
        const auto none = hn::Eq(strength, hn::Zero(d));
        const Real inverse = hn::Div(one, hn::IfThenElse(none, one, strength));
        const Vector direction{hn::IfThenElse(none, one, hn::Mul(field.x, inverse)), hn::Mul(field.y, inverse)};
        const Vector drawn = normalised(turned(direction, angle));
        store_vector(lanes, at.word, {hn::IfThenElse(accepted, drawn.x, spin.x), hn::IfThenElse(accepted, drawn.y, spin.y)});
    }
}

void update_xy_here(XySpins& lanes, const SiteGroups& groups, LocalUpdate update, const NoiseKey& key, uint32_t step,
                    uint32_t part) {
    const PhiloxKeys keys(key);
    const PhiloxStart start(keys, lane_draws * part, step);
    const Word samples = first_samples(lanes, groups);
    const bool heat_bath = update == LocalUpdate::heat_bath;
    const auto draw = heat_bath ? draw_tile<false> : draw_tile<true>;
    const auto decide = lanes.gathered.empty() ? (heat_bath ? heat_bath_tile<false> : metropolis_tile<false>)
                                               : (heat_bath ? heat_bath_tile<true> : metropolis_tile<true>);
    XyTile tile;
    const auto update_tile = [&] {
        draw(tile, lanes, groups, samples, keys, start);
        decide(tile, lanes, groups);
        tile.count = 0;
    };
    visit_units(lanes, groups, [&](const UnitPlace& at) {
        tile.at[tile.count++] = at;
        if (tile.count == XyTile::most) update_tile();
    });
    if (tile.count > 0) update_tile();
}

template <bool gathers>
void over_relax_all(XySpins& lanes, const SiteGroups& groups) {
    const DoubleTag d;
    visit_units(lanes, groups, [&](const UnitPlace& at) HWY_ATTR {
        const Vector spin = load_vector(lanes, at.word), field = local_field<gathers>(lanes, groups, at);
        const Real square = dot(field, field);
        // Where there is no field any mirror keeps the energy.
        const Real twice = hn::Add(dot(spin, field), dot(spin, field));
        const Real factor = hn::IfThenElseZero(hn::Gt(square, hn::Set(d, 1e-200)), hn::Div(twice, square));
        store_vector(lanes, at.word, normalised({hn::MulSub(factor, field.x, spin.x), hn::MulSub(factor, field.y, spin.y)}));
    });
}

void over_relax_here(XySpins& lanes, const SiteGroups& groups) {
    lanes.gathered.empty() ? over_relax_all<false>(lanes, groups) : over_relax_all<true>(lanes, groups);
}

/// Sums of a unit of eight lanes, in the same order whatever the width of vectors.
struct XyUnitSums {
    static constexpr std::size_t kinds = 5;
    double sum[kinds][SiteGroups::group] = {};
};

template <bool gathers>
void measure_all(const XySpins& lanes, const SiteGroups& groups, std::span<XySums> sums) {
    const DoubleTag d;
    const std::size_t z = groups.coordination();
    std::vector<XyUnitSums> units(std::max<std::size_t>(lanes.columns / SiteGroups::group, 1));
    visit_units(lanes, groups, [&](const UnitPlace& at) HWY_ATTR {
        if (!gathers && groups.site(at.position) == SiteGroups::idle) return;
        const uint32_t* neighbours = groups.neighbours().data() + at.position * z;
        const Vector spin = load_vector(lanes, at.word);
        Vector ahead = neighbour<gathers>(lanes, neighbours, at, 0);
        const Real x_bond = dot(spin, ahead), x_current = cross(spin, ahead);
        for (std::size_t k = 1; k < z / 2; ++k) {
            const Vector other = neighbour<gathers>(lanes, neighbours, at, k);
            ahead = {hn::Add(ahead.x, other.x), hn::Add(ahead.y, other.y)};
        }
        const Real values[XyUnitSums::kinds] = {dot(spin, ahead), spin.x, spin.y, x_bond, x_current};
        auto& unit = units[gathers ? 0 : at.column / SiteGroups::group];
        const std::size_t lane = (gathers ? at.word : at.column) % SiteGroups::group;
        for (std::size_t kind = 0; kind < XyUnitSums::kinds; ++kind) {
            Real value = values[kind];
            if (gathers) value = hn::And(value, hn::BitCast(d, hn::LoadU(WordTag(), lanes.active.data() + at.word)));
            double* const to = unit.sum[kind] + lane;
            hn::StoreU(hn::Add(hn::LoadU(d, to), value), d, to);
        }
    });
    std::fill(sums.begin(), sums.end(), XySums());
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
        for (std::size_t lane = 0; lane < SiteGroups::group; ++lane) {
            const auto& sum = units[unit].sum;
            XySums& to = sums[(unit * SiteGroups::group + lane) % lanes.columns];
            to.bonds += sum[0][lane], to.x += sum[1][lane], to.y += sum[2][lane];
            to.x_bonds += sum[3][lane], to.x_current += sum[4][lane];
        }
    }
}

void measure_xy_here(const XySpins& lanes, const SiteGroups& groups, std::span<XySums> sums) {
    lanes.gathered.empty() ? measure_all<false>(lanes, groups, sums) : measure_all<true>(lanes, groups, sums);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(update_xy_here);
HWY_EXPORT(over_relax_here);
HWY_EXPORT(measure_xy_here);

void update_xy(XySpins& lanes, const SiteGroups& groups, LocalUpdate update, const NoiseKey& key, std::uint32_t step,
               std::uint32_t part) {
    HWY_DYNAMIC_DISPATCH(update_xy_here)(lanes, groups, update, key, step, part);
}

void over_relax_xy(XySpins& lanes, const SiteGroups& groups) { HWY_DYNAMIC_DISPATCH(over_relax_here)(lanes, groups); }

void measure_xy(const XySpins& lanes, const SiteGroups& groups, std::span<XySums> sums) {
    HWY_DYNAMIC_DISPATCH(measure_xy_here)(lanes, groups, sums);
}

}  // namespace gdm
#endif
