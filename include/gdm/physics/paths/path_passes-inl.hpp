// What a kernel does to a tile of trajectories, each a loop of its own: random numbers, steps, entropies (see lanes-inl.hpp
// for how such headers are used).

#if defined(GDM_PHYSICS_PATH_PASSES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_PATH_PASSES_INL_HPP_
#undef GDM_PHYSICS_PATH_PASSES_INL_HPP_
#else
#define GDM_PHYSICS_PATH_PASSES_INL_HPP_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "gdm/physics/paths/path_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The words of a block, in the place of its normals.
template <class Lanes>
HWY_NOINLINE void draw_words(Tile<Lanes>& tile, const PhiloxKeys& keys, uint32_t draw, uint32_t block,
                             const typename Lanes::Samples* samples) {
    constexpr std::size_t length = Lanes::drawn * hn::MaxLanes(typename Lanes::Tag());
    for (std::size_t i = 0; i < tile.count; i += length) {
        const auto words = pack_words(keys, draw, block, samples[i / length]);
        for (uint32_t j = 0; j < steps_per_block; ++j) tile.normal[j].set_words(i, words.word[j]);
    }
}

/// The normals of the steps of a block.
template <class Lanes>
HWY_NOINLINE void draw_normals(Tile<Lanes>& tile, const PhiloxKeys& keys, uint32_t draw, uint32_t block,
                               const typename Lanes::Samples* samples) {
    constexpr std::size_t length = Lanes::drawn * hn::MaxLanes(typename Lanes::Tag());
    draw_words(tile, keys, draw, block, samples);
    for (uint32_t pair = 0; pair < 2; ++pair) {
        TileRow<Lanes>& first = tile.normal[2 * pair];
        TileRow<Lanes>& second = tile.normal[2 * pair + 1];
        for (std::size_t i = 0; i < tile.count; i += length) {
            Pack<typename Lanes::Tag, Lanes::drawn> cosine, sine;
            pair_normals(keys, draw, block, samples[i / length], pair, first.template words<Lanes::drawn>(i),
                         second.template words<Lanes::drawn>(i), cosine, sine);
            first.set(i, cosine);
            second.set(i, sine);
        }
    }
}

/// The uniform numbers from which the exact kernel takes its classes.
template <class Lanes>
HWY_NOINLINE void draw_uniforms(Tile<Lanes>& tile, const PhiloxKeys& keys, uint32_t draw, uint32_t block,
                                const typename Lanes::Samples* samples) {
    constexpr std::size_t length = Lanes::drawn * hn::MaxLanes(typename Lanes::Tag());
    for (std::size_t i = 0; i < tile.count; i += length) {
        const auto words = pack_words(keys, draw | class_block_bit, block, samples[i / length]);
        for (uint32_t j = 0; j < steps_per_block; ++j) tile.uniform[j].set(i, uniform_of(words.word[j]));
    }
}

/// A step, or a part of one, of all trajectories of a tile; `place` in the Philox block.
template <class Lanes>
using TilePass = void (*)(Tile<Lanes>& tile, const StepOf<typename Lanes::Real>& step, uint32_t place);

/// From the present states to the other ones.
template <class V, class Lanes>
void step_pass(Tile<Lanes>& tile, const StepOf<typename Lanes::Real>& each_step, uint32_t place) {
    const auto step = each_step;  // in registers
    constexpr std::size_t length = V::vectors * hn::MaxLanes(typename V::Tag());
    const TileRow<Lanes>& before = tile.state[tile.now];
    TileRow<Lanes>& after = tile.state[1 - tile.now];
    for (std::size_t i = 0; i < tile.count; i += length)
        after.set(i, take<V>(before.at(i), step, {tile.normal[place].at(i), tile.uniform[place].at(i)}));
}

/// The same of the one-score integrators with the unbiased entropy. It looks at the class mean at the end of a step, where
/// the next one starts.
template <class V, class Lanes>
void unbiased_pass(Tile<Lanes>& tile, const StepOf<typename Lanes::Real>& each_step, uint32_t place) {
    const auto step = each_step;
    using Vec = typename V::Vec;
    constexpr std::size_t length = V::vectors * hn::MaxLanes(typename V::Tag());
    const TileRow<Lanes>& before = tile.state[tile.now];
    TileRow<Lanes>& next = tile.state[1 - tile.now];
    for (std::size_t i = 0; i < tile.count; i += length) {
        const Vec x = before.at(i), normal = tile.normal[place].at(i);
        const Vec forward = weighted<V>(x, V::coupled ? tile.mean.at(i) : x, step.start);
        const Vec after = fma(step.noise, normal, x + forward);
        next.set(i, after);
        // [2Δ(F + B) + B² − F²]/(2 noise²) with Δ = F + noise z and G = F + B is G [G/(2 noise²) + z/noise].
        Vec sum = fma(step.backward.linear, after, forward);
        if constexpr (V::coupled) {
            const Vec mean = class_mean<V>(after, step.end);
            tile.mean.set(i, mean);
            sum = fma(step.backward.coupling, mean, sum);
        }
        tile.unbiased.add(i, sum * fma(step.half_inverse_variance, sum, step.inverse_noise * normal));
    }
}

/// The class mean where the first step starts, for unbiased_pass.
template <class V, class Lanes>
void first_mean_pass(Tile<Lanes>& tile, const StepOf<typename Lanes::Real>& step, uint32_t /*place*/) {
    constexpr std::size_t length = V::vectors * hn::MaxLanes(typename V::Tag());
    for (std::size_t i = 0; i < tile.count; i += length)
        tile.mean.set(i, class_mean<V>(tile.state[tile.now].at(i), step.start));
}

/// The midpoint entropy, when the step is done.
template <class V, class Lanes>
void midpoint_pass(Tile<Lanes>& tile, const StepOf<typename Lanes::Real>& each_step, uint32_t /*place*/) {
    const auto step = each_step;
    constexpr std::size_t length = V::vectors * hn::MaxLanes(typename V::Tag());
    for (std::size_t i = 0; i < tile.count; i += length)
        tile.midpoint.add(i, midpoint_entropy<V>(tile.state[tile.now].at(i), tile.state[1 - tile.now].at(i), step));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_PATH_PASSES_INL_HPP_
