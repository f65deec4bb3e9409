// Weighs N points for 256 states at 40 times, and its parts: make it with the preset ci, then
//     build/release/tests/condensation-benchmark
// `products`: the inner products alone, in GFLOP/s; `exponentials`: exp and sum of as many numbers, in ns each; `whole`: N
// points drawn, multiplied and weighed. `blas`: the same products by the BLAS that is linked (OpenBLAS where it is found).
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "gdm/physics/condensation_theory.hpp"
#include "gdm/physics/empirical_weights.hpp"
#include "gdm/physics/gibbs_weights.hpp"
#include "gdm/physics/packed_product.hpp"

#ifdef GDM_BENCHMARK_BLAS
extern "C" void cblas_sgemm(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
#endif

namespace {

constexpr std::size_t states = 256;
constexpr std::size_t slots = 1024;

std::vector<float> normals(std::size_t n) {
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float& value : values) value = normal(engine);
    return values;
}

void products(benchmark::State& state) {
    const auto d = static_cast<std::size_t>(state.range(0));
    const auto rows = 2 * 96;
    const auto tiles = normals(rows * d), panels = normals(slots * d);
    std::vector<float> out(rows * slots);
    for (auto _ : state) {
        gdm::multiply_packed(tiles, panels, d, out);
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * rows * slots * static_cast<double>(d), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(products)->Arg(64)->Arg(256)->Arg(1024)->Arg(4096);

#ifdef GDM_BENCHMARK_BLAS
void blas(benchmark::State& state) {
    const auto d = static_cast<int>(state.range(0));
    const auto columns = static_cast<int>(state.range(1));
    const int rows = 2 * states;
    const auto a = normals(static_cast<std::size_t>(rows) * d), b = normals(static_cast<std::size_t>(columns) * d);
    std::vector<float> out(static_cast<std::size_t>(rows) * columns);
    for (auto _ : state) {
        cblas_sgemm(101, 111, 111, rows, columns, d, 1, a.data(), d, b.data(), columns, 0, out.data(), columns);
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * rows * columns * static_cast<double>(d), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(blas)->ArgsProduct({{64, 256, 1024}, {1024, 16384}});
#endif

/// exp and sum over every slot, nothing left out: all energies within a few of the reference.
void exponentials(benchmark::State& state) {
    auto distances = normals(slots), projections = normals(slots);
    for (float& distance : distances) distance = std::abs(distance);
    const std::vector<gdm::WeightTime> times(40, {0.5f, 0.5f});
    std::vector<gdm::WeightStream> streams(times.size());
    for (auto _ : state) {
        gdm::add_weights({.distances = distances, .projections = projections, .boundary = 512}, times, 60, streams);
        benchmark::DoNotOptimize(streams.data());
    }
    state.counters["ns"] =
        benchmark::Counter(1e-9 * slots * 40, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(exponentials);

void draws(benchmark::State& state) {
    const auto d = static_cast<std::size_t>(state.range(0));
    const auto set = gdm::sampled_training_set(1008, d, gdm::RandomStream(1, 0));
    gdm::PackedBlock block;
    for (auto _ : state) set->load(0, block);
    state.counters["ns"] = benchmark::Counter(1e-9 * 1008 * static_cast<double>(d),
                                              benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(draws)->Arg(64);

/// Times from 0.2 to 2 of the condensation time.
void whole(benchmark::State& state) {
    const std::size_t d = 64;
    const std::uint64_t n = 1u << state.range(0);
    const gdm::GaussianMixture mixture{1, 1, static_cast<double>(d)};
    const double t_c = gdm::t_c_published(mixture, std::log(static_cast<double>(n)));
    std::vector<double> times;
    for (int k = 0; k < 40; ++k) times.push_back(t_c * (0.2 + 1.8 * k / 39));
    const auto set = gdm::sampled_training_set(n, d, gdm::RandomStream(1, 0));
    const gdm::WeighingPlan plan{mixture.axis_mean(), 1, gdm::StateKind::planted, states};
    for (auto _ : state)
        benchmark::DoNotOptimize(
            gdm::weigh_training_set(*set, plan, times, gdm::RandomStream(1, 0), gdm::Stop()).sums.data());
    state.counters["ns_per_pair"] = benchmark::Counter(
        1e-9 * static_cast<double>(n * states), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(whole)->Arg(16)->Arg(20)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
