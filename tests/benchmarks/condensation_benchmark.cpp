// Weighs N points for 256 states at 40 times, and its parts: make it with the preset ci, then
//     build/release/tests/condensation-benchmark
// `products`: the inner products alone, in GFLOP/s; `blas`: the same by the BLAS that is linked (OpenBLAS where it is found;
// on some processors it needs OPENBLAS_CORETYPE to choose the right kernel). `exponentials_alone`: exp and one sum, in ns a
// number, as `weights` takes it and (`nearest`) as other kernels do; `weights`: all that is kept of a weight. `whole`: N
// points drawn, multiplied and weighed, in ns a pair of state and point; its bound is 4 d flops at the rate of the products
// and 40 exponentials alone. With GDM_BENCHMARK_AVX2=1 in the environment as on a processor without AVX-512.
#include <benchmark/benchmark.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "benchmarks/condensation_benchmark.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/exp2_from_below-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// exp and sum alone, the bound of what a weight can cost.
template <class Exponential>
HWY_INLINE float sum_of(const float* values, std::size_t n, Exponential exponential) {
    const FloatTag d;
    Pack<FloatTag, 4> sum{{hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)}};
    for (std::size_t i = 0; i < n; i += 4 * hn::Lanes(d)) {
        Pack<FloatTag, 4> x;
        each_place<4>([&](auto k) HWY_ATTR { x.v[k] = hn::LoadU(d, values + i + k * hn::Lanes(d)); });
        sum = sum + exponential(x);
    }
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum.v[0], sum.v[1]), hn::Add(sum.v[2], sum.v[3]))));
}

float sum_from_below(const float* values, std::size_t n) {
    return sum_of(values, n, [](const auto& x) HWY_ATTR { return exp2_from_below(x); });
}
float sum_from_nearest(const float* values, std::size_t n) {
    return sum_of(values, n, [](const auto& x) HWY_ATTR { return exp2_lanes(x); });
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <hwy/aligned_allocator.h>

#include <cmath>
#include <random>
#include <vector>

#include "gdm/physics/weights/condensation_theory.hpp"
#include "gdm/physics/weights/empirical_weights.hpp"
#include "gdm/physics/weights/gibbs_weights.hpp"
#include "gdm/physics/weights/packed_product.hpp"

#ifdef GDM_BENCHMARK_BLAS
extern "C" void cblas_sgemm(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
#endif

namespace gdm {
HWY_EXPORT(sum_from_below);
HWY_EXPORT(sum_from_nearest);
}  // namespace gdm

namespace {

constexpr std::size_t states = 256;
constexpr std::size_t slots = 2048;

std::vector<float> normals(std::size_t n) {
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float& value : values) value = normal(engine);
    return values;
}

void products(benchmark::State& state) {
    const auto d = static_cast<std::size_t>(state.range(0));
    const auto rows = 2 * 48;
    const auto tiles = normals(rows * d), panels = normals(slots * d);
    std::vector<float> out(rows * slots);
    for (auto _ : state) {
        gdm::multiply_packed(tiles, panels, d, out);
        benchmark::DoNotOptimize(out.data());
    }
    state.counters["GFLOP/s"] =
        benchmark::Counter(2e-9 * rows * slots * static_cast<double>(d), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(products)->Arg(64)->Arg(256)->Arg(1024);

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

void exponentials_alone(benchmark::State& state, bool nearest) {
    const auto values = normals(slots);
    const auto sum = nearest ? HWY_DYNAMIC_DISPATCH(gdm::sum_from_nearest) : HWY_DYNAMIC_DISPATCH(gdm::sum_from_below);
    for (auto _ : state) benchmark::DoNotOptimize(sum(values.data(), slots));
    state.counters["ns"] =
        benchmark::Counter(1e-9 * slots, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(exponentials_alone, from_below, false);
BENCHMARK_CAPTURE(exponentials_alone, nearest, true);

/// exp and sums over every slot, nothing left out: all energies within a few of the reference.
void weights(benchmark::State& state) {
    const auto memory = hwy::AllocateAligned<float>(2 * slots);  // as in weigh_training_set
    const std::span distances(memory.get(), slots), projections(memory.get() + slots, slots);
    const auto values = normals(2 * slots);
    for (std::size_t i = 0; i < slots; ++i) distances[i] = std::abs(values[i]), projections[i] = values[slots + i];
    const gdm::WeightTimes times(std::vector<gdm::WeightTime>(40, {0.5f, 0.5f}));
    std::vector<gdm::WeightStream> streams(times.size());
    for (auto _ : state) {
        gdm::add_weights({.distances = distances, .projections = projections, .boundary = slots / 2}, times, 60, streams);
        benchmark::DoNotOptimize(streams.data());
    }
    state.counters["ns"] =
        benchmark::Counter(1e-9 * slots * 40, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(weights);

void draws(benchmark::State& state) {
    const auto d = static_cast<std::size_t>(state.range(0));
    const auto set = gdm::sampled_training_set(2032, d, gdm::RandomStream(1, 0));
    gdm::PackedBlock block;
    for (auto _ : state) set->load(0, block);
    state.counters["ns"] = benchmark::Counter(1e-9 * 2032 * static_cast<double>(d),
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
#endif  // HWY_ONCE
