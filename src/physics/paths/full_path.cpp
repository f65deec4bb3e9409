#include "gdm/physics/paths/full_path.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/full_path.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/full_lanes-inl.hpp"

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
            if (midpoint) add_pack<V>(pack.midpoint_entropy(cast[s]), entropy.midpoint.data() + i, length);
            if (unbiased) add_pack<V>(pack.unbiased_entropy(cast[s], place), entropy.unbiased.data() + i, length);
            pack.finish_step();
        }
        pack.store(x.data() + i, count, length);
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
