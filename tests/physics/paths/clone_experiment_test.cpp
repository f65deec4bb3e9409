#include "gdm/physics/paths/clone_experiment.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/clone_agreement.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0, 0.05, 0.2, 0.5, 1, 2};

PathSettings steps_of(Integrator integrator, double dt = 0.1) {
    return {.integrator = integrator, .grid = TimeGrid::clock, .dt = dt};
}
const PathSettings exact = steps_of(Integrator::exact);

/// Means and standard errors over replicas.
struct Summary {
    std::vector<RunningMoments> axis_abs, axis_2, axis_4, by_class, by_sign;
    RunningMoments transverse_2;
    std::vector<double> histogram;
};

Summary repeat(const CloneExperiment& experiment, std::uint32_t replicas, std::uint64_t key) {
    Summary summary;
    for (auto* all : {&summary.axis_abs, &summary.axis_2, &summary.axis_4, &summary.by_class, &summary.by_sign})
        all->resize(times.size());
    summary.histogram.assign(experiment.quality_bins, 0);
    for (std::uint32_t r = 0; r < replicas; ++r) {
        const CloneResults results = run_clone_experiment(experiment, times, RandomStream(key, r), Stop());
        for (std::size_t k = 0; k < times.size(); ++k) {
            summary.axis_abs[k].add(results.axis_abs[k]);
            summary.axis_2[k].add(results.axis_2[k]);
            summary.axis_4[k].add(results.axis_4[k]);
            summary.by_class[k].add(results.agreement_by_class[k]);
            summary.by_sign[k].add(results.agreement_by_sign[k]);
        }
        summary.transverse_2.add(results.transverse_2);
        for (std::size_t b = 0; b < summary.histogram.size(); ++b) summary.histogram[b] += results.quality_histogram[b];
    }
    return summary;
}

void expect_near(const RunningMoments& measured, double theory, double allowance, const char* what) {
    EXPECT_NEAR(measured.mean(), theory, 4 * measured.standard_error() + allowance) << what;
}

void expect_theory(const Summary& summary, const GaussianMixture& mixture, double bias) {
    for (std::size_t k = 0; k < times.size(); ++k) {
        SCOPED_TRACE(testing::Message() << "sigma2 " << mixture.sigma2 << " t " << times[k]);
        const double t = times[k];
        expect_near(summary.axis_abs[k], mixture.axis_abs(t), bias * mixture.axis_abs(t), "abs");
        expect_near(summary.axis_2[k], mixture.axis_2(t), bias * mixture.axis_2(t), "second");
        expect_near(summary.axis_4[k], mixture.axis_4(t), 2 * bias * mixture.axis_4(t), "fourth");
        expect_near(summary.by_class[k], clone_agreement_by_class(mixture, t), bias + 1e-5, "class");
        expect_near(summary.by_sign[k], clone_agreement_by_sign(mixture, t), bias + 1e-5, "sign");
    }
    if (mixture.d > 1) expect_near(summary.transverse_2, mixture.sigma2, bias * mixture.sigma2, "transverse");
}

TEST(CloneExperiment, AgreesWithBothTheories) {
    for (const GaussianMixture mixture : {GaussianMixture{1, 1, 1}, GaussianMixture{0.3, 0.05, 16},
                                          GaussianMixture{0.5, 3, 4}, GaussianMixture{0.1, 0.7, 1}}) {
        expect_theory(repeat({.mixture = mixture, .settings = exact, .samples = 2048}, 30, 1), mixture, 0);
        expect_theory(repeat({.mixture = mixture, .settings = steps_of(Integrator::heun, 0.05), .samples = 2048}, 30, 2),
                      mixture, 2e-3);
    }
}

TEST(CloneExperiment, EulerMaruyamaConverges) {
    const GaussianMixture mixture{1, 0.5, 4};
    expect_theory(
        repeat({.mixture = mixture, .settings = steps_of(Integrator::euler_maruyama, 0.005), .samples = 1024}, 16, 3),
        mixture, 0.01);
    const auto coarse =
        repeat({.mixture = mixture, .settings = steps_of(Integrator::euler_maruyama, 0.1), .samples = 1024}, 16, 3);
    EXPECT_GT(coarse.transverse_2.mean(), 1.04 * mixture.sigma2);  // the bias is there to be seen
}

TEST(CloneExperiment, SinglePrecisionAgrees) {
    const GaussianMixture mixture{0.5, 0.2, 4};
    for (const Integrator integrator : {Integrator::heun, Integrator::exact})
        expect_theory(repeat({.mixture = mixture,
                              .settings = steps_of(integrator, 0.05),
                              .precision = Precision::single_lanes,
                              .samples = 2048},
                             30, 9),
                      mixture, integrator == Integrator::heun ? 2e-3 : 0);
}

TEST(CloneExperiment, TheExactKernelTakesOneStepFromTimeToTime) {
    // So dt changes nothing; the others take the grid they are given.
    CloneExperiment experiment{.mixture = {0.4, 0.3, 3}, .settings = exact, .samples = 64};
    const auto of = [&] { return run_clone_experiment(experiment, times, RandomStream(2, 0), Stop()).axis_abs; };
    const auto reference = of();
    experiment.settings.dt = 0.001;
    EXPECT_EQ(of(), reference);
    experiment.settings = steps_of(Integrator::heun, 0.1);
    const auto on_clock = of();
    experiment.settings.grid = TimeGrid::uniform;
    EXPECT_NE(of(), on_clock);
}

TEST(CloneExperiment, FullDynamicsAgree) {
    const GaussianMixture mixture{0.4, 0.3, 4};
    expect_theory(repeat({.mixture = mixture, .method = Method::full, .settings = exact, .samples = 1024}, 20, 4), mixture,
                  0);
    expect_theory(
        repeat({.mixture = mixture, .method = Method::full, .settings = steps_of(Integrator::heun, 0.05), .samples = 1024},
               20, 5),
        mixture, 2e-3);
}

TEST(CloneExperiment, GenerationDoesNotFailAboveSigmaSquaredTwo) {
    // Yu and Huang expect sampling to fail for σ² > 2 (III.C); the exact reverse process preserves p_t there as anywhere.
    for (const Integrator integrator : {Integrator::heun, Integrator::exact}) {
        const GaussianMixture mixture{1, 3, 1};
        const auto summary =
            repeat({.mixture = mixture, .settings = steps_of(integrator, 0.05), .duration = 4, .samples = 4096}, 16, 6);
        const double total = 16 * 4096;
        double chi2 = 0;
        for (const double count : summary.histogram) chi2 += (count - total / 32) * (count - total / 32) / (total / 32);
        EXPECT_LT(chi2, 61.1);  // 31 degrees of freedom, p = 0.001
        EXPECT_NEAR(summary.axis_2[0].mean(), 4, 4 * summary.axis_2[0].standard_error());
    }
    // From white noise instead of p_T, the error left is that of the start, of order e^{−2T}.
    const auto noise = repeat({.mixture = {1, 3, 1},
                               .settings = steps_of(Integrator::heun, 0.05),
                               .start = StartState::noise,
                               .duration = 6,
                               .samples = 4096},
                              16, 7);
    EXPECT_NEAR(noise.axis_2[0].mean(), 4, 4 * noise.axis_2[0].standard_error());
    const CloneExperiment early{
        .mixture = {1, 3, 1}, .settings = exact, .start = StartState::noise, .duration = 1, .samples = 20000};
    const std::vector<double> end = {0};
    EXPECT_LT(run_clone_experiment(early, end, RandomStream(8, 0), Stop()).axis_2[0], 3.85);
}

TEST(CloneExperiment, BlocksAndOrderOfTimesLeaveNoTrace) {
    for (const Method method : {Method::reduced, Method::full})
        for (const Integrator integrator : {Integrator::heun, Integrator::exponential, Integrator::exact})
            for (const Precision precision : {Precision::double_lanes, Precision::single_lanes}) {
                CloneExperiment experiment{.mixture = {0.4, 0.3, 3},
                                           .method = method,
                                           .settings = steps_of(integrator),
                                           .precision = precision,
                                           .samples = 150};
                const CloneResults reference = run_clone_experiment(experiment, times, RandomStream(2, 0), Stop());
                const std::vector<double> reversed(times.rbegin(), times.rend());
                for (const std::size_t length : {1u, 7u, 64u, 149u, 150u}) {
                    experiment.block_length = length;
                    const CloneResults results = run_clone_experiment(experiment, reversed, RandomStream(2, 0), Stop());
                    for (std::size_t k = 0; k < times.size(); ++k) {
                        const std::size_t mirror = times.size() - 1 - k;
                        EXPECT_EQ(results.axis_abs[mirror], reference.axis_abs[k]);
                        EXPECT_EQ(results.axis_4[mirror], reference.axis_4[k]);
                        EXPECT_EQ(results.agreement_by_class[mirror], reference.agreement_by_class[k]);
                        EXPECT_EQ(results.agreement_by_sign[mirror], reference.agreement_by_sign[k]);
                    }
                    EXPECT_EQ(results.transverse_2, reference.transverse_2);
                    EXPECT_EQ(results.quality_histogram, reference.quality_histogram);
                }
            }
}

TEST(CloneExperiment, TransverseVarianceRemembersItsStart) {
    // A million dimensions make the χ² variable sharp; a start at t = 0.3 is not forgotten at 0.
    const std::vector<double> end = {0};
    CloneExperiment experiment{.mixture = {0.001, 0.5, 1e6}, .settings = exact, .duration = 0.3, .samples = 64};
    EXPECT_NEAR(run_clone_experiment(experiment, end, RandomStream(1, 0), Stop()).transverse_2, 0.5, 5e-4);
    experiment.start = StartState::noise;
    const double gain = path_step(experiment.mixture, 0.3, 0, exact).start.linear;
    const double expected = 0.5 + gain * gain * (1 - experiment.mixture.variance(0.3));
    EXPECT_NEAR(run_clone_experiment(experiment, end, RandomStream(1, 0), Stop()).transverse_2, expected, 5e-4);
    EXPECT_GT(expected, 0.55);
}

TEST(CloneExperiment, StopsBetweenBlocks) {
    const std::atomic<bool> requested = true;
    EXPECT_THROW((void)run_clone_experiment({.mixture = {1, 1, 1}}, times, RandomStream(1, 0), Stop(&requested)), Stopped);
}

}  // namespace
}  // namespace gdm
