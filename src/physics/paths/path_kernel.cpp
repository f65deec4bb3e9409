#include "gdm/physics/paths/path_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/path_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <vector>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/path_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// What a kernel is compiled for.
template <class Lanes, Integrator integrator_, bool coupled_, bool midpoint_, bool unbiased_>
struct Variant : Lanes {
    static constexpr Integrator integrator = integrator_;
    static constexpr bool coupled = coupled_;    ///< false: no tanh anywhere (forward)
    static constexpr bool midpoint = midpoint_;  ///< which entropies are wanted
    static constexpr bool unbiased = unbiased_;
};

/// One pack of trajectories: state and entropies in registers.
template <class V>
void advance_pack(typename V::Real* a, std::size_t count, double* midpoint, double* unbiased,
                  const std::vector<StepOf<typename V::Real>>& steps, const LaneNoise& noise, const PhiloxKeys& keys,
                  uint32_t first_sample) {
    using Vec = typename V::Vec;
    Vec x = load_pack<V>(a, count);
    const typename V::Samples samples(typename V::Tag(), first_sample);
    typename V::Sum midpoint_sum, unbiased_sum;
    if constexpr (V::midpoint) midpoint_sum.load(midpoint, count);
    if constexpr (V::unbiased) unbiased_sum.load(unbiased, count);
    Carry<V> carry;
    if (!steps.empty()) carry.start(x, steps[0]);
    StepNumbers<V> numbers;
    for (std::size_t s = 0; s < steps.size();) {
        const uint32_t index = noise.first_step + static_cast<uint32_t>(s);
        const uint32_t block = index / steps_per_block;
        if constexpr (!is_flow(V::integrator)) numbers.draw(keys, noise.draw, block, samples);
        // The steps of a block by themselves: what lives through them stays in registers.
        uint32_t place = index % steps_per_block;
        for (const std::size_t end = std::min(steps.size(), s + steps_per_block - place); s < end; ++s, ++place) {
            const Vec before = x;
            x = take<V>(before, steps[s], numbers.normal[place], numbers.uniform_at(place), carry);
            if constexpr (V::midpoint) midpoint_sum.add(midpoint_entropy<V>(before, x, steps[s]));
            if constexpr (V::unbiased) unbiased_sum.add(carry.entropy);
        }
        if (block % V::blocks_per_flush == V::blocks_per_flush - 1) {
            if constexpr (V::midpoint) midpoint_sum.flush();
            if constexpr (V::unbiased) unbiased_sum.flush();
        }
    }
    store_pack<V>(x, a, count);
    if constexpr (V::midpoint) midpoint_sum.store(midpoint, count);
    if constexpr (V::unbiased) unbiased_sum.store(unbiased, count);
}

template <class V>
void advance_all(std::span<typename V::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                 const LaneNoise& noise) {
    const std::vector<StepOf<typename V::Real>> cast(steps.begin(), steps.end());
    const PhiloxKeys keys(noise.key);
    const std::size_t length = V::vectors * hn::Lanes(typename V::Tag());
    for (std::size_t i = 0; i < a.size(); i += length)
        advance_pack<V>(a.data() + i, std::min(length, a.size() - i), V::midpoint ? entropy.midpoint.data() + i : nullptr,
                        V::unbiased ? entropy.unbiased.data() + i : nullptr, cast, noise, keys,
                        noise.first_sample + static_cast<uint32_t>(i));
}

/// Euler–Maruyama and exponential steps are the same arithmetic; only they have the unbiased rule.
template <class Lanes, bool coupled, bool midpoint>
void choose_unbiased(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                     const LaneNoise& noise) {
    constexpr auto one_score = Integrator::euler_maruyama;
    if (entropy.unbiased.empty())
        return advance_all<Variant<Lanes, one_score, coupled, midpoint, false>>(a, entropy, steps, noise);
    advance_all<Variant<Lanes, one_score, coupled, midpoint, true>>(a, entropy, steps, noise);
}

template <class Lanes, bool coupled>
void choose_one_score(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                      const LaneNoise& noise) {
    if (entropy.midpoint.empty()) return choose_unbiased<Lanes, coupled, false>(a, entropy, steps, noise);
    choose_unbiased<Lanes, coupled, true>(a, entropy, steps, noise);
}

template <class Lanes, Integrator integrator, bool coupled>
void choose_midpoint(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                     const LaneNoise& noise) {
    if (entropy.midpoint.empty())
        return advance_all<Variant<Lanes, integrator, coupled, false, false>>(a, entropy, steps, noise);
    advance_all<Variant<Lanes, integrator, coupled, true, false>>(a, entropy, steps, noise);
}

template <class Lanes>
void choose(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
            const PathSettings& settings, const LaneNoise& noise) {
    const bool coupled = settings.direction == Direction::reverse;  // of an SDE: the forward drift has no score
    switch (settings.integrator) {
        case Integrator::exact:
            if (coupled) return choose_midpoint<Lanes, Integrator::exact, true>(a, entropy, steps, noise);
            [[fallthrough]];  // forward it is the exponential scheme
        case Integrator::euler_maruyama:
        case Integrator::exponential:
            if (coupled) return choose_one_score<Lanes, true>(a, entropy, steps, noise);
            return choose_one_score<Lanes, false>(a, entropy, steps, noise);
        case Integrator::heun:
            if (coupled) return choose_midpoint<Lanes, Integrator::heun, true>(a, entropy, steps, noise);
            return choose_midpoint<Lanes, Integrator::heun, false>(a, entropy, steps, noise);
        case Integrator::flow_euler:
        case Integrator::flow_exponential:
            return advance_all<Variant<Lanes, Integrator::flow_euler, true, false, false>>(a, entropy, steps, noise);
        case Integrator::flow_heun:
            return advance_all<Variant<Lanes, Integrator::flow_heun, true, false, false>>(a, entropy, steps, noise);
        case Integrator::flow_rk4:
            return advance_all<Variant<Lanes, Integrator::flow_rk4, true, false, false>>(a, entropy, steps, noise);
    }
}

void advance_double(std::span<double> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                    const PathSettings& settings, const LaneNoise& noise) {
    choose<DoubleLanes>(a, entropy, steps, settings, noise);
}

void advance_single(std::span<float> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                    const PathSettings& settings, const LaneNoise& noise) {
    choose<SingleLanes>(a, entropy, steps, settings, noise);
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
