#include "gdm/physics/paths/path_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/path_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/path_lanes-inl.hpp"
#include "gdm/physics/paths/path_passes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// What is done to a tile.
template <class Lanes>
struct Passes {
    TilePass<Lanes> first = nullptr;  ///< before the first step
    TilePass<Lanes> step = nullptr;
    TilePass<Lanes> midpoint = nullptr;  ///< after each step
    bool normals = true, uniforms = false, unbiased = false;
};

template <class Lanes>
void advance_tile(typename Lanes::Real* a, Tile<Lanes>& tile, const Passes<Lanes>& passes,
                  const std::vector<StepOf<typename Lanes::Real>>& steps, const LaneNoise& noise, const PhiloxKeys& keys,
                  const typename Lanes::Samples* samples) {
    std::fill(std::copy_n(a, tile.count, tile.state[0].value), tile.state[0].value + tile_length<Lanes>, 0);
    if (passes.first != nullptr && !steps.empty()) passes.first(tile, steps[0], 0);
    for (std::size_t s = 0; s < steps.size();) {
        const uint32_t index = noise.first_step + static_cast<uint32_t>(s);
        const uint32_t block = index / steps_per_block;
        if (passes.normals) draw_normals(tile, keys, noise.draw, block, samples);
        if (passes.uniforms) draw_uniforms(tile, keys, noise.draw, block, samples);
        uint32_t place = index % steps_per_block;
        for (const std::size_t end = std::min(steps.size(), s + steps_per_block - place); s < end; ++s, ++place) {
            passes.step(tile, steps[s], place);
            if (passes.midpoint != nullptr) passes.midpoint(tile, steps[s], place);
            tile.now = 1 - tile.now;
        }
        tile.midpoint.end_block(block);
        tile.unbiased.end_block(block);
    }
    tile.midpoint.flush();
    tile.unbiased.flush();
    std::copy_n(tile.state[tile.now].value, tile.count, a);
}

template <class Lanes>
void advance_tiles(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                   const LaneNoise& noise, const Passes<Lanes>& passes) {
    const std::vector<StepOf<typename Lanes::Real>> cast(steps.begin(), steps.end());
    const PhiloxKeys keys(noise.key);
    constexpr std::size_t pack = Lanes::drawn * hn::MaxLanes(typename Lanes::Tag());
    constexpr std::size_t length = tile_length<Lanes>;
    for (std::size_t i = 0; i < a.size(); i += length) {
        const std::size_t count = std::min(length, a.size() - i);
        HWY_ALIGN typename Lanes::Samples samples[length / pack];
        for (std::size_t k = 0; k * pack < count; ++k)
            samples[k] =
                typename Lanes::Samples(typename Lanes::Tag(), noise.first_sample + static_cast<uint32_t>(i + k * pack));
        Tile<Lanes> tile(passes.midpoint != nullptr ? entropy.midpoint.data() + i : nullptr,
                         passes.unbiased ? entropy.unbiased.data() + i : nullptr, count);
        advance_tile<Lanes>(a.data() + i, tile, passes, cast, noise, keys, samples);
    }
}

template <class Lanes, bool coupled>
TilePass<Lanes> one_score_pass(bool unbiased) {
    using V = Variant<Lanes, Integrator::euler_maruyama, coupled>;
    return unbiased ? unbiased_pass<V, Lanes> : step_pass<V, Lanes>;
}

template <class Lanes>
Passes<Lanes> passes_of(const PathSettings& settings, const PathEntropy& entropy) {
    const bool coupled = settings.direction == Direction::reverse;  // of an SDE: the forward drift has no score
    Passes<Lanes> passes;
    switch (settings.integrator) {
        case Integrator::exact:
            if (coupled) {
                passes.step = step_pass<Variant<Lanes, Integrator::exact, true>, Lanes>;
                passes.uniforms = true;
                break;
            }
            [[fallthrough]];  // forward it is the exponential scheme
        case Integrator::euler_maruyama:
        case Integrator::exponential:
            // The same arithmetic; only these have the unbiased rule.
            passes.unbiased = !entropy.unbiased.empty();
            passes.step =
                coupled ? one_score_pass<Lanes, true>(passes.unbiased) : one_score_pass<Lanes, false>(passes.unbiased);
            if (coupled && passes.unbiased) passes.first = first_mean_pass<Variant<Lanes, Integrator::exact, true>, Lanes>;
            break;
        case Integrator::heun:
            passes.step = coupled ? step_pass<Variant<Lanes, Integrator::heun, true>, Lanes>
                                  : step_pass<Variant<Lanes, Integrator::heun, false>, Lanes>;
            break;
        case Integrator::flow_euler:
        case Integrator::flow_exponential:
            passes.step = step_pass<Variant<Lanes, Integrator::flow_euler, true>, Lanes>;
            break;
        case Integrator::flow_heun:
            passes.step = step_pass<Variant<Lanes, Integrator::flow_heun, true>, Lanes>;
            break;
        case Integrator::flow_rk4:
            passes.step = step_pass<Variant<Lanes, Integrator::flow_rk4, true>, Lanes>;
            break;
    }
    passes.normals = !is_flow(settings.integrator);
    if (passes.normals && !entropy.midpoint.empty())
        passes.midpoint = coupled ? midpoint_pass<Variant<Lanes, Integrator::exact, true>, Lanes>
                                  : midpoint_pass<Variant<Lanes, Integrator::exact, false>, Lanes>;
    return passes;
}

void advance_double(std::span<double> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                    const PathSettings& settings, const LaneNoise& noise) {
    advance_tiles<DoubleLanes>(a, entropy, steps, noise, passes_of<DoubleLanes>(settings, entropy));
}

void advance_single(std::span<float> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                    const PathSettings& settings, const LaneNoise& noise) {
    advance_tiles<SingleLanes>(a, entropy, steps, noise, passes_of<SingleLanes>(settings, entropy));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(advance_double);
HWY_EXPORT(advance_single);

void advance_paths(std::span<double> a, PathEntropy entropy, std::span<const PathStep> steps, const PathSettings& settings,
                   const LaneNoise& noise) {
    HWY_DYNAMIC_DISPATCH(advance_double)(a, entropy, steps, settings, noise);
}

void advance_paths(std::span<float> a, PathEntropy entropy, std::span<const PathStep> steps, const PathSettings& settings,
                   const LaneNoise& noise) {
    HWY_DYNAMIC_DISPATCH(advance_single)(a, entropy, steps, settings, noise);
}

}  // namespace gdm
#endif
