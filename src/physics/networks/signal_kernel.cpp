#include "physics/networks/signal_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/networks/signal_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/physics/networks/activation_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr std::size_t signal_pack = 2;
using SignalPack = Pack<DoubleTag, signal_pack>;

HWY_INLINE SignalPack load_row(const double* from) {
    SignalPack row;
    for (std::size_t k = 0; k < signal_pack; ++k) row.v[k] = hn::LoadU(DoubleTag(), from + k * hn::Lanes(DoubleTag()));
    return row;
}
HWY_INLINE void store_row(const SignalPack& row, double* to) {
    for (std::size_t k = 0; k < signal_pack; ++k) hn::StoreU(row.v[k], DoubleTag(), to + k * hn::Lanes(DoubleTag()));
}

template <Activation activation, bool residual>
HWY_INLINE void pass_columns(const SignalLayer& layer, const PhiloxKeys& keys, std::size_t column) {
    const PackSamples<signal_pack> samples(DoubleTag(), static_cast<uint32_t>(column));
    const SignalPack root = load_row(layer.root + column), slope = load_row(layer.slope + column),
                     rest = load_row(layer.rest + column), tangent_slope = load_row(layer.tangent_slope + column),
                     tangent_rest = load_row(layer.tangent_rest + column);
    const SignalPack zero = each<DoubleTag, signal_pack>([](auto x) { return hn::Sub(x, x); }, root);
    SignalPack sums[signal_sums] = {zero, zero, zero, zero, zero}, unit_sums[signal_sums] = {zero, zero, zero, zero, zero};
    const auto pass = [&](std::size_t unit, const SignalPack& first, const SignalPack& second) HWY_ATTR {
        SignalPack u = root * first, d = fma(slope, first, rest * second),
                   t = fma(tangent_slope, first, tangent_rest * second);
        if constexpr (residual) {
            const std::size_t at = unit * layer.networks + column;
            u = u + load_row(layer.u + at);
            d = d + load_row(layer.d + at);
            t = t + each<DoubleTag, signal_pack>([](auto x, auto norm) { return hn::Div(x, norm); }, load_row(layer.t + at),
                                                 load_row(layer.tangent_norm + column));
            store_row(u, layer.u + at);
            store_row(d, layer.d + at);
            store_row(t, layer.t + at);
            unit_sums[0] = fma(u, u, unit_sums[0]);
            unit_sums[1] = fma(u, d, unit_sums[1]);
            unit_sums[2] = fma(d, d, unit_sums[2]);
            unit_sums[3] = fma(u, t, unit_sums[3]);
            unit_sums[4] = fma(t, t, unit_sums[4]);
        }
        SignalPack value, derivative, difference;
        activation_lanes<activation>(u, d, value, derivative, difference);
        const SignalPack tangent = derivative * t;
        sums[0] = fma(value, value, sums[0]);
        sums[1] = fma(value, difference, sums[1]);
        sums[2] = fma(difference, difference, sums[2]);
        sums[3] = fma(value, tangent, sums[3]);
        sums[4] = fma(tangent, tangent, sums[4]);
    };
    for (std::size_t unit = 0; unit < layer.width; unit += 2) {
        SignalPack normal[4];
        block_normals(keys, static_cast<uint32_t>(unit / 2), layer.layer, samples, normal);
        pass(unit, normal[0], normal[1]);
        if (unit + 1 < layer.width) pass(unit + 1, normal[2], normal[3]);
    }
    for (std::size_t i = 0; i < signal_sums; ++i) {
        store_row(sums[i], layer.sums + i * layer.networks + column);
        if constexpr (residual) store_row(unit_sums[i], layer.unit_sums + i * layer.networks + column);
    }
}

template <Activation activation>
void pass_all(const SignalLayer& layer) {
    const PhiloxKeys keys(layer.key);
    const std::size_t together = signal_pack * hn::Lanes(DoubleTag());
    for (std::size_t column = 0; column < layer.networks; column += together) {
        if (layer.u == nullptr) {
            pass_columns<activation, false>(layer, keys, column);
        } else {
            pass_columns<activation, true>(layer, keys, column);
        }
    }
}

void pass_signal(const SignalLayer& layer) {
    switch (layer.activation) {
        case Activation::tanh:
            return pass_all<Activation::tanh>(layer);
        case Activation::erf:
            return pass_all<Activation::erf>(layer);
        case Activation::relu:
            return pass_all<Activation::relu>(layer);
        case Activation::linear:
            return pass_all<Activation::linear>(layer);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(pass_signal);

void pass_signal_layer(const SignalLayer& layer) { HWY_DYNAMIC_DISPATCH(pass_signal)(layer); }

}  // namespace gdm
#endif
