// Time of one step of one trajectory (`time/step`), d = 1, reverse, Euler–Maruyama with the environment entropy, in both
// precisions, beside plain scalar loops and beside what the arithmetic alone would take (`limit`, see vector_operations).

#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <cmath>
#include <random>
#include <vector>

#include "gdm/base/instruction_set.hpp"
#include "gdm/physics/paths/path_kernel.hpp"
#include "vector_throughput.hpp"

namespace gdm {
namespace {

constexpr std::size_t block = 512;
const GaussianMixture mixture{1, 1, 1};

enum Rules { none, midpoint, unbiased, both };

std::vector<PathStep> path(const PathSettings& settings) {
    std::vector<PathStep> steps;
    const bool forward = settings.direction == Direction::forward;
    append_path_steps(mixture, forward ? 0 : 10, forward ? 10 : 0, settings, steps);
    return steps;
}

void report(benchmark::State& state, std::size_t steps) {
    state.SetLabel(instruction_set());
    state.counters["time/step"] = benchmark::Counter(
        static_cast<double>(block * steps), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class Real>
void lanes(benchmark::State& state, Direction direction, Integrator integrator, Rules rules) {
    const PathSettings settings{.direction = direction, .integrator = integrator, .dt = 0.01};
    const auto steps = path(settings);
    const LaneNoise noise{NoiseKey(RandomStream(1, 0), Purpose::noise)};
    std::vector<Real> a(block, Real(0.1));
    std::vector<double> by_midpoint(block), by_ratio(block);
    PathEntropy entropy;
    if (rules == midpoint || rules == both) entropy.midpoint = by_midpoint;
    if (rules == unbiased || rules == both) entropy.unbiased = by_ratio;
    for (auto _ : state) {
        advance_paths(std::span<Real>(a), entropy, steps, settings, noise);
        benchmark::DoNotOptimize(a.data());
        benchmark::DoNotOptimize(by_ratio.data());
    }
    report(state, steps.size());
}

void double_lanes(benchmark::State& state, Direction direction, Integrator integrator, Rules rules) {
    lanes<double>(state, direction, integrator, rules);
}
void single_lanes(benchmark::State& state, Direction direction, Integrator integrator, Rules rules) {
    lanes<float>(state, direction, integrator, rules);
}

/// The same program as one would write it first: the library's tanh and normals, one trajectory at a time.
template <class Real>
void plain_scalar(benchmark::State& state) {
    const auto steps = path({.dt = 0.01});
    std::mt19937_64 generator(1);
    std::normal_distribution<Real> normal;
    std::vector<Real> a(block, Real(0.1));
    std::vector<double> entropy(block);
    const auto weigh = [](const DriftWeights& w, Real x) {
        return static_cast<Real>(w.linear) * x + static_cast<Real>(w.coupling) * std::tanh(static_cast<Real>(w.slope) * x);
    };
    for (auto _ : state) {
        for (std::size_t i = 0; i < block; ++i)
            for (const PathStep& step : steps) {
                const Real f = weigh(step.start, a[i]);
                const Real after = a[i] + f + static_cast<Real>(step.noise) * normal(generator);
                const Real b = weigh(step.backward, after);
                entropy[i] += (2 * (after - a[i]) * (f + b) + b * b - f * f) * static_cast<Real>(step.half_inverse_variance);
                a[i] = after;
            }
        benchmark::DoNotOptimize(entropy.data());
    }
    report(state, steps.size());
}

/// How many independent fused multiply-adds of a full vector this core does in a nanosecond, now. The kernel needs 63 vector
/// operations a step in double and 68 in single precision with AVX-512 (Philox 14 and 28, normals 23 and 18, score, step and
/// entropy 26 and 22), 72 and 81 with AVX2 (17 and 36, 25 and 19, 30 and 26), as counted in the machine code; divisions and
/// square roots count as one. `limit` is their time if nothing else waited.
void vector_operations(benchmark::State& state, double with_avx512, double otherwise, std::size_t lane_bytes) {
    const double operations = vector_bytes() == 64 ? with_avx512 : otherwise;
    for (auto _ : state) benchmark::DoNotOptimize(multiply_adds(100000));
    const double lanes = static_cast<double>(vector_bytes() / lane_bytes);
    state.SetLabel(instruction_set());
    state.counters["limit"] =
        benchmark::Counter(multiply_adds_of(100000) * lanes / operations,
                           benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr auto reverse = Direction::reverse;
constexpr auto forward = Direction::forward;
constexpr auto euler = Integrator::euler_maruyama;
BENCHMARK_CAPTURE(vector_operations, double, 63, 72, 8);
BENCHMARK_CAPTURE(vector_operations, single, 68, 81, 4);
BENCHMARK_CAPTURE(double_lanes, reverse_entropy, reverse, euler, unbiased);
BENCHMARK_CAPTURE(single_lanes, reverse_entropy, reverse, euler, unbiased);
BENCHMARK(plain_scalar<double>)->Name("plain_scalar/double");
BENCHMARK(plain_scalar<float>)->Name("plain_scalar/single");
BENCHMARK_CAPTURE(double_lanes, reverse_no_entropy, reverse, euler, none);
BENCHMARK_CAPTURE(single_lanes, reverse_no_entropy, reverse, euler, none);
BENCHMARK_CAPTURE(double_lanes, reverse_both_rules, reverse, euler, both);
BENCHMARK_CAPTURE(single_lanes, reverse_both_rules, reverse, euler, both);
BENCHMARK_CAPTURE(double_lanes, forward_entropy, forward, euler, unbiased);
BENCHMARK_CAPTURE(single_lanes, forward_entropy, forward, euler, unbiased);
BENCHMARK_CAPTURE(double_lanes, heun, reverse, Integrator::heun, none);
BENCHMARK_CAPTURE(single_lanes, heun, reverse, Integrator::heun, none);
BENCHMARK_CAPTURE(double_lanes, exact, reverse, Integrator::exact, none);
BENCHMARK_CAPTURE(single_lanes, exact, reverse, Integrator::exact, none);
BENCHMARK_CAPTURE(double_lanes, flow_rk4, reverse, Integrator::flow_rk4, none);

}  // namespace
}  // namespace gdm
