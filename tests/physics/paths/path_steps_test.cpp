#include "gdm/physics/paths/path_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gdm {
namespace {

const std::vector<GaussianMixture> mixtures = {{1, 1, 1}, {0.5, 0.05, 16}, {0.8, 3, 4}, {0, 0.4, 2}};
constexpr TimeGrid all_grids[] = {TimeGrid::uniform, TimeGrid::logarithmic, TimeGrid::clock};

double weigh(const DriftWeights& w, double a) { return w.linear * a + w.coupling * std::tanh(w.slope * a); }

TEST(PathSteps, TimesCoverThePathInTheOrderOfTravel) {
    for (const auto& mixture : mixtures)
        for (const TimeGrid grid : all_grids)
            for (const auto& [from, to] : {std::pair(0.0, 3.0), std::pair(3.0, 0.0), std::pair(2.0, 0.7)}) {
                const auto times = path_times(mixture, from, to, grid, 0.07);
                EXPECT_EQ(times.front(), from);
                EXPECT_EQ(times.back(), to);
                for (std::size_t k = 0; k + 1 < times.size(); ++k) EXPECT_GT((times[k + 1] - times[k]) * (to - from), 0);
            }
    EXPECT_EQ(path_times({1, 1, 1}, 10, 0, TimeGrid::uniform, 0.01).size(), 1001u);
    EXPECT_EQ(path_times({1, 1, 1}, 0, 10, TimeGrid::logarithmic, 0.01).size(), 1001u);
    // On the clock of a small variance the steps near t = 0 are short.
    const auto times = path_times({1, 0.01, 1}, 1, 0, TimeGrid::clock, 0.1);
    EXPECT_LT(times[times.size() - 2], 0.003);
}

TEST(PathSteps, IncrementsAreTheDriftsOfTheEquations) {
    const GaussianMixture mixture{0.7, 0.4, 3};
    const double t = 0.8, h = 0.05, a = 0.6;
    const auto step = [&](Direction direction, Integrator integrator) {
        return path_step(mixture, t, direction == Direction::reverse ? t - h : t + h,
                         {.direction = direction, .integrator = integrator});
    };
    const double score = mixture.axis_score(a, t);
    EXPECT_NEAR(weigh(step(Direction::reverse, Integrator::euler_maruyama).start, a), h * (a + 2 * score), 1e-15);
    EXPECT_NEAR(weigh(step(Direction::reverse, Integrator::flow_euler).start, a), h * (a + score), 1e-15);
    EXPECT_NEAR(weigh(step(Direction::forward, Integrator::euler_maruyama).start, a), -h * a, 1e-15);
    EXPECT_NEAR(weigh(step(Direction::forward, Integrator::flow_euler).start, a), -h * (a + score), 1e-15);
    const double end_score = mixture.axis_score(a, t - h), middle_score = mixture.axis_score(a, t - h / 2);
    EXPECT_NEAR(weigh(step(Direction::reverse, Integrator::heun).end, a), h * (a + 2 * end_score), 1e-15);
    EXPECT_NEAR(weigh(step(Direction::reverse, Integrator::flow_rk4).middle, a), h * (a + middle_score), 1e-15);
    EXPECT_NEAR(step(Direction::reverse, Integrator::heun).noise, std::sqrt(2 * h), 1e-15);
    EXPECT_EQ(step(Direction::reverse, Integrator::flow_heun).noise, 0);
    // The midpoint rule's drift at each of its times.
    for (const auto& [when, at] :
         {std::pair(DriftTime::start, t), {DriftTime::middle, t - h / 2}, {DriftTime::end, t - h}}) {
        const PathStep with = path_step(mixture, t, t - h, {.drift_time = when});
        EXPECT_NEAR(weigh(with.midpoint, a), a + 2 * mixture.axis_score(a, at), 1e-14);
    }
}

TEST(PathSteps, ClockStepsAreEqualOnTheClockAndFollowEachOther) {
    for (const auto& mixture : mixtures)
        for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::heun}) {
            std::vector<PathStep> steps;
            append_path_steps(mixture, 3, 0.1, {.integrator = integrator, .grid = TimeGrid::clock, .dt = 0.07}, steps);
            EXPECT_EQ(steps.size(), static_cast<std::size_t>(std::ceil((mixture.clock(3) - mixture.clock(0.1)) / 0.07)));
            double noise = 0;
            for (const auto& step : steps) noise += step.noise * step.noise;
            EXPECT_NEAR(noise, 2 * 2.9, 1e-12);
            for (std::size_t k = 0; k + 1 < steps.size(); ++k)
                EXPECT_NEAR(steps[k].end.slope, steps[k + 1].start.slope, 1e-10);
            EXPECT_NEAR(steps.front().start.slope, mixture.axis_mean(3) / mixture.variance(3), 1e-12);
            EXPECT_NEAR(steps.back().end.slope, mixture.axis_mean(0.1) / mixture.variance(0.1), 1e-12);
        }
    // The clock of σ² = 1 is t itself.
    EXPECT_EQ(path_times({1, 1, 1}, 3, 0, TimeGrid::clock, 0.1).size(), 31u);
}

TEST(PathSteps, BelowUnitVarianceTheClockWeighsTheDrift) {
    const double t = 0.8, u = 0.75, a = 0.6;
    for (const double sigma2 : {0.4, 1.0, 3.0}) {
        const GaussianMixture mixture{0.7, sigma2, 3};
        const PathSettings settings{.integrator = Integrator::flow_rk4, .grid = TimeGrid::clock};
        const PathStep step = path_step(mixture, t, u, settings);
        const double advance = mixture.clock(t) - mixture.clock(u);
        const double middle =
            sigma2 < 1 ? mixture.time_of_clock(0.5 * (mixture.clock(t) + mixture.clock(u))) : 0.5 * (t + u);
        const auto expected = [&](double at) {
            return (sigma2 < 1 ? mixture.variance(at) * advance : t - u) * (a + mixture.axis_score(a, at));
        };
        EXPECT_NEAR(weigh(step.start, a), expected(t), 1e-14) << sigma2;
        EXPECT_NEAR(weigh(step.middle, a), expected(middle), 1e-14) << sigma2;
        EXPECT_NEAR(weigh(step.end, a), expected(u), 1e-14) << sigma2;
        // Forward, and on the other grids, steps are taken in time.
        const PathStep forward = path_step(mixture, u, t, {.direction = Direction::forward, .grid = TimeGrid::clock});
        EXPECT_NEAR(weigh(forward.start, a), -(t - u) * a, 1e-14);
        EXPECT_NEAR(weigh(path_step(mixture, t, u, {}).start, a), (t - u) * (a + 2 * mixture.axis_score(a, t)), 1e-14);
    }
    // What the clock is for: the variance of a narrow class.
    const GaussianMixture narrow{0, 0.05, 2};
    const auto error = [&](Integrator integrator) {
        const PathSettings settings{.integrator = integrator, .grid = TimeGrid::clock, .dt = 0.1};
        std::vector<PathStep> steps;
        append_path_steps(narrow, 2, 0, settings, steps);
        double variance = narrow.variance(2);
        for (const PathStep& step : steps) {
            const TransverseGain linear = transverse_gain(step, settings);
            variance = linear.gain * linear.gain * variance + linear.noise * linear.noise;
        }
        return variance / narrow.sigma2 - 1;
    };
    EXPECT_LT(std::abs(error(Integrator::heun)), 0.006);
    EXPECT_LT(std::abs(error(Integrator::euler_maruyama)), 0.05);
}

TEST(PathSteps, ExponentialAndExactStepsKeepASingleGaussian) {
    for (const auto& mixture : mixtures)
        for (const Direction direction : {Direction::forward, Direction::reverse})
            for (const Integrator integrator : {Integrator::exponential, Integrator::exact, Integrator::flow_exponential}) {
                const PathSettings settings{.direction = direction, .integrator = integrator};
                const double t = 1.3, u = direction == Direction::forward ? 1.9 : 0.4;
                const PathStep step = path_step(mixture, t, u, settings);
                const TransverseGain linear = transverse_gain(step, settings);
                EXPECT_NEAR(linear.gain * linear.gain * mixture.variance(t) + linear.noise * linear.noise,
                            mixture.variance(u), 1e-14);
                // And the mean of a class, if it is known for certain.
                const double factor = direction == Direction::reverse && integrator == Integrator::exact ? 0 : 1;
                if (direction == Direction::reverse || is_flow(integrator)) {
                    EXPECT_NEAR((factor + step.start.linear) * mixture.axis_mean(t) + step.start.coupling,
                                mixture.axis_mean(u), 1e-14);
                }
            }
}

/// A transverse coordinate obeys the same recursion as the axis without classes.
TEST(PathSteps, TransverseVarianceConvergesWithTheOrderOfTheIntegrator) {
    const auto error = [](const GaussianMixture& mixture, Integrator integrator, double dt) {
        const PathSettings settings{.integrator = integrator, .dt = dt};
        std::vector<PathStep> steps;
        append_path_steps(mixture, 2, 0, settings, steps);
        double variance = mixture.variance(2);
        for (const PathStep& step : steps) {
            const TransverseGain linear = transverse_gain(step, settings);
            variance = linear.gain * linear.gain * variance + linear.noise * linear.noise;
        }
        return variance / mixture.sigma2 - 1;
    };
    for (const GaussianMixture& mixture :
         {GaussianMixture{1, 1, 2}, GaussianMixture{0.8, 3, 4}, GaussianMixture{0, 0.4, 2}}) {
        EXPECT_NEAR(error(mixture, Integrator::euler_maruyama, 0.004) / error(mixture, Integrator::euler_maruyama, 0.002), 2,
                    0.05);
        EXPECT_NEAR(error(mixture, Integrator::heun, 0.02) / error(mixture, Integrator::heun, 0.01), 4, 0.5);
        if (mixture.sigma2 == 1) continue;  // the flow of a unit Gaussian stands still
        EXPECT_NEAR(error(mixture, Integrator::flow_euler, 0.004) / error(mixture, Integrator::flow_euler, 0.002), 2, 0.05);
        EXPECT_NEAR(error(mixture, Integrator::flow_heun, 0.02) / error(mixture, Integrator::flow_heun, 0.01), 4, 0.5);
        EXPECT_NEAR(error(mixture, Integrator::flow_rk4, 0.1) / error(mixture, Integrator::flow_rk4, 0.05), 16, 3);
    }
}

}  // namespace
}  // namespace gdm
