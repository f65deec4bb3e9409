#include "gdm/physics/paths/full_path.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/full_path.cpp"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/path_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void start_full(std::span<double> x, std::size_t count, double mean, double deviation, const LaneNoise& noise) {
    const DoubleTag d;
    using Vector = hn::Vec<DoubleTag>;
    const auto dimension = static_cast<uint32_t>(x.size() / count);
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        const auto sample = sample_lanes(d, noise.first_sample + static_cast<uint32_t>(i));
        Vector signed_mean = hn::Zero(d);
        for (uint32_t j = 0; j < dimension; ++j) {
            Vector z, other;
            normal_pair(d, philox(d, noise.key, noise.draw, noise.first_step + j, sample), z, other);
            if (j == 0) signed_mean = hn::CopySign(hn::Set(d, mean), other);
            store_up_to(d, hn::MulAdd(hn::Set(d, deviation), z, signed_mean), x.data() + j * count + i, count - i);
        }
    }
}

/// What the helpers of path_lanes-inl.hpp ask for; the integrator is chosen at run time, once for all coordinates.
template <class Lanes>
struct FullVariant : Lanes {
    static constexpr bool coupled = true;
};

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
        for (std::size_t j = 0; j < dimension_; ++j) set(state_, j, load_pack<V>(x + j * stride, count));
    }
    void store(Real* x, std::size_t stride, std::size_t count) const {
        for (std::size_t j = 0; j < dimension_; ++j) store_pack<V>(at(state_, j), x + j * stride, count);
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

template <class V>
void advance_block(std::span<typename V::Real> x, std::size_t count, const PathEntropy& entropy,
                   std::span<const PathStep> steps, const PathSettings& settings, const LaneNoise& noise) {
    const std::vector<StepOf<typename V::Real>> cast(steps.begin(), steps.end());
    const PhiloxKeys keys(noise.key);
    const bool noisy = !is_flow(settings.integrator);
    const bool draws_class = settings.integrator == Integrator::exact && settings.direction == Direction::reverse;
    const bool midpoint = noisy && !entropy.midpoint.empty();
    const bool unbiased = has_unbiased_entropy(settings) && !entropy.unbiased.empty();
    FullPack<V> pack(x.size() / count);
    for (std::size_t i = 0; i < count; i += pack.width()) {
        const std::size_t length = std::min(pack.width(), count - i);
        const typename V::Samples samples(typename V::Tag(), noise.first_sample + static_cast<uint32_t>(i));
        pack.load(x.data() + i, count, length);
        typename V::Sum midpoint_sum, unbiased_sum;
        if (midpoint) midpoint_sum.load(entropy.midpoint.data() + i, length);
        if (unbiased) unbiased_sum.load(entropy.unbiased.data() + i, length);
        PackWords<typename V::Tag, V::vectors> classes;
        for (std::size_t s = 0; s < cast.size(); ++s) {
            const uint32_t index = noise.first_step + static_cast<uint32_t>(s);
            const uint32_t block = index / steps_per_block, place = index % steps_per_block;
            if (s == 0 || place == 0) {
                if (noisy) pack.draw(keys, noise.draw, block, samples);
                classes =
                    draws_class ? pack_words(keys, noise.draw | class_block_bit, pack.word(block, 0), samples) : classes;
            }
            take_full(pack, cast[s], settings, place, classes);
            if (midpoint) midpoint_sum.add(pack.midpoint_entropy(cast[s]));
            if (unbiased) unbiased_sum.add(pack.unbiased_entropy(cast[s], place));
            if (midpoint) midpoint_sum.flush();
            if (unbiased) unbiased_sum.flush();
            pack.finish_step();
        }
        pack.store(x.data() + i, count, length);
        if (midpoint) midpoint_sum.store(entropy.midpoint.data() + i, length);
        if (unbiased) unbiased_sum.store(entropy.unbiased.data() + i, length);
    }
}

void advance_full_double(std::span<double> x, std::size_t count, const PathEntropy& entropy, std::span<const PathStep> steps,
                         const PathSettings& settings, const LaneNoise& noise) {
    advance_block<FullVariant<DoubleLanes>>(x, count, entropy, steps, settings, noise);
}

void advance_full_single(std::span<float> x, std::size_t count, const PathEntropy& entropy, std::span<const PathStep> steps,
                         const PathSettings& settings, const LaneNoise& noise) {
    advance_block<FullVariant<SingleLanes>>(x, count, entropy, steps, settings, noise);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(start_full);
HWY_EXPORT(advance_full_double);
HWY_EXPORT(advance_full_single);

void start_full(std::span<double> x, std::size_t count, double mean, double deviation, const LaneNoise& noise) {
    if (count > 0) HWY_DYNAMIC_DISPATCH(start_full)(x, count, mean, deviation, noise);
}

void advance_full(std::span<double> x, std::size_t count, PathEntropy entropy, std::span<const PathStep> steps,
                  const PathSettings& settings, const LaneNoise& noise) {
    if (count > 0) HWY_DYNAMIC_DISPATCH(advance_full_double)(x, count, entropy, steps, settings, noise);
}

void advance_full(std::span<float> x, std::size_t count, PathEntropy entropy, std::span<const PathStep> steps,
                  const PathSettings& settings, const LaneNoise& noise) {
    if (count > 0) HWY_DYNAMIC_DISPATCH(advance_full_single)(x, count, entropy, steps, settings, noise);
}

void axis_projection(std::span<const double> x, std::size_t count, std::span<double> a) {
    const std::size_t dimension = count > 0 ? x.size() / count : 0;
    const double inverse_root = 1 / std::sqrt(static_cast<double>(dimension));
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < dimension; ++j) sum += x[j * count + i];
        a[i] = sum * inverse_root;
    }
}

void transverse_squares(std::span<const double> x, std::size_t count, std::span<const double> a, std::span<double> square) {
    const std::size_t dimension = count > 0 ? x.size() / count : 0;
    const double inverse_root = 1 / std::sqrt(static_cast<double>(dimension));
    for (std::size_t i = 0; i < count; ++i) {
        const double along = a[i] * inverse_root;
        double sum = 0;
        for (std::size_t j = 0; j < dimension; ++j) sum += (x[j * count + i] - along) * (x[j * count + i] - along);
        square[i] = sum;
    }
}

}  // namespace gdm
#endif
