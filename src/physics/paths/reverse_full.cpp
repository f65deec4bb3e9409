#include "gdm/physics/paths/reverse_full.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/reverse_full.cpp"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/reverse_step-inl.hpp"

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

/// One vector of trajectories with its scratch: state, the second normals of a pair of steps, and Heun's intermediate
/// values.
struct FullVector {
    std::size_t dimension;
    double inverse_root;
    double* state;
    double* spare_normal;
    double* base;
    double* predictor;
};

template <class D>
HWY_INLINE hn::Vec<D> projection(D d, const double* coordinates, const FullVector& v) {
    auto sum = hn::Zero(d);
    for (std::size_t j = 0; j < v.dimension; ++j) sum = hn::Add(sum, hn::Load(d, coordinates + j * hn::Lanes(d)));
    return hn::Mul(sum, hn::Set(d, v.inverse_root));
}

/// The normal of coordinate j: even steps draw a block and keep its second half for the odd step that follows.
template <class D>
HWY_INLINE hn::Vec<D> next_normal(D d, const FullVector& v, std::size_t j, const LaneNoise& noise, uint32_t index,
                                  bool first, hn::Vec<BitsTag<D>> sample) {
    double* spare = v.spare_normal + j * hn::Lanes(d);
    if (index % 2 == 1 && !first) return hn::Load(d, spare);
    hn::Vec<D> a, b;
    const uint32_t word = index / 2 * static_cast<uint32_t>(v.dimension) + static_cast<uint32_t>(j);
    normal_pair(d, philox(d, noise.key, noise.draw, word, sample), a, b);
    hn::Store(b, d, spare);
    return index % 2 == 1 ? b : a;
}

template <Scheme scheme, class D>
HWY_INLINE void take_full_step(D d, const FullVector& v, const ReverseStep& step, const LaneNoise& noise, uint32_t index,
                               bool first, hn::Vec<BitsTag<D>> sample) {
    const std::size_t lanes = hn::Lanes(d);
    const auto a = projection(d, v.state, v);
    hn::Vec<D> pull;
    if constexpr (scheme == Scheme::exact) {
        const uint32_t word = index / 2 * static_cast<uint32_t>(v.dimension);
        const auto block = philox(d, noise.key, noise.draw | class_draw_bit, word, sample);
        const auto u = index % 2 == 0 ? uniform(d, block.word[0], block.word[1]) : uniform(d, block.word[2], block.word[3]);
        pull = hn::Mul(hn::Set(d, step.coupling * v.inverse_root), draw_class(d, a, step.slope, u));
    } else {
        pull = hn::Mul(hn::Set(d, step.coupling * v.inverse_root), tanh(d, hn::Mul(hn::Set(d, step.slope), a)));
    }
    const auto linear = hn::Set(d, step.linear);
    const auto deviation = hn::Set(d, step.noise);
    for (std::size_t j = 0; j < v.dimension; ++j) {
        double* at = v.state + j * lanes;
        const auto x = hn::Load(d, at);
        const auto z = next_normal(d, v, j, noise, index, first, sample);
        const auto start = hn::MulAdd(linear, x, pull);
        if constexpr (scheme == Scheme::exact) {
            hn::Store(hn::MulAdd(deviation, z, start), d, at);
        } else if constexpr (scheme == Scheme::euler_maruyama) {
            hn::Store(hn::MulAdd(deviation, z, hn::Add(x, start)), d, at);
        } else {
            const auto kicked = hn::MulAdd(deviation, z, x);
            hn::Store(hn::MulAdd(hn::Set(d, 0.5), start, kicked), d, v.base + j * lanes);
            hn::Store(hn::Add(kicked, start), d, v.predictor + j * lanes);
        }
    }
    if constexpr (scheme == Scheme::heun) {
        const auto end_a = projection(d, v.predictor, v);
        const auto end_pull =
            hn::Mul(hn::Set(d, step.end_coupling * v.inverse_root), tanh(d, hn::Mul(hn::Set(d, step.end_slope), end_a)));
        for (std::size_t j = 0; j < v.dimension; ++j) {
            const auto predicted = hn::Load(d, v.predictor + j * lanes);
            const auto end = hn::MulAdd(hn::Set(d, step.end_linear), predicted, end_pull);
            hn::Store(hn::MulAdd(hn::Set(d, 0.5), end, hn::Load(d, v.base + j * lanes)), d, v.state + j * lanes);
        }
    }
}

template <Scheme scheme>
void advance_block(std::span<double> x, std::size_t count, std::span<const ReverseStep> steps, const LaneNoise& noise) {
    const DoubleTag d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t dimension = x.size() / count;
    const auto scratch = hwy::AllocateAligned<double>(4 * dimension * lanes);
    const FullVector v{dimension,
                       1 / std::sqrt(static_cast<double>(dimension)),
                       scratch.get(),
                       scratch.get() + dimension * lanes,
                       scratch.get() + 2 * dimension * lanes,
                       scratch.get() + 3 * dimension * lanes};
    for (std::size_t i = 0; i < count; i += lanes) {
        const auto sample = sample_lanes(d, noise.first_sample + static_cast<uint32_t>(i));
        for (std::size_t j = 0; j < dimension; ++j)
            hn::Store(load_up_to(d, x.data() + j * count + i, count - i), d, v.state + j * lanes);
        for (std::size_t s = 0; s < steps.size(); ++s)
            take_full_step<scheme>(d, v, steps[s], noise, noise.first_step + static_cast<uint32_t>(s), s == 0, sample);
        for (std::size_t j = 0; j < dimension; ++j)
            store_up_to(d, hn::Load(d, v.state + j * lanes), x.data() + j * count + i, count - i);
    }
}

void advance_full(std::span<double> x, std::size_t count, std::span<const ReverseStep> steps, Scheme scheme,
                  const LaneNoise& noise) {
    switch (scheme) {
        case Scheme::euler_maruyama:
            advance_block<Scheme::euler_maruyama>(x, count, steps, noise);
            break;
        case Scheme::heun:
            advance_block<Scheme::heun>(x, count, steps, noise);
            break;
        case Scheme::exact:
            advance_block<Scheme::exact>(x, count, steps, noise);
            break;
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(start_full);
HWY_EXPORT(advance_full);

void start_full(std::span<double> x, std::size_t count, double mean, double deviation, const LaneNoise& noise) {
    if (count > 0) HWY_DYNAMIC_DISPATCH(start_full)(x, count, mean, deviation, noise);
}

void advance_full(std::span<double> x, std::size_t count, std::span<const ReverseStep> steps, Scheme scheme,
                  const LaneNoise& noise) {
    if (count > 0) HWY_DYNAMIC_DISPATCH(advance_full)(x, count, steps, scheme, noise);
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
