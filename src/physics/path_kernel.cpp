#include "gdm/physics/path_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/path_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <vector>

#include "gdm/base/float_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/path_lanes-inl.hpp"

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

/// Vectors that go through the steps together, so that their chains of dependent operations overlap.
template <class V>
inline constexpr std::size_t group = V::vectors;

/// One group of trajectories: state and entropies in registers.
template <class V>
void advance_group(typename V::Real* a, std::size_t count, double* midpoint, double* unbiased,
                   const std::vector<StepOf<typename V::Real>>& steps, const LaneNoise& noise, uint32_t first_sample) {
    using Vec = typename V::Vec;
    constexpr std::size_t n = group<V>;
    const typename V::Tag d;
    const std::size_t lanes = hn::Lanes(d);
    Vec x[n];
    typename V::Samples samples[n];
    typename V::Sum midpoint_sum[n], unbiased_sum[n];
    Carry<V> carry[n];
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t at = std::min(k * lanes, count);
        x[k] = V::load(a + at, count - at);
        samples[k] = V::samples(first_sample + static_cast<uint32_t>(k * lanes));
        if constexpr (V::midpoint) midpoint_sum[k].load(midpoint + at, count - at);
        if constexpr (V::unbiased) unbiased_sum[k].load(unbiased + at, count - at);
        if (!steps.empty()) carry[k].start(x[k], steps[0]);
    }
    StepNumbers<V> numbers[n];
    for (std::size_t s = 0; s < steps.size(); ++s) {
        const uint32_t index = noise.first_step + static_cast<uint32_t>(s);
        const uint32_t place = index % V::steps_per_block;
        if (!is_flow(V::integrator) && (place == 0 || s == 0))
            for (std::size_t k = 0; k < n; ++k)
                numbers[k].draw(noise.key, noise.draw, index / V::steps_per_block, samples[k]);
        for (std::size_t k = 0; k < n; ++k) {
            const Vec before = x[k];
            x[k] = take<V>(before, steps[s], numbers[k], place, carry[k]);
            if constexpr (V::midpoint) midpoint_sum[k].add(midpoint_entropy<V>(before, x[k], steps[s]));
            if constexpr (V::unbiased) unbiased_sum[k].add(carry[k].entropy);
        }
        if (V::steps_per_flush > 1 && s % V::steps_per_flush == V::steps_per_flush - 1)
            for (std::size_t k = 0; k < n; ++k) {
                if constexpr (V::midpoint) midpoint_sum[k].flush();
                if constexpr (V::unbiased) unbiased_sum[k].flush();
            }
    }
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t at = std::min(k * lanes, count);
        if (at == count) break;
        V::store(x[k], a + at, count - at);
        if constexpr (V::midpoint) midpoint_sum[k].store(midpoint + at, count - at);
        if constexpr (V::unbiased) unbiased_sum[k].store(unbiased + at, count - at);
    }
}

template <class V>
void advance_all(std::span<typename V::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                 const LaneNoise& noise) {
    const std::vector<StepOf<typename V::Real>> cast(steps.begin(), steps.end());
    const std::size_t length = group<V> * hn::Lanes(typename V::Tag());
    for (std::size_t i = 0; i < a.size(); i += length)
        advance_group<V>(a.data() + i, std::min(length, a.size() - i), V::midpoint ? entropy.midpoint.data() + i : nullptr,
                         V::unbiased ? entropy.unbiased.data() + i : nullptr, cast, noise,
                         noise.first_sample + static_cast<uint32_t>(i));
}

template <class Lanes, Integrator integrator, bool coupled, bool midpoint>
void choose_unbiased(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                     const LaneNoise& noise) {
    constexpr bool possible = integrator == Integrator::euler_maruyama || integrator == Integrator::exponential;
    if constexpr (possible)
        if (!entropy.unbiased.empty())
            return advance_all<Variant<Lanes, integrator, coupled, midpoint, true>>(a, entropy, steps, noise);
    advance_all<Variant<Lanes, integrator, coupled, midpoint, false>>(a, entropy, steps, noise);
}

template <class Lanes, Integrator integrator, bool coupled>
void choose_entropy(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
                    const LaneNoise& noise) {
    if (entropy.midpoint.empty()) return choose_unbiased<Lanes, integrator, coupled, false>(a, entropy, steps, noise);
    choose_unbiased<Lanes, integrator, coupled, true>(a, entropy, steps, noise);
}

template <class Lanes>
void choose(std::span<typename Lanes::Real> a, const PathEntropy& entropy, std::span<const PathStep> steps,
            const PathSettings& settings, const LaneNoise& noise) {
    const bool forward_sde = settings.direction == Direction::forward && !is_flow(settings.integrator);
    switch (settings.integrator) {
        case Integrator::euler_maruyama:
            if (forward_sde) return choose_entropy<Lanes, Integrator::euler_maruyama, false>(a, entropy, steps, noise);
            return choose_entropy<Lanes, Integrator::euler_maruyama, true>(a, entropy, steps, noise);
        case Integrator::heun:
            if (forward_sde) return choose_entropy<Lanes, Integrator::heun, false>(a, entropy, steps, noise);
            return choose_entropy<Lanes, Integrator::heun, true>(a, entropy, steps, noise);
        case Integrator::exponential:
        case Integrator::exact:
            // Forward the two are one.
            if (forward_sde) return choose_entropy<Lanes, Integrator::exponential, false>(a, entropy, steps, noise);
            if (settings.integrator == Integrator::exact)
                return choose_entropy<Lanes, Integrator::exact, true>(a, entropy, steps, noise);
            return choose_entropy<Lanes, Integrator::exponential, true>(a, entropy, steps, noise);
        case Integrator::flow_euler:
        case Integrator::flow_exponential:
            return choose_entropy<Lanes, Integrator::flow_euler, true>(a, entropy, steps, noise);
        case Integrator::flow_heun:
            return choose_entropy<Lanes, Integrator::flow_heun, true>(a, entropy, steps, noise);
        case Integrator::flow_rk4:
            return choose_entropy<Lanes, Integrator::flow_rk4, true>(a, entropy, steps, noise);
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
