#include "gdm/physics/networks/convolution_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/networks/convolution_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/physics/networks/float_activation_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

template <class Lanes, bool linear>
void activate_rows(const ConvolutionShape& shape, const SignalFields& from, SignalFields& to) {
    const FloatTag d;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const float *h = from.h.row(channel), *difference = from.d.row(channel), *v = from.v.row(channel);
        float *to_h = to.h.row(channel), *to_d = to.d.row(channel), *to_v = to.v.row(channel);
        for (std::size_t site = 0; site < shape.sites; site += hn::Lanes(d)) {
            const auto one = Lanes::template of<linear>(hn::LoadU(d, h + site), hn::LoadU(d, difference + site));
            hn::StoreU(one.value, d, to_h + site);
            hn::StoreU(one.difference, d, to_d + site);
            hn::StoreU(hn::Mul(one.slope, hn::LoadU(d, v + site)), d, to_v + site);
        }
    }
}

void activate_here(const ConvolutionShape& shape, bool linear, const SignalFields& from, SignalFields& to) {
    const auto rows = shape.activation == Activation::tanh
                          ? (linear ? activate_rows<TanhLanes, true> : activate_rows<TanhLanes, false>)
                          : (linear ? activate_rows<ErfLanes, true> : activate_rows<ErfLanes, false>);
    rows(shape, from, to);
}

/// Normals of blocks (draw 0, step) of samples 0 … : number j of a sample's four stands at j · samples + sample.
void draw_normals(const NoiseKey& key, uint32_t step, std::size_t samples, float* normals) {
    const PhiloxKeys keys(key);
    constexpr std::size_t n = 2;
    const std::size_t together = n * hn::Lanes(FloatTag());
    for (std::size_t sample = 0; sample < samples; sample += together) {
        Pack<FloatTag, n> normal[4];
        block_normals(keys, 0, step, FloatPackSamples<n>(FloatTag(), static_cast<uint32_t>(sample)), normal);
        for (std::size_t j = 0; j < 4; ++j)
            store_pack(normal[j], normals + j * samples + sample, std::min(together, samples - sample));
    }
}

struct LargestLanes {
    SignalVec d, v;
};

/// `outputs` channels from `first` on, of one vector of sites: three fields of four channels fill the registers.
template <std::size_t outputs>
HWY_INLINE void convolve_vector(const ConvolutionShape& shape, const float* weights, std::size_t first, std::size_t site,
                                const SignalFields& from, SignalFields& to, LargestLanes& largest) {
    const FloatTag tag;
    const std::size_t row = shape.channels * shape.kernel, reach = shape.kernel / 2;
    const float* const bias = weights + shape.channels * row + first;
    SignalVec h[outputs], d[outputs], v[outputs];
    for (std::size_t o = 0; o < outputs; ++o) h[o] = constant(bias[o]), d[o] = v[o] = constant(0);
    const float* weight = weights + first * row;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const float *from_h = from.h.row(channel) + site - reach, *from_d = from.d.row(channel) + site - reach,
                    *from_v = from.v.row(channel) + site - reach;
        for (std::size_t j = 0; j < shape.kernel; ++j, ++weight) {
            const auto x = hn::LoadU(tag, from_h + j), y = hn::LoadU(tag, from_d + j), z = hn::LoadU(tag, from_v + j);
#pragma GCC unroll 4
            for (std::size_t o = 0; o < outputs; ++o) {
                const auto w = constant(weight[o * row]);
                h[o] = hn::MulAdd(w, x, h[o]);
                d[o] = hn::MulAdd(w, y, d[o]);
                v[o] = hn::MulAdd(w, z, v[o]);
            }
        }
    }
    for (std::size_t o = 0; o < outputs; ++o) {
        hn::StoreU(h[o], tag, to.h.row(first + o) + site);
        hn::StoreU(d[o], tag, to.d.row(first + o) + site);
        hn::StoreU(v[o], tag, to.v.row(first + o) + site);
        largest.d = hn::Max(largest.d, hn::Abs(d[o]));
        largest.v = hn::Max(largest.v, hn::Abs(v[o]));
    }
}

LargestSignals over_lanes(const LargestLanes& largest) {
    return {hn::GetLane(hn::MaxOfLanes(FloatTag(), largest.d)), hn::GetLane(hn::MaxOfLanes(FloatTag(), largest.v))};
}

LargestSignals convolve_here(const ConvolutionShape& shape, std::span<const float> weights, const SignalFields& from,
                             SignalFields& to) {
    LargestLanes largest{constant(0), constant(0)};
    // In tiles whose inputs stay in the first two caches while all channels are made of them.
    constexpr std::size_t tile = 256;
    for (std::size_t begin = 0; begin < shape.sites; begin += tile) {
        const std::size_t end = std::min(begin + tile, shape.sites);
        std::size_t first = 0;
        for (; first + 4 <= shape.channels; first += 4)
            for (std::size_t site = begin; site < end; site += hn::Lanes(FloatTag()))
                convolve_vector<4>(shape, weights.data(), first, site, from, to, largest);
        for (; first < shape.channels; ++first)
            for (std::size_t site = begin; site < end; site += hn::Lanes(FloatTag()))
                convolve_vector<1>(shape, weights.data(), first, site, from, to, largest);
    }
    return over_lanes(largest);
}

LargestSignals convolve_independent_here(const ConvolutionShape& shape, const NoiseKey& key, uint32_t layer,
                                         const SignalFields& from, SignalFields& to) {
    const FloatTag tag;
    constexpr std::size_t n = 2;
    const std::size_t lanes = hn::Lanes(tag), numbers = shape.numbers(), reach = shape.kernel / 2;
    const PhiloxKeys keys(key);
    std::vector<float> drawn((numbers + 3) / 4 * 4 * n * lanes);
    const auto deviation = constant(shape.weight_deviation);
    LargestLanes largest{constant(0), constant(0)};
    for (std::size_t site = 0; site < shape.sites; site += n * lanes) {
        const FloatPackSamples<n> samples(tag, static_cast<uint32_t>(site));
        for (std::size_t block = 0; 4 * block < numbers; ++block) {
            Pack<FloatTag, n> normal[4];
            block_normals(keys, static_cast<uint32_t>(block), layer, samples, normal);
            for (std::size_t j = 0; j < 4; ++j)
                for (std::size_t k = 0; k < n; ++k)
                    hn::StoreU(normal[j].v[k], tag, drawn.data() + ((4 * block + j) * n + k) * lanes);
        }
        for (std::size_t k = 0; k < n; ++k) {
            const auto number = [&](std::size_t i) HWY_ATTR { return hn::LoadU(tag, drawn.data() + (i * n + k) * lanes); };
            const std::size_t at = site + k * lanes;
            for (std::size_t output = 0, i = 0; output < shape.channels; ++output) {
                const auto bias = number(numbers - shape.channels + output);
                auto h = constant(0), d = constant(0), v = constant(0);
                for (std::size_t channel = 0; channel < shape.channels; ++channel) {
                    for (std::size_t j = 0; j < shape.kernel; ++j, ++i) {
                        const std::size_t place = at + j - reach;
                        const auto w = number(i);
                        h = hn::MulAdd(w, hn::LoadU(tag, from.h.row(channel) + place), h);
                        d = hn::MulAdd(w, hn::LoadU(tag, from.d.row(channel) + place), d);
                        v = hn::MulAdd(w, hn::LoadU(tag, from.v.row(channel) + place), v);
                    }
                }
                h = hn::MulAdd(deviation, h, hn::Mul(constant(shape.bias_deviation), bias));
                d = hn::Mul(deviation, d), v = hn::Mul(deviation, v);
                hn::StoreU(h, tag, to.h.row(output) + at);
                hn::StoreU(d, tag, to.d.row(output) + at);
                hn::StoreU(v, tag, to.v.row(output) + at);
                largest.d = hn::Max(largest.d, hn::Abs(d));
                largest.v = hn::Max(largest.v, hn::Abs(v));
            }
        }
    }
    return over_lanes(largest);
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(activate_here);
HWY_EXPORT(draw_normals);
HWY_EXPORT(convolve_here);
HWY_EXPORT(convolve_independent_here);

void ChannelField::close_ring(std::size_t reach) {
    for (std::size_t first = margin; first < values_.size(); first += stride()) {
        float* const at = values_.data() + first;
        for (std::size_t k = 1; k <= reach; ++k) *(at - k) = at[sites_ - k];
        std::copy_n(at, reach, at + sites_);
    }
}

void activate(const ConvolutionShape& shape, bool linear, const SignalFields& from, SignalFields& to) {
    HWY_DYNAMIC_DISPATCH(activate_here)(shape, linear, from, to);
    for (ChannelField* field : {&to.h, &to.d, &to.v}) field->close_ring(shape.kernel / 2);
}

void draw_weights(const ConvolutionShape& shape, const NoiseKey& key, std::uint32_t layer, std::vector<float>& weights) {
    const std::size_t numbers = shape.numbers(), samples = (numbers + 3) / 4;
    weights.resize(4 * samples);
    HWY_DYNAMIC_DISPATCH(draw_normals)(key, layer, samples, weights.data());
    for (std::size_t i = 0; i < numbers; ++i)
        weights[i] *= i < numbers - shape.channels ? shape.weight_deviation : shape.bias_deviation;
}

LargestSignals convolve(const ConvolutionShape& shape, std::span<const float> weights, const SignalFields& from,
                        SignalFields& to) {
    return HWY_DYNAMIC_DISPATCH(convolve_here)(shape, weights, from, to);
}

LargestSignals convolve_independent(const ConvolutionShape& shape, const NoiseKey& key, std::uint32_t layer,
                                    const SignalFields& from, SignalFields& to) {
    return HWY_DYNAMIC_DISPATCH(convolve_independent_here)(shape, key, layer, from, to);
}

}  // namespace gdm
#endif
