#include "gdm/physics/paths/entropy_cumulants.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/path_averages.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {
namespace {

PathProblem problem_of(double mu, double sigma2, Direction direction, Integrator integrator, double dt,
                       double duration = 3) {
    return {{mu, sigma2, 1}, {direction, integrator, TimeGrid::uniform, DriftTime::middle, dt}, duration};
}

TEST(AxisCumulants, OfOneGaussianAreThoseOfItsChain) {
    // μ = 0: the axis is a coordinate like all others, whose averages are known exactly.
    for (const Direction direction : {Direction::forward, Direction::reverse}) {
        for (const Integrator integrator :
             {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential, Integrator::exact}) {
            const PathProblem problem = problem_of(0, 0.6, direction, integrator, 0.05);
            const AxisCumulants axis(problem, EntropyRule::midpoint);
            const TailProblem chain = tail_problem(problem, EntropyRule::midpoint);
            for (const double k : {0.5, 1.0, 1.7}) {
                const Cumulants exact =
                    transverse_cumulants(chain, k, exponential_tail_index(problem, EntropyRule::midpoint));
                const Cumulants here = axis(k);
                EXPECT_NEAR(here.value, exact.value, 1e-7 + 1e-5 * std::abs(exact.value)) << k;
                EXPECT_NEAR(here.slope, exact.slope, 1e-5) << k;
                EXPECT_NEAR(here.curvature, exact.curvature, 1e-4 * exact.curvature + 1e-4) << k;
            }
        }
    }
}

TEST(AxisCumulants, TheUnbiasedRuleGivesOneAtAnyStep) {
    for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::exponential}) {
        for (const Direction direction : {Direction::forward, Direction::reverse}) {
            for (const double dt : {0.02, 0.2}) {
                const AxisCumulants axis(problem_of(1.5, 0.7, direction, integrator, dt), EntropyRule::unbiased);
                EXPECT_NEAR(axis(0).value, 0, 1e-7);
                EXPECT_NEAR(axis(1).value, 0, 1e-6) << dt;
            }
        }
    }
}

TEST(AxisCumulants, AreThoseOfSampledPaths) {
    for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::heun, Integrator::exact}) {
        const PathProblem problem = problem_of(1, 0.8, Direction::reverse, integrator, 0.1);
        const PathEntropySampler sampler(problem);
        const RandomStream random(11, 0);
        RunningMoments environment, total, weight;
        PathEntropies entropies;
        for (std::uint32_t first = 0; first < 200000; first += 512) {
            sampler.sample(random, first, 512, entropies);
            for (std::size_t i = 0; i < 512; ++i) {
                environment.add(entropies.midpoint[i]);
                total.add(entropies.system[i] + entropies.midpoint[i]);
                weight.add(std::exp(-entropies.system[i] - entropies.midpoint[i]));
            }
        }
        const AxisCumulants axis(problem, EntropyRule::midpoint);
        EXPECT_NEAR(-axis(0).slope, total.mean(), 4 * total.standard_error());
        EXPECT_NEAR(axis(0).curvature, total.variance(), 0.02 * total.variance());
        EXPECT_NEAR(std::exp(axis(1).value), weight.mean(), 4 * weight.standard_error());
        EXPECT_NEAR(-AxisCumulants(problem, EntropyRule::midpoint, EntropyPart::environment)(0).slope, environment.mean(),
                    4 * environment.standard_error());
    }
}

TEST(PathAverages, ForwardTheMidpointRuleHasTheContinuumsMeans) {
    const PathProblem problem = problem_of(2, 0.3, Direction::forward, Integrator::exact, 0.25, 6);
    const PathAverages averages = path_averages(problem, EntropyRule::midpoint);
    const PathAverages limit = path_averages_limit(problem);
    EXPECT_NEAR(averages.total, limit.total, 1e-6);
    EXPECT_NEAR(averages.environment, limit.environment, 1e-6);
    EXPECT_NEAR(averages.system, limit.system, 1e-6);
    EXPECT_NEAR(averages.exponential, 1, 1e-6);
}

TEST(PathAverages, ReverseMidpointBiasOfTheLiterature) {
    // Yu and Huang's setting: +0.00261 at dt = 0.01 with the drift's time in the middle, +0.00259 and +0.00267 at its ends.
    PathProblem problem = problem_of(1, 1, Direction::reverse, Integrator::euler_maruyama, 0.01, 10);
    EXPECT_NEAR(path_averages(problem, EntropyRule::midpoint).exponential, 1.00261, 2e-5);
    problem.settings.drift_time = DriftTime::start;
    EXPECT_NEAR(path_averages(problem, EntropyRule::midpoint).exponential, 1.00259, 2e-5);
    problem.settings.drift_time = DriftTime::end;
    EXPECT_NEAR(path_averages(problem, EntropyRule::midpoint).exponential, 1.00267, 2e-5);
}

TEST(PathAverages, ManyStepsAreInterpolated) {
    const PathProblem problem = problem_of(1, 0.5, Direction::reverse, Integrator::euler_maruyama, 0.0025, 3);
    const PathAverages averages = path_averages(problem, EntropyRule::midpoint);
    EXPECT_NEAR(averages.total, -AxisCumulants(problem, EntropyRule::midpoint)(0).slope, 2e-5);
    EXPECT_NEAR(averages.exponential, std::exp(AxisCumulants(problem, EntropyRule::midpoint)(1).value), 2e-5);
    EXPECT_GT(averages.exponential, 1 + 3e-4);  // of which 2e-5 is a small part
}

TEST(PathAverages, AnAverageMadeByPathsThatNobodyMeetsIsNotKnown) {
    // Steps too long for classes so narrow: paths torn across the gap between them, of probability e^-40, give 1e11.
    const PathProblem problem = problem_of(2, 0.05, Direction::reverse, Integrator::euler_maruyama, 0.02, 6);
    EXPECT_TRUE(std::isnan(path_averages(problem, EntropyRule::midpoint).exponential));
    EXPECT_TRUE(std::isfinite(path_averages(problem, EntropyRule::midpoint).total));
}

}  // namespace
}  // namespace gdm
