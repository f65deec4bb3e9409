// One step of a path in lanes of either precision (see lanes-inl.hpp for how such headers are used).

#if defined(GDM_PHYSICS_PATH_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_PATH_LANES_INL_HPP_
#undef GDM_PHYSICS_PATH_LANES_INL_HPP_
#else
#define GDM_PHYSICS_PATH_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/path_steps.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The exact kernel draws its classes from blocks of this `draw` bit, so that its normals are those of the other schemes.
inline constexpr uint32_t class_block_bit = 0x80000000u;
inline constexpr uint32_t steps_per_block = 4;

/// The lanes of a kernel. It works on tiles of trajectories in the first cache, one step of the whole tile after the other:
/// the trajectories of a step wait for nothing, where the steps of a trajectory wait for each other. A processor reorders
/// only so far, so vectors come in packs; `vectors` in steps and `drawn` for random numbers are the fastest measured.
struct DoubleLanes {
    using Real = double;
    using Tag = DoubleTag;
    static constexpr std::size_t vectors = hn::MaxLanes(Tag()) == 4 ? 8 : 4;
    static constexpr std::size_t drawn = 4;
    using Samples = PackSamples<drawn>;
};
struct SingleLanes {
    using Real = float;
    using Tag = FloatTag;
    static constexpr std::size_t vectors = hn::MaxLanes(Tag()) == 8 ? 8 : 4;
    static constexpr std::size_t drawn = 4;
    using Samples = FloatPackSamples<drawn>;
};

/// Trajectories of a tile: whole packs, few enough for the first cache.
template <class Lanes>
inline constexpr std::size_t tile_length = 1024 / sizeof(typename Lanes::Real);

/// One number of each trajectory of a tile.
template <class Lanes>
struct TileRow {
    HWY_ALIGN typename Lanes::Real value[tile_length<Lanes>];

    /// The numbers of n vectors from trajectory i.
    template <std::size_t n = Lanes::vectors>
    [[nodiscard]] HWY_INLINE Pack<typename Lanes::Tag, n> at(std::size_t i) const {
        const typename Lanes::Tag d;
        Pack<typename Lanes::Tag, n> pack;
        each_place<n>([&](auto k) HWY_ATTR { pack.v[k] = hn::Load(d, value + i + k * hn::Lanes(d)); });
        return pack;
    }
    /// The same of random words.
    template <std::size_t n>
    [[nodiscard]] HWY_INLINE Pack<BitsTag<typename Lanes::Tag>, n> words(std::size_t i) const {
        return each<BitsTag<typename Lanes::Tag>, n>([](auto v) { return hn::BitCast(BitsTag<typename Lanes::Tag>(), v); },
                                                     at<n>(i));
    }
    template <std::size_t n>
    HWY_INLINE void set_words(std::size_t i, const Pack<BitsTag<typename Lanes::Tag>, n>& pack) {
        set(i, each<typename Lanes::Tag, n>([](auto v) { return hn::BitCast(typename Lanes::Tag(), v); }, pack));
    }
    template <std::size_t n>
    HWY_INLINE void set(std::size_t i, const Pack<typename Lanes::Tag, n>& pack) {
        const typename Lanes::Tag d;
        each_place<n>([&](auto k) HWY_ATTR { hn::Store(pack.v[k], d, value + i + k * hn::Lanes(d)); });
    }
};

/// A sum over steps of each trajectory of a tile; in single precision over a few steps, then added to sums in double.
template <class Lanes>
class TileSum {
  public:
    HWY_INLINE TileSum(double* total, std::size_t count) : total_(total), count_(count) {
        if (total == nullptr) return;
        for (std::size_t i = 0; i < tile_length<Lanes>; ++i)
            part_.value[i] = static_cast<typename Lanes::Real>(is_double && i < count ? total[i] : 0);
    }
    HWY_INLINE void add(std::size_t i, const Pack<typename Lanes::Tag, Lanes::vectors>& term) {
        part_.set(i, part_.at(i) + term);
    }
    /// After each block.
    HWY_INLINE void end_block(std::uint32_t block) {
        if (!is_double && block % 4 == 3) flush();
    }
    HWY_INLINE void flush() {
        if (total_ == nullptr) return;
        for (std::size_t i = 0; i < count_; ++i) {
            total_[i] = is_double ? part_.value[i] : total_[i] + static_cast<double>(part_.value[i]);
            if (!is_double) part_.value[i] = 0;
        }
    }

  private:
    static constexpr bool is_double = sizeof(typename Lanes::Real) == sizeof(double);
    TileRow<Lanes> part_;
    double* total_;
    std::size_t count_;
};

/// Trajectories under way: their states before and after a step, what the unbiased rule has found of the class mean, the
/// random numbers of the steps of a Philox block.
template <class Lanes>
struct Tile {
    TileRow<Lanes> state[2], mean, normal[steps_per_block], uniform[steps_per_block];
    TileSum<Lanes> midpoint, unbiased;
    std::size_t count;
    Tile(double* by_midpoint, double* by_ratio, std::size_t trajectories)
        : midpoint(by_midpoint, trajectories), unbiased(by_ratio, trajectories), count(trajectories) {}
    std::size_t now = 0;  ///< which of the states is the present one
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

/// What a step is compiled for.
template <class Lanes, Integrator integrator_, bool coupled_>
struct Variant : Lanes {
    static constexpr Integrator integrator = integrator_;
    static constexpr bool coupled = coupled_;  ///< false: no tanh anywhere (forward)
    using Vec = Pack<typename Lanes::Tag, Lanes::vectors>;
};

/// The random numbers of a step.
template <class V>
struct NumbersOf {
    const typename V::Vec normal, uniform;
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

template <class V>
HWY_INLINE typename V::Vec take(const typename V::Vec& x, const StepOf<typename V::Real>& step,
                                const NumbersOf<V>& numbers) {
    using Vec = typename V::Vec;
    using Real = typename V::Real;
    if constexpr (V::integrator == Integrator::exact) {
        // 2u − 1 < tanh: the sign of the difference is the class.
        const Vec difference = fma(Real{-2}, numbers.uniform, class_mean<V>(x, step.start) + Real{1});
        const Vec c = each<typename V::Tag, V::vectors>(
            [](auto y) { return hn::CopySign(hn::Set(typename V::Tag(), Real{1}), y); }, difference);
        return fma(step.noise, numbers.normal, fma(step.start.coupling, c, step.start.linear * x));
    } else if constexpr (V::integrator == Integrator::heun || V::integrator == Integrator::flow_heun) {
        const Vec first = drift<V>(x, step.start);
        Vec kicked = x;
        if constexpr (V::integrator == Integrator::heun) kicked = fma(step.noise, numbers.normal, x);
        const Vec second = drift<V>(kicked + first, step.end);
        return fma(Real{0.5}, first + second, kicked);
    } else if constexpr (V::integrator == Integrator::flow_rk4) {
        const Vec k1 = drift<V>(x, step.start);
        const Vec k2 = drift<V>(fma(Real{0.5}, k1, x), step.middle);
        const Vec k3 = drift<V>(fma(Real{0.5}, k2, x), step.middle);
        const Vec k4 = drift<V>(x + k3, step.end);
        return fma(static_cast<Real>(1.0 / 6), fma(Real{2}, k2 + k3, k1 + k4), x);
    } else {
        const Vec moved = x + drift<V>(x, step.start);
        if constexpr (is_flow(V::integrator)) return moved;
        return fma(step.noise, numbers.normal, moved);
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
