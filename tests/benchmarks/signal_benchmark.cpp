/// A layer of signals in random networks without weights, beside the 2 width normal numbers of each network alone, which no
/// such layer can do without.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "signal_benchmark.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "best_seconds.hpp"
#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/noise_key.hpp"
#include "gdm/physics/networks/random_networks.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The normal numbers that a layer draws; their sum, so that none is left out.
double layer_normals(const NoiseKey& key, std::uint32_t layer, std::size_t width, std::size_t networks) {
    using SignalPack = Pack<DoubleTag, 2>;
    const PhiloxKeys keys(key);
    const auto zero = hn::Zero(DoubleTag());
    SignalPack sum{{zero, zero}};
    for (std::size_t column = 0; column < networks; column += 2 * hn::Lanes(DoubleTag())) {
        const PackSamples<2> samples(DoubleTag(), static_cast<std::uint32_t>(column));
        for (std::size_t unit = 0; unit < width; unit += 2) {
            SignalPack normal[4];
            block_normals(keys, static_cast<std::uint32_t>(unit / 2), layer, samples, normal);
            sum = sum + (normal[0] + normal[1]) + (normal[2] + normal[3]);
        }
    }
    return hn::GetLane(hn::SumOfLanes(DoubleTag(), hn::Add(sum.v[0], sum.v[1])));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(layer_normals);

namespace {

void layers(benchmark::State& state) {
    const auto activation = static_cast<Activation>(state.range(0));
    const auto width = static_cast<std::size_t>(state.range(1)), networks = static_cast<std::size_t>(state.range(2));
    const RandomStream random(1, 0);
    const NoiseKey key(random, Purpose::couplings);
    RandomNetworks signals({activation, 2, activation == Activation::relu ? 0 : 0.1}, Architecture::mlp, 1, width, networks,
                           1, 0.5);
    for (auto _ : state) signals.advance(random);
    std::uint32_t layer = 0;
    const double limit = best_seconds(
        20, [&] { benchmark::DoNotOptimize(HWY_DYNAMIC_DISPATCH(layer_normals)(key, ++layer, width, networks)); });
    const double taken = best_seconds(20, [&] { signals.advance(random); });
    state.SetLabel(std::string(activation_words[activation]));
    state.counters["ns_unit"] = taken * 1e9 / static_cast<double>(width * networks);
    state.counters["ns_normals"] = limit * 1e9 / static_cast<double>(width * networks);
    state.counters["of_limit"] = limit / taken;
}
BENCHMARK(layers)->ArgsProduct({{0, 1, 2, 3}, {128, 1024}, {32}})->MinTime(0.02);

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
#endif
