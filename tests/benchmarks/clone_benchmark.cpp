// Time of one step of one trajectory (`time/step`; full: of one coordinate) in clone experiments as phase_diagram runs them,
// all else included: starts, copies, moments, class probabilities. path_kernel_benchmark times the steps alone.

#include <benchmark/benchmark.h>

#include <vector>

#include "gdm/base/instruction_set.hpp"
#include "gdm/physics/paths/clone_experiment.hpp"
#include "gdm/physics/paths/path_plan.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0, 0.02, 0.08, 0.18, 0.32, 0.5, 0.72, 0.98, 1.28, 1.62, 2, 2.42, 2.88};

void clones(benchmark::State& state, Integrator integrator, Precision precision, double d, Method method) {
    CloneExperiment experiment{.mixture = {1, 0.5, d}, .method = method, .precision = precision, .duration = 3};
    experiment.settings.integrator = integrator;
    experiment.settings.dt = 0.06;
    const PathPlan plan = make_path_plan(experiment.mixture, times, experiment.duration, experiment.settings);
    auto steps = static_cast<double>(plan.steps.size());
    for (const std::size_t reached : plan.reached) steps += static_cast<double>(plan.steps.size() - reached);
    std::uint32_t replica = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(run_clone_experiment(experiment, times, RandomStream(1, replica++), Stop()));
    state.SetLabel(instruction_set());
    state.counters["time/step"] =
        benchmark::Counter(steps * static_cast<double>(experiment.samples) * (method == Method::full ? d : 1),
                           benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr auto in_double = Precision::double_lanes, in_single = Precision::single_lanes;
BENCHMARK_CAPTURE(clones, heun_double, Integrator::heun, in_double, 1, Method::reduced);
BENCHMARK_CAPTURE(clones, heun_single, Integrator::heun, in_single, 1, Method::reduced);
BENCHMARK_CAPTURE(clones, euler_maruyama_double, Integrator::euler_maruyama, in_double, 1, Method::reduced);
BENCHMARK_CAPTURE(clones, euler_maruyama_single, Integrator::euler_maruyama, in_single, 1, Method::reduced);
BENCHMARK_CAPTURE(clones, full_heun_double, Integrator::heun, in_double, 16, Method::full);
BENCHMARK_CAPTURE(clones, full_heun_single, Integrator::heun, in_single, 16, Method::full);

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
