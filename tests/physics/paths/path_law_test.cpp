#include "gdm/physics/paths/path_law.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/path_block.hpp"
#include "gdm/physics/paths/sample_distance.hpp"

namespace gdm {
namespace {

constexpr Integrator all_integrators[] = {
    Integrator::euler_maruyama, Integrator::heun,      Integrator::exponential, Integrator::exact,
    Integrator::flow_euler,     Integrator::flow_heun, Integrator::flow_rk4,    Integrator::flow_exponential};

struct Path {
    PathSettings settings;
    std::vector<PathStep> steps;
    double duration = 0;
};

Path path_of(const GaussianMixture& mixture, Integrator integrator, double duration, double dt,
             TimeGrid grid = TimeGrid::uniform) {
    Path path{{.direction = Direction::reverse, .integrator = integrator, .grid = grid, .dt = dt}, {}, duration};
    append_path_steps(mixture, duration, 0, path.settings, path.steps);
    return path;
}

PathLaw law_of(const GaussianMixture& mixture, const Path& path, StartState start = StartState::exact) {
    return law_of_path(mixture, path.duration, start, path.steps, path.settings);
}

TEST(PathLaw, ExactKernelKeepsTheLaw) {
    for (const GaussianMixture mixture : {GaussianMixture{1, 1, 1}, GaussianMixture{1, 0.05, 1}, GaussianMixture{0.5, 4, 8}})
        for (const TimeGrid grid : {TimeGrid::uniform, TimeGrid::clock}) {
            const PathLaw law = law_of(mixture, path_of(mixture, Integrator::exact, 3, 0.2, grid));
            EXPECT_LT(law.w2_squared, 1e-14) << mixture.sigma2;
            EXPECT_LT(law.ks, 1e-8);
            EXPECT_NEAR(law.axis_abs, mixture.axis_abs(0), 1e-3 * mixture.axis_abs(0));
            EXPECT_NEAR(law.axis_2, mixture.axis_2(0), 1e-9 * mixture.axis_2(0));
            EXPECT_NEAR(law.axis_4, mixture.axis_4(0), 1e-9 * mixture.axis_4(0));
        }
}

TEST(PathLaw, OneGaussianFollowsTheLinearRecursion) {
    const GaussianMixture mixture{0, 0.3, 1};
    for (const Integrator integrator : all_integrators)
        for (const StartState start : {StartState::exact, StartState::noise}) {
            const Path path = path_of(mixture, integrator, 2, 0.1);
            const PathLaw law = law_of(mixture, path, start);
            const double from = start == StartState::exact ? mixture.variance(2) : 1;
            const double deviation = std::sqrt(path_transverse_variance(from, path.steps, path.settings));
            EXPECT_NEAR(law.axis_2, deviation * deviation, 1e-9);
            EXPECT_NEAR(law.axis_4, 3 * std::pow(deviation, 4), 1e-9);
            EXPECT_NEAR(std::sqrt(law.w2_squared), std::abs(deviation - std::sqrt(0.3)), 1e-7);
            // sup |Φ(a/s) − Φ(a/s′)| lies at a² = ln(s′²/s²)/(1/s² − 1/s′²).
            const double s2 = deviation * deviation;
            if (std::abs(s2 - 0.3) < 1e-6) continue;
            const double at = std::sqrt(std::log(s2 / 0.3) / (1 / 0.3 - 1 / s2));
            EXPECT_NEAR(law.ks, std::abs(std::erf(at / std::sqrt(2 * s2)) - std::erf(at / std::sqrt(0.6))) / 2,
                        1e-3 * law.ks);
        }
}

TEST(PathLaw, SamplesOfEveryIntegratorFollowIt) {
    constexpr std::size_t n = 200000;
    for (const GaussianMixture mixture : {GaussianMixture{1, 1, 1}, GaussianMixture{0.7, 0.3, 2}, GaussianMixture{1, 3, 1}})
        for (const Integrator integrator : all_integrators) {
            const Path path = path_of(mixture, integrator, 2, 0.25);
            const PathLaw law = law_of(mixture, path, StartState::noise);
            const RandomStream stream(17, 2);
            PathBlock block(Precision::double_lanes, n);
            block.start(mixture, 2, StartState::noise, {NoiseKey(stream, Purpose::initial_state)});
            block.advance(path.steps, path.settings, {NoiseKey(stream, Purpose::noise)}, false, false);
            SCOPED_TRACE(testing::Message() << int(integrator) << ' ' << mixture.sigma2);
            RunningMoments abs, second, fourth;
            for (const double a : block.axis()) abs.add(std::abs(a)), second.add(a * a), fourth.add(a * a * a * a);
            EXPECT_NEAR(abs.mean(), law.axis_abs, 4 * abs.standard_error() + 1e-3 * law.axis_abs);
            EXPECT_NEAR(second.mean(), law.axis_2, 4 * second.standard_error());
            EXPECT_NEAR(fourth.mean(), law.axis_4, 4 * fourth.standard_error());
            std::vector<double> sorted(block.axis().begin(), block.axis().end());
            const double ks = ks_distance(sorted, [&](double a) { return mixture.axis_distribution(a, 0); });
            EXPECT_NEAR(ks, law.ks, 4 / std::sqrt(double(n)));
            std::sort(sorted.begin(), sorted.end());
            // |W₂(sample) − W₂(law)| ≤ W₂(sample, law), which is about the distance of a perfect sample.
            EXPECT_NEAR(std::sqrt(sample_w2_squared(sorted, mixture, 0)), std::sqrt(law.w2_squared),
                        4 * std::sqrt(expected_w2_squared(mixture, 0, n)));
        }
}

TEST(PathLaw, FoldedFlowsAreOrdered) {
    // One Euler step of a single Gaussian multiplies by 1 + h (1 − 1/Γ) = −b < 0.
    const GaussianMixture mixture{0, 0.2, 1};
    Path path{{.integrator = Integrator::flow_euler}, {}, 0.05};
    path.steps = {path_step(mixture, 0.05, 0, path.settings)};
    path.steps[0].start.linear = -1.5;
    const PathLaw law = law_of(mixture, path);
    const double deviation = 0.5 * std::sqrt(mixture.variance(0.05));
    EXPECT_NEAR(std::sqrt(law.w2_squared), std::abs(deviation - std::sqrt(0.2)), 2e-3);
    EXPECT_NEAR(law.axis_2, deviation * deviation, 1e-9);
}

TEST(PathLaw, IsUnknownWhereTheCorrectorFolds) {
    const GaussianMixture mixture{1, 0.01, 1};
    EXPECT_TRUE(std::isnan(law_of(mixture, path_of(mixture, Integrator::heun, 2, 0.1)).w2_squared));
    EXPECT_TRUE(std::isfinite(law_of(mixture, path_of(mixture, Integrator::heun, 2, 0.1, TimeGrid::clock)).w2_squared));
}

TEST(PathLaw, TransverseVarianceOfTheExactKernelIsTheTargets) {
    const GaussianMixture mixture{1, 0.4, 5};
    const Path path = path_of(mixture, Integrator::exact, 2, 0.3);
    EXPECT_NEAR(path_transverse_variance(mixture.variance(2), path.steps, path.settings), 0.4, 1e-14);
}

}  // namespace
}  // namespace gdm
