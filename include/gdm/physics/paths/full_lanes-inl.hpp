// One step of a path in all d coordinates, in lanes of either precision (see lanes-inl.hpp for how such headers are used).

#if defined(GDM_PHYSICS_FULL_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_FULL_LANES_INL_HPP_
#undef GDM_PHYSICS_FULL_LANES_INL_HPP_
#else
#define GDM_PHYSICS_FULL_LANES_INL_HPP_
#endif

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/physics/paths/path_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// What the helpers of path_lanes-inl.hpp ask for; the integrator is chosen at run time, once for all coordinates.
template <class Lanes>
struct FullVariant : Lanes {
    static constexpr bool coupled = true;
    static constexpr std::size_t vectors = Lanes::drawn;  // a pack is as wide as its random numbers
    using Vec = Pack<typename Lanes::Tag, vectors>;
};

/// Adds a number of each trajectory of a pack to sums in double precision.
template <class V>
void add_pack(const typename V::Vec& term, double* sums, std::size_t count) {
    HWY_ALIGN typename V::Real buffer[V::vectors * HWY_MAX_BYTES / sizeof(typename V::Real)];
    store_pack(term, buffer, count);
    for (std::size_t i = 0; i < count; ++i) sums[i] += static_cast<double>(buffer[i]);
}

/// One pack of trajectories: d packs of each quantity in aligned memory.
template <class V>
class FullPack {
  public:
    using Real = typename V::Real;
    using Vec = typename V::Vec;

    explicit FullPack(std::size_t dimension)
        : dimension_(dimension),
          unit_(static_cast<Real>(1 / std::sqrt(static_cast<double>(dimension)))),
          memory_(hwy::AllocateAligned<Real>((3 + steps_per_block) * dimension * width())),
          state_(memory_.get()),
          after_(state_ + dimension * width()),
          stage_(after_ + dimension * width()),
          normals_(stage_ + dimension * width()) {}

    [[nodiscard]] static std::size_t width() { return V::vectors * hn::Lanes(typename V::Tag()); }

    void load(const Real* x, std::size_t stride, std::size_t count) {
        for (std::size_t j = 0; j < dimension_; ++j) set(state_, j, load_pack<Vec>(x + j * stride, count));
    }
    void store(Real* x, std::size_t stride, std::size_t count) const {
        for (std::size_t j = 0; j < dimension_; ++j) store_pack(at(state_, j), x + j * stride, count);
    }

    /// The normals of the four steps of a block, for all coordinates.
    void draw(const PhiloxKeys& keys, uint32_t draw, uint32_t block, const typename V::Samples& samples) {
        for (std::size_t j = 0; j < dimension_; ++j) {
            Vec normal[steps_per_block];
            block_normals(keys, draw, word(block, j), samples, normal);
            for (uint32_t k = 0; k < steps_per_block; ++k) set(normals_, k * dimension_ + j, normal[k]);
        }
    }
    [[nodiscard]] uint32_t word(uint32_t block, std::size_t j) const {
        return block * static_cast<uint32_t>(dimension_) + static_cast<uint32_t>(j);
    }

    /// One score or one class mean: x′ = x (or 0) + linear x + coupling mean m̂ + noise z.
    HWY_INLINE void take_one(const StepOf<Real>& step, const Vec& mean, uint32_t place, bool noisy, bool keeps_state) {
        const Vec pull = pull_of(step.start, mean);
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec x = at(state_, j);
            Vec moved = fma(step.start.linear, x, pull);
            if (keeps_state) moved = x + moved;
            set(after_, j, noisy ? fma(step.noise, normal(place, j), moved) : moved);
        }
    }

    HWY_INLINE void take_heun(const StepOf<Real>& step, uint32_t place, bool noisy) {
        const Vec pull = pull_of(step.start, class_mean<V>(projection(state_), step.start));
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec x = at(state_, j);
            const Vec first = fma(step.start.linear, x, pull);
            const Vec kicked = noisy ? fma(step.noise, normal(place, j), x) : x;
            set(after_, j, fma(Real{0.5}, first, kicked));
            set(stage_, j, kicked + first);
        }
        add_stage(step.end, Real{0.5}, Real{0});
    }

    HWY_INLINE void take_runge_kutta(const StepOf<Real>& step) {
        const Vec pull = pull_of(step.start, class_mean<V>(projection(state_), step.start));
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec x = at(state_, j);
            const Vec first = fma(step.start.linear, x, pull);
            set(after_, j, fma(static_cast<Real>(1.0 / 6), first, x));
            set(stage_, j, fma(Real{0.5}, first, x));
        }
        add_stage(step.middle, static_cast<Real>(1.0 / 3), Real{0.5});
        add_stage(step.middle, static_cast<Real>(1.0 / 3), Real{1});
        add_stage(step.end, static_cast<Real>(1.0 / 6), Real{0});
    }

    /// Δx·f((x + x′)/2): the linear part is that of ½(‖x′‖² − ‖x‖²).
    [[nodiscard]] HWY_INLINE Vec midpoint_entropy(const StepOf<Real>& step) const {
        Vec squares = 0 * at(state_, 0);
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec x = at(state_, j), y = at(after_, j);
            squares = fma(y - x, y + x, squares);
        }
        const Vec before = projection(state_), after = projection(after_);
        const Vec mean = class_mean<V>(Real{0.5} * (before + after), step.midpoint);
        return fma(Real{0.5} * step.midpoint.linear, squares, (step.midpoint.coupling * mean) * (after - before));
    }

    /// Σ_j G_j [G_j/(2 noise²) + z_j/noise], G = F + B, as in path_lanes-inl.hpp.
    [[nodiscard]] HWY_INLINE Vec unbiased_entropy(const StepOf<Real>& step, uint32_t place) const {
        const Vec pull = pull_of(step.start, class_mean<V>(projection(state_), step.start)) +
                         pull_of(step.backward, class_mean<V>(projection(after_), step.backward));
        Vec total = 0 * pull;
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec sum = fma(step.start.linear, at(state_, j), fma(step.backward.linear, at(after_, j), pull));
            total = fma(sum, fma(step.half_inverse_variance, sum, step.inverse_noise * normal(place, j)), total);
        }
        return total;
    }

    [[nodiscard]] HWY_INLINE Vec axis() const { return projection(state_); }
    void finish_step() { std::swap(state_, after_); }

  private:
    [[nodiscard]] HWY_INLINE Vec at(const Real* from, std::size_t j) const {
        Vec pack;
        for (std::size_t k = 0; k < V::vectors; ++k)
            pack.v[k] = hn::Load(typename V::Tag(), from + j * width() + k * hn::Lanes(typename V::Tag()));
        return pack;
    }
    HWY_INLINE void set(Real* to, std::size_t j, const Vec& pack) const {
        for (std::size_t k = 0; k < V::vectors; ++k)
            hn::Store(pack.v[k], typename V::Tag(), to + j * width() + k * hn::Lanes(typename V::Tag()));
    }
    [[nodiscard]] HWY_INLINE Vec normal(uint32_t place, std::size_t j) const { return at(normals_, place * dimension_ + j); }
    [[nodiscard]] HWY_INLINE Vec projection(const Real* x) const {
        Vec sum = at(x, 0);
        for (std::size_t j = 1; j < dimension_; ++j) sum = sum + at(x, j);
        return unit_ * sum;
    }
    [[nodiscard]] HWY_INLINE Vec pull_of(const WeightsOf<Real>& weights, const Vec& mean) const {
        return weights.coupling * unit_ * mean;
    }
    /// Adds `weight` times the increment at the stage to x′, and moves the stage to x + `next` times the increment.
    HWY_INLINE void add_stage(const WeightsOf<Real>& weights, Real weight, Real next) {
        const Vec pull = pull_of(weights, class_mean<V>(projection(stage_), weights));
        for (std::size_t j = 0; j < dimension_; ++j) {
            const Vec increment = fma(weights.linear, at(stage_, j), pull);
            set(after_, j, fma(weight, increment, at(after_, j)));
            set(stage_, j, fma(next, increment, at(state_, j)));
        }
    }

    std::size_t dimension_;
    Real unit_;  ///< 1/√d
    hwy::AlignedFreeUniquePtr<Real[]> memory_;
    Real *state_, *after_, *stage_, *normals_;
};

template <class V>
void take_full(FullPack<V>& pack, const StepOf<typename V::Real>& step, const PathSettings& settings, uint32_t place,
               const PackWords<typename V::Tag, V::vectors>& classes) {
    using Real = typename V::Real;
    const bool noisy = !is_flow(settings.integrator);
    switch (settings.integrator) {
        case Integrator::exact:
            if (settings.direction == Direction::reverse) {
                const auto mean = class_mean<V>(pack.axis(), step.start);
                const auto difference = fma(Real{-2}, uniform_of(classes.word[place]), mean + Real{1});
                const auto c = each<typename V::Tag, V::vectors>(
                    [](auto y) { return hn::CopySign(hn::Set(typename V::Tag(), Real{1}), y); }, difference);
                return pack.take_one(step, c, place, true, false);
            }
            break;  // forward it is the exponential integrator
        case Integrator::heun:
        case Integrator::flow_heun:
            return pack.take_heun(step, place, noisy);
        case Integrator::flow_rk4:
            return pack.take_runge_kutta(step);
        default:
            break;
    }
    pack.take_one(step, class_mean<V>(pack.axis(), step.start), place, noisy, true);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_FULL_LANES_INL_HPP_
