#include "gdm/physics/paths/path_block.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/path_law.hpp"

namespace gdm {
namespace {

constexpr Precision both_precisions[] = {Precision::double_lanes, Precision::single_lanes};

LaneNoise noise_of(const RandomStream& stream, std::uint32_t first_step = 0) {
    return {NoiseKey(stream, Purpose::noise), 0, first_step, 0};
}

TEST(PathBlock, ExactKernelSamplesTheDensityOnItsWay) {
    constexpr std::size_t n = 100000;
    const PathSettings settings{.integrator = Integrator::exact};
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 0.05, 1}, GaussianMixture{0.3, 3, 4}, GaussianMixture{0.7, 1, 1}})
        for (const Precision precision : both_precisions) {
            const RandomStream stream(31, 7);
            PathBlock block(precision, n);
            block.start(mixture, 1.5, StartState::exact, {NoiseKey(stream, Purpose::initial_state)});
            std::uint32_t step = 0;
            for (const auto& [t, u] : {std::pair(1.5, 0.6), std::pair(0.6, 0.2), std::pair(0.2, 0.0)}) {
                const std::vector<PathStep> one{path_step(mixture, t, u, settings)};
                block.advance(one, settings, noise_of(stream, step++));
                std::vector<double> a(block.axis().begin(), block.axis().end());
                const double distance = ks_distance(a, [&](double x) { return mixture.axis_distribution(x, u); });
                EXPECT_GT(ks_p_value(distance, n), 1e-3) << mixture.sigma2 << ' ' << u;
            }
        }
}

TEST(PathBlock, OneGaussianFollowsTheLinearRecursion) {
    constexpr std::size_t n = 200000;
    const GaussianMixture mixture{0, 0.3, 1};
    for (const Integrator integrator :
         {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential, Integrator::exact})
        for (const Precision precision : both_precisions) {
            const RandomStream stream(37, 1);
            const PathSettings settings{.integrator = integrator, .grid = TimeGrid::clock, .dt = 0.3};
            std::vector<PathStep> steps;
            append_path_steps(mixture, 2, 0, settings, steps);
            PathBlock block(precision, n);
            block.start(mixture, 2, StartState::exact, {NoiseKey(stream, Purpose::initial_state)});
            block.advance(steps, settings, noise_of(stream));
            double second = 0;
            for (const double x : block.axis()) second += x * x / n;
            const double expected = path_transverse_variance(mixture.variance(2), steps, settings);
            EXPECT_NEAR(second, expected, 4 * expected * std::sqrt(2.0 / n));
        }
}

TEST(PathBlock, HeunOnTheClockReachesTheTargetFromFar) {
    constexpr std::size_t n = 400000;
    const PathSettings settings{.integrator = Integrator::heun, .grid = TimeGrid::clock, .dt = 0.05};
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 0.5, 1}, GaussianMixture{0.2, 3, 16}, GaussianMixture{0.5, 0.05, 1}}) {
        const RandomStream stream(41, 0);
        std::vector<PathStep> steps;
        append_path_steps(mixture, 2.5, 0, settings, steps);
        PathBlock block(Precision::double_lanes, n);
        block.start(mixture, 2.5, StartState::exact, {NoiseKey(stream, Purpose::initial_state)});
        block.advance(steps, settings, noise_of(stream));
        RunningMoments abs, second, fourth;
        for (const double x : block.axis()) {
            abs.add(std::abs(x));
            second.add(x * x);
            fourth.add(x * x * x * x);
        }
        EXPECT_NEAR(abs.mean(), mixture.axis_abs(0), 4 * abs.standard_error() + 1e-3 * mixture.axis_abs(0));
        EXPECT_NEAR(second.mean(), mixture.axis_2(0), 4 * second.standard_error() + 2e-3 * mixture.axis_2(0));
        EXPECT_NEAR(fourth.mean(), mixture.axis_4(0), 4 * fourth.standard_error() + 4e-3 * mixture.axis_4(0));
    }
}

TEST(PathBlock, StartsAtGivenAxisCoordinates) {
    const std::vector<double> axis{0.5, -1.25, 3};
    for (const Method method : {Method::reduced, Method::full}) {
        PathBlock block({0.4, 0.3, 4}, method, Precision::double_lanes, 3);
        block.start(axis);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(block.axis()[i], axis[i], 1e-15);
        if (method == Method::full) {
            for (const double square : block.transverse_squares()) EXPECT_NEAR(square, 0, 1e-30);
        }
    }
}

}  // namespace
}  // namespace gdm
