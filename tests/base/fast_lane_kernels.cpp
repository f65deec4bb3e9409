#include "fast_lane_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast_lane_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "gdm/base/fast_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

template <class D>
using LaneBits = hn::TFromD<BitsTag<D>>;

/// f of four vectors at a time; `in` and `out` have room for whole packs.
template <class D, class In, class F>
void map_packs(const In* in, hn::TFromD<D>* out, size_t n, F f) {
    const D d;
    for (size_t i = 0; i < n; i += 4 * hn::Lanes(d)) {
        Pack<D, 4> x;
        for (size_t k = 0; k < 4; ++k) x.v[k] = hn::LoadU(d, in + i + k * hn::Lanes(d));
        const Pack<D, 4> y = f(x);
        for (size_t k = 0; k < 4; ++k) hn::StoreU(y.v[k], d, out + i + k * hn::Lanes(d));
    }
}

template <class D>
Pack<BitsTag<D>, 4> load_words(const uint32_t* words) {
    const D d;
    Pack<BitsTag<D>, 4> pack;
    HWY_ALIGN LaneBits<D> buffer[HWY_MAX_BYTES / sizeof(LaneBits<D>)];
    for (size_t k = 0; k < 4; ++k) {
        for (size_t l = 0; l < hn::Lanes(d); ++l) buffer[l] = words[k * hn::Lanes(d) + l];
        pack.v[k] = hn::Load(BitsTag<D>(), buffer);
    }
    return pack;
}

template <class D>
void functions_of_words(const LaneWords& words, LaneValues<hn::TFromD<D>>& out) {
    const D d;
    const auto store = [&](const Pack<D, 4>& pack, hn::TFromD<D>* to) {
        for (size_t k = 0; k < 4; ++k) hn::StoreU(pack.v[k], d, to + k * hn::Lanes(d));
    };
    for (size_t i = 0; i < words.word.size(); i += 4 * hn::Lanes(d)) {
        const auto word = load_words<D>(words.word.data() + i), further = load_words<D>(words.further.data() + i);
        store(minus_two_log(radius_places<D>(word, further)), out.square.data() + i);
        Pack<D, 4> sine, cosine;
        sine_cosine(word, sine, cosine);
        store(sine, out.sine.data() + i);
        store(cosine, out.cosine.data() + i);
        store(uniform_of(word), out.uniform.data() + i);
    }
}
void double_of_words(const LaneWords& words, LaneValues<double>& out) { functions_of_words<DoubleTag>(words, out); }
void single_of_words(const LaneWords& words, LaneValues<float>& out) { functions_of_words<FloatTag>(words, out); }

template <class D>
void function_of_reals(RealFunction which, const hn::TFromD<D>* x, hn::TFromD<D>* y, size_t n) {
    if (which == RealFunction::exp2) return map_packs<D>(x, y, n, [](const Pack<D, 4>& v) { return exp2_of(v); });
    map_packs<D>(x, y, n, [](const Pack<D, 4>& v) { return tanh_of_scaled(v); });
}
void double_of_reals(RealFunction which, const double* x, double* y, size_t n) {
    function_of_reals<DoubleTag>(which, x, y, n);
}
void single_of_reals(RealFunction which, const float* x, float* y, size_t n) {
    if (which != RealFunction::exp2_lanes) return function_of_reals<FloatTag>(which, x, y, n);
    map_packs<FloatTag>(x, y, n, [](const Pack<FloatTag, 4>& v) { return exp2_lanes(v); });
}

template <class D, class Samples>
void normals(const NoiseKey& key, uint32_t step, uint32_t first_sample, hn::TFromD<D>* z, size_t n) {
    const D d;
    const size_t length = 4 * hn::Lanes(d);
    HWY_ALIGN hn::TFromD<D> buffer[4 * HWY_MAX_BYTES / sizeof(hn::TFromD<D>)];
    for (size_t i = 0; i < n; i += length) {
        Pack<D, 4> normal[4];
        const PhiloxKeys keys(key);
        const Samples samples(d, first_sample + static_cast<uint32_t>(i));
        const PackWords<D, 4> words = pack_words(keys, 0, step, samples);
        for (uint32_t pair = 0; pair < 2; ++pair)
            pair_normals<D, 4>(keys, 0, step, samples, pair, words.word[2 * pair], words.word[2 * pair + 1],
                               normal[2 * pair], normal[2 * pair + 1]);
        for (size_t j = 0; j < 4; ++j) {
            for (size_t k = 0; k < 4; ++k) hn::Store(normal[j].v[k], d, buffer + k * hn::Lanes(d));
            std::copy_n(buffer, std::min(length, n - i), z + j * n + i);
        }
    }
}
void double_normals(const NoiseKey& key, uint32_t step, uint32_t first_sample, double* z, size_t n) {
    normals<DoubleTag, PackSamples<4>>(key, step, first_sample, z, n);
}
void single_normals(const NoiseKey& key, uint32_t step, uint32_t first_sample, float* z, size_t n) {
    normals<FloatTag, FloatPackSamples<4>>(key, step, first_sample, z, n);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(double_of_words);
HWY_EXPORT(single_of_words);
HWY_EXPORT(double_of_reals);
HWY_EXPORT(single_of_reals);
HWY_EXPORT(double_normals);
HWY_EXPORT(single_normals);

void lane_values(const LaneWords& words, LaneValues<double>& out) {
    out.resize(words.word.size());
    HWY_DYNAMIC_DISPATCH(double_of_words)(words, out);
}
void lane_values(const LaneWords& words, LaneValues<float>& out) {
    out.resize(words.word.size());
    HWY_DYNAMIC_DISPATCH(single_of_words)(words, out);
}
void lane_values(RealFunction which, std::span<const double> x, std::span<double> y) {
    HWY_DYNAMIC_DISPATCH(double_of_reals)(which, x.data(), y.data(), x.size());
}
void lane_values(RealFunction which, std::span<const float> x, std::span<float> y) {
    HWY_DYNAMIC_DISPATCH(single_of_reals)(which, x.data(), y.data(), x.size());
}
void lane_normals(const NoiseKey& key, std::uint32_t step, std::uint32_t first_sample, std::span<double> z) {
    HWY_DYNAMIC_DISPATCH(double_normals)(key, step, first_sample, z.data(), z.size() / 4);
}
void lane_normals(const NoiseKey& key, std::uint32_t step, std::uint32_t first_sample, std::span<float> z) {
    HWY_DYNAMIC_DISPATCH(single_normals)(key, step, first_sample, z.data(), z.size() / 4);
}

}  // namespace gdm
#endif
