/// Gibbs steps of a restricted Boltzmann machine of 784 visible and 500 hidden units, 512 chains at once, on one core: make
/// it with the preset ci, then build/release/tests/rbm-benchmark. `gibbs`: both layers drawn; `products`: their fields
/// alone; `plain`: the same by plain C++; `blas`: the two products alone by the BLAS that is linked. All in GFLOP/s of the
/// two products, 4 · 784 · 500 · 512 in a step. `epoch`: one of persistent contrastive divergence at the shape of
/// scikit-learn's digits, 1,797 rows of 64 units in batches of 10, 256 hidden units. See rbm.py.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm_training.hpp"

#ifdef GDM_BENCHMARK_BLAS
extern "C" void cblas_sgemm(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
#endif

namespace gdm {
namespace {

constexpr std::size_t visible = 784, hidden = 500, chains = 512;
const RandomStream stream(1, 0);

Rbm random_machine() {
    Rbm machine{visible, hidden, std::vector<double>(visible * hidden), std::vector<double>(visible, -0.5),
                std::vector<double>(hidden, 0)};
    RandomSequence random(stream, Purpose::test);
    for (double& weight : machine.weights) weight = 0.05 * random.normal();
    return machine;
}

void count(benchmark::State& state) {
    state.counters["GFLOP/s"] =
        benchmark::Counter(4e-9 * visible * hidden * chains, benchmark::Counter::kIsIterationInvariantRate);
}

void gibbs(benchmark::State& state) {
    const GibbsKernel kernel(random_machine());
    UnitPanels v(visible, chains), h(hidden, chains);
    std::uint32_t step = 0;
    for (auto _ : state) kernel.step(v, h, {stream, step++});
    count(state);
}

void products(benchmark::State& state) {
    const GibbsKernel kernel(random_machine());
    UnitPanels v(visible, chains), h(hidden, chains), start(visible, chains);
    kernel.step(start, h, {stream, 0});
    for (auto _ : state) {
        kernel.fields(RbmLayer::hidden, start, h);
        kernel.fields(RbmLayer::visible, h, v);
        benchmark::DoNotOptimize(v.values().data());
    }
    count(state);
}

/// As one would write it: chains one after the other, inner loops along rows of memory.
void plain(benchmark::State& state) {
    const Rbm machine = random_machine();
    std::vector<float> weights(machine.weights.begin(), machine.weights.end()), turned(weights.size());
    for (std::size_t i = 0; i < visible; ++i)
        for (std::size_t j = 0; j < hidden; ++j) turned[j * visible + i] = weights[i * hidden + j];
    std::vector<float> v(visible * chains), h(hidden * chains);
    RandomSequence random(stream, Purpose::test);
    const auto layer = [&](const std::vector<float>& from, std::vector<float>& to, const std::vector<float>& w,
                           std::size_t n, std::size_t m, float bias) {
        std::vector<float> field(m);
        for (std::size_t c = 0; c < chains; ++c) {
            std::fill(field.begin(), field.end(), bias);
            for (std::size_t i = 0; i < n; ++i) {
                const float x = from[c * n + i];
                for (std::size_t j = 0; j < m; ++j) field[j] += x * w[i * m + j];
            }
            for (std::size_t j = 0; j < m; ++j) to[c * m + j] = random.uniform() < 1 / (1 + std::exp(-field[j])) ? 1.f : 0.f;
        }
    };
    for (auto _ : state) {
        layer(v, h, weights, visible, hidden, 0);
        layer(h, v, turned, hidden, visible, -0.5f);
    }
    count(state);
}

#ifdef GDM_BENCHMARK_BLAS
void blas(benchmark::State& state) {
    const Rbm machine = random_machine();
    const std::vector<float> weights(machine.weights.begin(), machine.weights.end());
    std::vector<float> v(visible * chains, 1), h(hidden * chains, 1);
    const int n = visible, m = hidden, c = chains;
    for (auto _ : state) {
        cblas_sgemm(101, 111, 111, c, m, n, 1, v.data(), n, weights.data(), m, 0, h.data(), m);
        cblas_sgemm(101, 111, 112, c, n, m, 1e-3f, h.data(), m, weights.data(), m, 0, v.data(), n);
        benchmark::DoNotOptimize(v.data());
    }
    count(state);
}
BENCHMARK(blas)->Unit(benchmark::kMillisecond);
#endif

void epoch(benchmark::State& state) {
    BinaryData data{64, std::vector<std::uint8_t>(1797 * 64)};
    RandomSequence random(stream, Purpose::test);
    for (auto& unit : data.units) unit = static_cast<std::uint8_t>(random.bits() >> 63);
    RbmTraining training(data, 256, 0.01, {.method = TrainingMethod::pcd, .rate = 0.1, .batch = 10}, stream);
    for (auto _ : state)
        for (int update = 0; update < 180; ++update) training.update();
}

BENCHMARK(gibbs)->Unit(benchmark::kMillisecond);
BENCHMARK(products)->Unit(benchmark::kMillisecond);
BENCHMARK(plain)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(epoch)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
