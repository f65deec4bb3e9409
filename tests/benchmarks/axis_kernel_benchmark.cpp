// Time of one step of one trajectory (`time/step`): the lane kernels for each scheme, beside plain scalar loops of
// Euler–Maruyama as one would write them first.

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "gdm/base/instruction_set.hpp"
#include "gdm/physics/paths/reverse_axis.hpp"
#include "gdm/physics/paths/reverse_full.hpp"

namespace gdm {
namespace {

constexpr std::size_t block = 512;
constexpr std::size_t steps_in_path = 64;
const GaussianMixture mixture{1, 0.5, 1};

std::vector<ReverseStep> path(Scheme scheme) {
    std::vector<ReverseStep> steps;
    for (std::size_t k = 0; k < steps_in_path; ++k) {
        const double t = 2 - static_cast<double>(k) * 2 / steps_in_path;
        steps.push_back(reverse_step(mixture, t, t - 2.0 / steps_in_path, scheme));
    }
    return steps;
}

void report(benchmark::State& state, double coordinates = 1) {
    state.SetLabel(instruction_set());
    state.counters["time/step"] =
        benchmark::Counter(static_cast<double>(block * steps_in_path) * coordinates,
                           benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void lanes(benchmark::State& state, Scheme scheme) {
    const auto steps = path(scheme);
    const LaneNoise noise{NoiseKey(RandomStream(1, 0), Purpose::noise)};
    std::vector<double> a(block, 0.1);
    for (auto _ : state) {
        advance_axis(a, steps, scheme, noise);
        benchmark::DoNotOptimize(a.data());
    }
    report(state);
}

void full_dimensions(benchmark::State& state, Scheme scheme) {
    constexpr std::size_t d = 16;
    const auto steps = path(scheme);
    const LaneNoise noise{NoiseKey(RandomStream(1, 0), Purpose::noise)};
    std::vector<double> x(d * block, 0.1);
    for (auto _ : state) {
        advance_full(x, block, steps, scheme, noise);
        benchmark::DoNotOptimize(x.data());
    }
    report(state, d);
}

/// Euler–Maruyama as one would write it first: the library's tanh and normals of `next_normal`, one trajectory at a time.
template <class Normal>
void plain_loop(benchmark::State& state, Normal next_normal) {
    const auto steps = path(Scheme::euler_maruyama);
    std::vector<double> a(block, 0.1);
    for (auto _ : state) {
        for (double& x : a)
            for (const ReverseStep& step : steps)
                x += step.linear * x + step.coupling * std::tanh(step.slope * x) + step.noise * next_normal();
        benchmark::DoNotOptimize(a.data());
    }
    report(state);
}

void plain_mersenne_twister(benchmark::State& state) {
    std::mt19937_64 generator(1);
    std::normal_distribution<double> normal;
    plain_loop(state, [&] { return normal(generator); });
}

void plain_philox(benchmark::State& state) {
    RandomSequence sequence(RandomStream(1, 0), Purpose::noise);
    plain_loop(state, [&] { return sequence.normal(); });
}

BENCHMARK_CAPTURE(lanes, euler_maruyama, Scheme::euler_maruyama);
BENCHMARK_CAPTURE(lanes, heun, Scheme::heun);
BENCHMARK_CAPTURE(lanes, exact, Scheme::exact);
BENCHMARK_CAPTURE(full_dimensions, euler_maruyama_per_coordinate, Scheme::euler_maruyama);
BENCHMARK_CAPTURE(full_dimensions, heun_per_coordinate, Scheme::heun);
BENCHMARK(plain_mersenne_twister);
BENCHMARK(plain_philox);

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
