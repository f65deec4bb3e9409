#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <cstdlib>

/// Runs the benchmarks of a program. GDM_BENCHMARK_AVX2=1: as on a processor without AVX-512.
int main(int count, char** arguments) {
    if (std::getenv("GDM_BENCHMARK_AVX2") != nullptr) {
        hwy::SetSupportedTargetsForTest(HWY_AVX2);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
}
