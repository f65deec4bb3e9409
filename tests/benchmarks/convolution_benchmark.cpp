/// A layer of a convolutional network with shared weights, beside what its multiply-adds (of the widest vectors, none
/// waiting for memory) and its activations (in the first cache) take alone, and beside plain C++ in single precision.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "best_seconds.hpp"
#include "gdm/physics/networks/convolutional_signal.hpp"
#include "vector_throughput.hpp"

namespace gdm {
namespace {

ConvolutionalNetwork network_of(std::size_t channels, std::size_t sites) {
    return {.channels = channels, .sites = sites, .weight_variance = 2.5, .bias_variance = 0.1};
}

/// What multiply-adds and activations of a layer take at least.
double least_seconds(std::size_t channels, std::size_t sites) {
    constexpr std::size_t rounds = 50000;
    const double one = best_seconds(10, [] { benchmark::DoNotOptimize(multiply_adds(rounds)); }) / multiply_adds_of(rounds);
    const auto numbers = static_cast<double>(3 * channels * channels * 3 * sites);
    const double products = numbers * one * sizeof(float) / static_cast<double>(vector_bytes());
    const ConvolutionShape shape{.channels = 1, .sites = 512};
    SignalFields from(1, 512), to(1, 512);
    for (std::size_t i = 0; i < 512; ++i) from.h.row(0)[i] = from.d.row(0)[i] = std::sin(static_cast<float>(i));
    const double activations = best_seconds(5000, [&] { activate(shape, false, from, to); });
    return products + activations * static_cast<double>(channels * sites) / 512;
}

void layers(benchmark::State& state) {
    const auto channels = static_cast<std::size_t>(state.range(0)), sites = static_cast<std::size_t>(state.range(1));
    const RandomStream random(1, 0);
    ConvolutionalSignal signal(network_of(channels, sites), 1, 1, random);
    for (auto _ : state) signal.step(random);
    const double layer = best_seconds(100, [&] { signal.step(random); });
    state.counters["ns_site"] = layer * 1e9 / static_cast<double>(sites);
    state.counters["of_limit"] = least_seconds(channels, sites) / layer;
}
BENCHMARK(layers)->Args({4, 1024})->Args({8, 256})->Args({8, 1024})->Args({8, 4096})->Args({16, 1024});

/// The same three signals, a site after the other, with std::tanh; the compiler may use lanes along the sites.
void plain_layers(benchmark::State& state) {
    const auto C = static_cast<std::size_t>(state.range(0)), L = static_cast<std::size_t>(state.range(1)), stride = L + 2;
    std::vector<float> h(C * stride, 0.5f), other(C * stride, 0.4f), v(C * stride, 1.f), a(h), b(h), t(h);
    std::vector<float> weights(C * C * 3);
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] = std::sin(static_cast<float>(i)) / std::sqrt(static_cast<float>(C));
    const auto layer = [&] {
        for (std::size_t i = 0; i < h.size(); ++i) {
            a[i] = std::tanh(h[i]), b[i] = std::tanh(other[i]), t[i] = v[i] * (1 - a[i] * a[i]);
        }
        for (std::size_t c = 0; c < C; ++c) {
            float *x = &h[c * stride + 1], *y = &other[c * stride + 1], *z = &v[c * stride + 1];
            for (std::size_t i = 0; i < L; ++i) x[i] = 0.1f, y[i] = 0.1f, z[i] = 0;
            for (std::size_t from = 0; from < C; ++from) {
                for (std::size_t j = 0; j < 3; ++j) {
                    const float w = weights[(c * C + from) * 3 + j];
                    const float *p = &a[from * stride + j], *q = &b[from * stride + j], *r = &t[from * stride + j];
                    for (std::size_t i = 0; i < L; ++i) x[i] += w * p[i], y[i] += w * q[i], z[i] += w * r[i];
                }
            }
        }
        benchmark::ClobberMemory();
    };
    for (auto _ : state) layer();
    state.counters["ns_site"] = best_seconds(10, layer) * 1e9 / static_cast<double>(L);
}
BENCHMARK(plain_layers)->Args({8, 1024});

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
