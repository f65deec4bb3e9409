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

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/path_steps.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// `count` values from memory into a pack, the lanes beyond them 0; no alignment asked.
template <class L>
HWY_INLINE typename L::Vec load_pack(const typename L::Real* from, std::size_t count) {
    using Real = typename L::Real;
    const typename L::Tag d;
    const std::size_t lanes = hn::Lanes(d);
    typename L::Vec pack;
    for (std::size_t k = 0; k < L::vectors; ++k) {
        HWY_ALIGN Real buffer[HWY_MAX_BYTES / sizeof(Real)] = {};
        const std::size_t at = std::min(k * lanes, count);
        std::memcpy(buffer, from + at, std::min(lanes, count - at) * sizeof(Real));
        pack.v[k] = hn::Load(d, buffer);
    }
    return pack;
}

/// Writes the first `count` values of a pack.
template <class L>
HWY_INLINE void store_pack(const typename L::Vec& pack, typename L::Real* to, std::size_t count) {
    using Real = typename L::Real;
    const typename L::Tag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t k = 0; k < L::vectors; ++k) {
        HWY_ALIGN Real buffer[HWY_MAX_BYTES / sizeof(Real)];
        const std::size_t at = std::min(k * lanes, count);
        hn::Store(pack.v[k], d, buffer);
        std::memcpy(to + at, buffer, std::min(lanes, count - at) * sizeof(Real));
    }
}

/// The exact kernel draws its classes from blocks of this `draw` bit, so that its normals are those of the other schemes.
inline constexpr uint32_t class_block_bit = 0x80000000u;
inline constexpr uint32_t steps_per_block = 4;

/// What the kernel needs of double-precision lanes. The number of vectors in a pack is the fastest measured.
struct DoubleLanes {
    using Real = double;
    using Tag = DoubleTag;
    static constexpr std::size_t vectors = 4;
    using Vec = Pack<Tag, vectors>;
    using Samples = PackSamples<vectors>;
    static constexpr uint32_t blocks_per_flush = 1;

    /// A sum over steps.
    struct Sum {
        Vec total;
        HWY_INLINE void load(const double* from, std::size_t count) { total = load_pack<DoubleLanes>(from, count); }
        HWY_INLINE void add(const Vec& term) { total = total + term; }
        HWY_INLINE void flush() {}
        HWY_INLINE void store(double* to, std::size_t count) { store_pack<DoubleLanes>(total, to, count); }
    };
};

/// The same of single-precision lanes.
struct SingleLanes {
    using Real = float;
    using Tag = FloatTag;
    static constexpr std::size_t vectors = hn::MaxLanes(Tag()) == 16 ? 8 : 4;  // as many registers as there are
    using Vec = Pack<Tag, vectors>;
    using Samples = FloatPackSamples<vectors>;
    static constexpr uint32_t blocks_per_flush = 4;

    /// A sum over steps: single precision over a few, double over all.
    struct Sum {
        Vec part;
        hn::Vec<DoubleTag> total[2 * vectors];
        HWY_INLINE void load(const double* from, std::size_t count) {
            for (std::size_t k = 0; k < vectors; ++k) part.v[k] = hn::Zero(Tag());
            for (std::size_t k = 0; k < 2 * vectors; ++k) {
                const std::size_t at = std::min(k * hn::Lanes(DoubleTag()), count);
                total[k] = load_up_to(DoubleTag(), from + at, count - at);
            }
        }
        HWY_INLINE void add(const Vec& term) { part = part + term; }
        HWY_INLINE void flush() {
            const hn::Half<Tag> half;
            for (std::size_t k = 0; k < vectors; ++k) {
                total[2 * k] = hn::Add(total[2 * k], hn::PromoteTo(DoubleTag(), hn::LowerHalf(half, part.v[k])));
                total[2 * k + 1] = hn::Add(total[2 * k + 1], hn::PromoteTo(DoubleTag(), hn::UpperHalf(half, part.v[k])));
                part.v[k] = hn::Zero(Tag());
            }
        }
        HWY_INLINE void store(double* to, std::size_t count) {
            flush();
            for (std::size_t k = 0; k < 2 * vectors; ++k) {
                const std::size_t at = std::min(k * hn::Lanes(DoubleTag()), count);
                if (at < count) store_up_to(DoubleTag(), total[k], to + at, count - at);
            }
        }
    };
};

/// A step in the precision of the lanes; slopes times 2 log₂e, as tanh_of_scaled takes them.
template <class Real>
struct WeightsOf {
    Real linear, coupling, slope;
    explicit WeightsOf(const DriftWeights& weights)
        : linear(static_cast<Real>(weights.linear)),
          coupling(static_cast<Real>(weights.coupling)),
          slope(static_cast<Real>(weights.slope * 2 * 1.4426950408889634)) {}
};
template <class Real>
struct StepOf {
    WeightsOf<Real> start, middle, end, midpoint, backward;
    Real noise, inverse_noise, half_inverse_variance;
    StepOf(const PathStep& step)  // NOLINT: a conversion
        : start(step.start),
          middle(step.middle),
          end(step.end),
          midpoint(step.midpoint),
          backward(step.backward),
          noise(static_cast<Real>(step.noise)),
          inverse_noise(static_cast<Real>(step.noise > 0 ? 1 / step.noise : 0)),
          half_inverse_variance(static_cast<Real>(step.half_inverse_variance)) {}
};

/// The random numbers of the steps of one Philox block.
template <class V>
struct StepNumbers {
    typename V::Vec normal[steps_per_block];
    typename V::Vec uniform[V::integrator == Integrator::exact ? steps_per_block : 1];

    HWY_INLINE void draw(const PhiloxKeys& keys, uint32_t draw, uint32_t block, const typename V::Samples& samples) {
        block_normals(keys, draw, block, samples, normal);
        if constexpr (V::integrator == Integrator::exact) {
            const auto classes = pack_words(keys, draw | class_block_bit, block, samples);
            for (uint32_t j = 0; j < steps_per_block; ++j) uniform[j] = uniform_of(classes.word[j]);
        }
    }
    [[nodiscard]] HWY_INLINE const typename V::Vec& uniform_at(uint32_t place) const {
        return uniform[V::integrator == Integrator::exact ? place : 0];
    }
};

template <class V>
HWY_INLINE typename V::Vec class_mean(const typename V::Vec& x, const WeightsOf<typename V::Real>& weights) {
    return tanh_of_scaled(weights.slope * x);
}

/// linear x + coupling mean.
template <class V>
HWY_INLINE typename V::Vec weighted(const typename V::Vec& x, const typename V::Vec& mean,
                                    const WeightsOf<typename V::Real>& weights) {
    if constexpr (!V::coupled) return weights.linear * x;
    return fma(weights.coupling, mean, weights.linear * x);
}

template <class V>
HWY_INLINE typename V::Vec drift(const typename V::Vec& x, const WeightsOf<typename V::Real>& weights) {
    if constexpr (!V::coupled) return weighted<V>(x, x, weights);
    return weighted<V>(x, class_mean<V>(x, weights), weights);
}

/// What one step leaves for the next: the unbiased rule looks at the class mean at the end of a step, where the next one
/// starts.
template <class V>
struct Carry {
    typename V::Vec mean;
    typename V::Vec entropy;
    HWY_INLINE void start(const typename V::Vec& x, const StepOf<typename V::Real>& first) {
        mean = entropy = x;
        if constexpr (V::unbiased && V::coupled) mean = class_mean<V>(x, first.start);
    }
};

template <class V>
HWY_INLINE typename V::Vec take(const typename V::Vec& x, const StepOf<typename V::Real>& step,
                                [[maybe_unused]] const typename V::Vec& normal,
                                [[maybe_unused]] const typename V::Vec& uniform, Carry<V>& carry) {
    using Vec = typename V::Vec;
    using Real = typename V::Real;
    if constexpr (V::integrator == Integrator::exact) {
        // 2u − 1 < tanh: the sign of the difference is the class.
        const Vec difference = fma(Real{-2}, uniform, class_mean<V>(x, step.start) + Real{1});
        const Vec c = each<typename V::Tag, V::vectors>(
            [](auto y) { return hn::CopySign(hn::Set(typename V::Tag(), Real{1}), y); }, difference);
        return fma(step.noise, normal, fma(step.start.coupling, c, step.start.linear * x));
    } else if constexpr (V::integrator == Integrator::heun || V::integrator == Integrator::flow_heun) {
        const Vec first = drift<V>(x, step.start);
        Vec kicked = x;
        if constexpr (V::integrator == Integrator::heun) kicked = fma(step.noise, normal, x);
        const Vec second = drift<V>(kicked + first, step.end);
        return fma(Real{0.5}, first + second, kicked);
    } else if constexpr (V::integrator == Integrator::flow_rk4) {
        const Vec k1 = drift<V>(x, step.start);
        const Vec k2 = drift<V>(fma(Real{0.5}, k1, x), step.middle);
        const Vec k3 = drift<V>(fma(Real{0.5}, k2, x), step.middle);
        const Vec k4 = drift<V>(x + k3, step.end);
        return fma(static_cast<Real>(1.0 / 6), fma(Real{2}, k2 + k3, k1 + k4), x);
    } else if constexpr (V::unbiased) {
        const Vec forward = weighted<V>(x, carry.mean, step.start);
        const Vec after = fma(step.noise, normal, x + forward);
        if constexpr (V::coupled) carry.mean = class_mean<V>(after, step.end);
        // [2Δ(F + B) + B² − F²]/(2 noise²) with Δ = F + noise z and G = F + B is G [G/(2 noise²) + z/noise].
        Vec sum = fma(step.backward.linear, after, forward);
        if constexpr (V::coupled) sum = fma(step.backward.coupling, carry.mean, sum);
        carry.entropy = sum * fma(step.half_inverse_variance, sum, step.inverse_noise * normal);
        return after;
    } else {
        const Vec moved = x + drift<V>(x, step.start);
        if constexpr (is_flow(V::integrator)) return moved;
        return fma(step.noise, normal, moved);
    }
}

/// Δa · f((a + a′)/2).
template <class V>
HWY_INLINE typename V::Vec midpoint_entropy(const typename V::Vec& before, const typename V::Vec& after,
                                            const StepOf<typename V::Real>& step) {
    return (after - before) * drift<V>(typename V::Real{0.5} * (before + after), step.midpoint);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_PATH_LANES_INL_HPP_
