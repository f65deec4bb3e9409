// One step of a path in lanes of either precision (see lanes-inl.hpp for how such headers are used).

#if defined(GDM_PHYSICS_PATH_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_PATH_LANES_INL_HPP_
#undef GDM_PHYSICS_PATH_LANES_INL_HPP_
#else
#define GDM_PHYSICS_PATH_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "gdm/base/float_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/path_steps.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr uint32_t class_block_bit = 0x80000000u;

/// What the kernel needs of double-precision lanes.
struct DoubleLanes {
    using Real = double;
    using Tag = DoubleTag;
    using Vec = hn::Vec<Tag>;
    using Samples = hn::Vec<BitsTag<Tag>>;
    static constexpr std::size_t vectors = 4;
    static constexpr uint32_t steps_per_block = 2;
    static constexpr std::size_t steps_per_flush = 1;
    static constexpr double slope_unit = 1;

    static HWY_INLINE Vec load(const double* from, std::size_t count) { return load_up_to(Tag(), from, count); }
    static HWY_INLINE void store(Vec values, double* to, std::size_t count) { store_up_to(Tag(), values, to, count); }
    static HWY_INLINE Samples samples(uint32_t first) { return sample_lanes(Tag(), first); }
    static HWY_INLINE Vec class_mean(Vec scaled) { return tanh(Tag(), scaled); }
    static HWY_INLINE void normals(const NoiseKey& key, uint32_t draw, uint32_t block, Samples samples, Vec* normal) {
        normal_pair(Tag(), philox(Tag(), key, draw, block, samples), normal[0], normal[1]);
    }
    static HWY_INLINE void uniforms(const NoiseKey& key, uint32_t draw, uint32_t block, Samples samples, Vec* u) {
        const auto words = philox(Tag(), key, draw, block, samples);
        u[0] = uniform(Tag(), words.word[0], words.word[1]);
        u[1] = uniform(Tag(), words.word[2], words.word[3]);
    }

    /// A sum over steps.
    struct Sum {
        Vec total;
        HWY_INLINE void load(const double* from, std::size_t count) { total = DoubleLanes::load(from, count); }
        HWY_INLINE void add(Vec term) { total = hn::Add(total, term); }
        HWY_INLINE void flush() {}
        HWY_INLINE void store(double* to, std::size_t count) { DoubleLanes::store(total, to, count); }
    };
};

/// The same of single-precision lanes.
struct SingleLanes {
    using Real = float;
    using Tag = FloatTag;
    using Vec = FloatVec;
    using Samples = FloatSamples;
    static constexpr std::size_t vectors = 4;
    static constexpr uint32_t steps_per_block = 4;
    static constexpr std::size_t steps_per_flush = 16;
    static constexpr double slope_unit = 2 * 1.4426950408889634;  // of the argument of 2^x in class_mean

    static HWY_INLINE Vec load(const float* from, std::size_t count) {
        if (HWY_LIKELY(count >= hn::Lanes(Tag()))) return hn::LoadU(Tag(), from);
        HWY_ALIGN float buffer[16] = {};
        std::memcpy(buffer, from, count * sizeof(float));
        return hn::Load(Tag(), buffer);
    }
    static HWY_INLINE void store(Vec values, float* to, std::size_t count) {
        if (HWY_LIKELY(count >= hn::Lanes(Tag()))) return hn::StoreU(values, Tag(), to);
        HWY_ALIGN float buffer[16];
        hn::Store(values, Tag(), buffer);
        std::memcpy(to, buffer, count * sizeof(float));
    }
    static HWY_INLINE Samples samples(uint32_t first) { return FloatSamples(first); }
    /// tanh x from 2 log₂e x, as 1 − 2/(e^{2x} + 1): absolute error 1e-7.
    static HWY_INLINE Vec class_mean(Vec scaled) {
        const Tag d;
        const auto power = exp2_lanes(hn::Min(hn::Max(scaled, hn::Set(d, -126.0f)), hn::Set(d, 126.0f)));
        const auto one = hn::Set(d, 1.0f);
        return hn::Sub(one, hn::Div(hn::Set(d, 2.0f), hn::Add(power, one)));
    }
    static HWY_INLINE void normals(const NoiseKey& key, uint32_t draw, uint32_t block, const Samples& samples, Vec* normal) {
        const FloatWords words = philox_lanes(key, draw, block, samples);
        normal_pair_lanes(words.word[0], words.word[1], normal[0], normal[1]);
        normal_pair_lanes(words.word[2], words.word[3], normal[2], normal[3]);
    }
    static HWY_INLINE void uniforms(const NoiseKey& key, uint32_t draw, uint32_t block, const Samples& samples, Vec* u) {
        const FloatWords words = philox_lanes(key, draw, block, samples);
        for (int k = 0; k < 4; ++k) u[k] = uniform_lanes(words.word[k]);
    }

    /// A sum over steps: single precision over a few, double over all.
    struct Sum {
        Vec part;
        hn::Vec<DoubleTag> lower, upper;
        HWY_INLINE void load(const double* from, std::size_t count) {
            const std::size_t half = hn::Lanes(DoubleTag());
            part = hn::Zero(Tag());
            lower = load_up_to(DoubleTag(), from, count);
            upper = load_up_to(DoubleTag(), from + std::min(half, count), count - std::min(half, count));
        }
        HWY_INLINE void add(Vec term) { part = hn::Add(part, term); }
        HWY_INLINE void flush() {
            const hn::Half<Tag> half;
            lower = hn::Add(lower, hn::PromoteTo(DoubleTag(), hn::LowerHalf(half, part)));
            upper = hn::Add(upper, hn::PromoteTo(DoubleTag(), hn::UpperHalf(half, part)));
            part = hn::Zero(Tag());
        }
        HWY_INLINE void store(double* to, std::size_t count) {
            flush();
            const std::size_t half = std::min(hn::Lanes(DoubleTag()), count);
            store_up_to(DoubleTag(), lower, to, half);
            store_up_to(DoubleTag(), upper, to + half, count - half);
        }
    };
};

/// A step in the precision of the lanes; slopes in the units of `class_mean`.
template <class Real>
struct WeightsOf {
    Real linear, coupling, slope;
    explicit WeightsOf(const DriftWeights& weights)
        : linear(static_cast<Real>(weights.linear)),
          coupling(static_cast<Real>(weights.coupling)),
          slope(static_cast<Real>(weights.slope * (sizeof(Real) == 4 ? SingleLanes::slope_unit : DoubleLanes::slope_unit))) {
    }
};
template <class Real>
struct StepOf {
    WeightsOf<Real> start, middle, end, midpoint, backward;
    Real noise, half_inverse_variance;
    StepOf(const PathStep& step)  // NOLINT: a conversion
        : start(step.start),
          middle(step.middle),
          end(step.end),
          midpoint(step.midpoint),
          backward(step.backward),
          noise(static_cast<Real>(step.noise)),
          half_inverse_variance(static_cast<Real>(step.half_inverse_variance)) {}
};

/// The random numbers of the steps of one Philox block.
template <class V>
struct StepNumbers {
    typename V::Vec normal[V::steps_per_block];
    typename V::Vec uniform[V::integrator == Integrator::exact ? V::steps_per_block : 1];

    HWY_INLINE void draw(const NoiseKey& key, uint32_t draw, uint32_t block, const typename V::Samples& samples) {
        V::normals(key, draw, block, samples, normal);
        if constexpr (V::integrator == Integrator::exact) V::uniforms(key, draw | class_block_bit, block, samples, uniform);
    }
};

template <class V>
HWY_INLINE typename V::Vec class_mean(typename V::Vec x, const WeightsOf<typename V::Real>& weights) {
    return V::class_mean(hn::Mul(hn::Set(typename V::Tag(), weights.slope), x));
}

/// linear x + coupling tanh.
template <class V>
HWY_INLINE typename V::Vec weighted(typename V::Vec x, typename V::Vec mean, const WeightsOf<typename V::Real>& weights) {
    const typename V::Tag d;
    const auto linear = hn::Mul(hn::Set(d, weights.linear), x);
    if constexpr (!V::coupled) return linear;
    return hn::MulAdd(hn::Set(d, weights.coupling), mean, linear);
}

template <class V>
HWY_INLINE typename V::Vec drift(typename V::Vec x, const WeightsOf<typename V::Real>& weights) {
    if constexpr (!V::coupled) return weighted<V>(x, x, weights);
    return weighted<V>(x, class_mean<V>(x, weights), weights);
}

/// What one step leaves for the next: the unbiased rule looks at the class mean at the end of a step, where the next one
/// starts.
template <class V>
struct Carry {
    typename V::Vec mean;
    typename V::Vec entropy;
    HWY_INLINE void start(typename V::Vec x, const StepOf<typename V::Real>& first) {
        mean = entropy = x;
        if constexpr (V::unbiased && V::coupled) mean = class_mean<V>(x, first.start);
    }
};

template <class V>
HWY_INLINE typename V::Vec take(typename V::Vec x, const StepOf<typename V::Real>& step, const StepNumbers<V>& numbers,
                                uint32_t place, Carry<V>& carry) {
    using Vec = typename V::Vec;
    const typename V::Tag d;
    const auto noise = hn::Set(d, step.noise);
    if constexpr (V::integrator == Integrator::exact) {
        // 2u − 1 < tanh: the sign of the difference is the class.
        const auto threshold = hn::MulAdd(hn::Set(d, -2), numbers.uniform[place], hn::Set(d, 1));
        const auto c = hn::CopySign(hn::Set(d, 1), hn::Add(class_mean<V>(x, step.start), threshold));
        const auto mean = hn::MulAdd(hn::Set(d, step.start.linear), x, hn::Mul(hn::Set(d, step.start.coupling), c));
        return hn::MulAdd(noise, numbers.normal[place], mean);
    } else if constexpr (V::integrator == Integrator::heun || V::integrator == Integrator::flow_heun) {
        const Vec first = drift<V>(x, step.start);
        Vec kicked = x;
        if constexpr (V::integrator == Integrator::heun) kicked = hn::MulAdd(noise, numbers.normal[place], x);
        const Vec second = drift<V>(hn::Add(kicked, first), step.end);
        return hn::MulAdd(hn::Set(d, 0.5f), hn::Add(first, second), kicked);
    } else if constexpr (V::integrator == Integrator::flow_rk4) {
        const auto half = hn::Set(d, 0.5f);
        const Vec k1 = drift<V>(x, step.start);
        const Vec k2 = drift<V>(hn::MulAdd(half, k1, x), step.middle);
        const Vec k3 = drift<V>(hn::MulAdd(half, k2, x), step.middle);
        const Vec k4 = drift<V>(hn::Add(x, k3), step.end);
        const Vec sum = hn::MulAdd(hn::Set(d, 2), hn::Add(k2, k3), hn::Add(k1, k4));
        return hn::MulAdd(hn::Set(d, static_cast<typename V::Real>(1.0 / 6)), sum, x);
    } else if constexpr (V::unbiased) {
        const Vec forward = weighted<V>(x, carry.mean, step.start);
        const Vec after = hn::MulAdd(noise, numbers.normal[place], hn::Add(x, forward));
        if constexpr (V::coupled) carry.mean = class_mean<V>(after, step.end);
        const Vec backward = weighted<V>(after, carry.mean, step.backward);
        // 2Δ(F + B) + B² − F² = (F + B)(2Δ + B − F)
        const Vec factor = hn::MulAdd(hn::Set(d, 2), hn::Sub(after, x), hn::Sub(backward, forward));
        const Vec product = hn::Mul(hn::Add(forward, backward), factor);
        carry.entropy = hn::Mul(product, hn::Set(d, step.half_inverse_variance));
        return after;
    } else {
        const Vec moved = hn::Add(x, drift<V>(x, step.start));
        if constexpr (is_flow(V::integrator)) return moved;
        return hn::MulAdd(noise, numbers.normal[place], moved);
    }
}

/// Δa · f((a + a′)/2).
template <class V>
HWY_INLINE typename V::Vec midpoint_entropy(typename V::Vec before, typename V::Vec after,
                                            const StepOf<typename V::Real>& step) {
    const auto middle = hn::Mul(hn::Set(typename V::Tag(), 0.5f), hn::Add(before, after));
    return hn::Mul(hn::Sub(after, before), drift<V>(middle, step.midpoint));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_PATH_LANES_INL_HPP_
