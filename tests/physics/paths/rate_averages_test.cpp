#include "gdm/physics/paths/rate_averages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "gdm/physics/paths/path_averages.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0.5, 0, 0.1, 1.5, 3};

RateExperiment make(double d, double sigma2, Integrator integrator, double dt, Direction direction = Direction::reverse) {
    return {.mixture = {1, sigma2, d}, .settings = {.direction = direction, .integrator = integrator, .dt = dt}};
}

/// Largest relative difference (absolute below 1) of the rates of states, and of all numbers.
struct Difference {
    double states = 0, all = 0;
};
Difference difference(const PathRates& one, const PathRates& other) {
    Difference largest;
    const auto compare = [&](const std::vector<double>& a, const std::vector<double>& b, bool of_states) {
        for (std::size_t k = 0; k < a.size(); ++k) {
            EXPECT_EQ(std::isnan(a[k]), std::isnan(b[k]));
            if (std::isnan(a[k])) continue;
            const double apart = std::abs(a[k] - b[k]) / std::max(1.0, std::abs(b[k]));
            largest.all = std::max(largest.all, apart);
            if (of_states) largest.states = std::max(largest.states, apart);
        }
    };
    compare(one.production, other.production, true);
    compare(one.flux, other.flux, true);
    compare(one.system_change_rate, other.system_change_rate, true);
    compare({one.system_change}, {other.system_change}, true);
    compare(one.heat_rate, other.heat_rate, false);
    compare({one.heat}, {other.heat}, false);
    return largest;
}

/// The exact kernel leaves the states in p_t at any step.
TEST(RateAverages, StatesOfTheExactKernelAreThoseOfTheContinuum) {
    for (const double d : {1.0, 3.0, 64.0, 1e3, 1e4, 1e6})
        for (const double sigma2 : {0.1, 0.4, 1.0, 3.0})
            for (const double dt : {0.02, 0.1, 0.5})
                for (const Direction direction : {Direction::forward, Direction::reverse}) {
                    const RateExperiment experiment = make(d, sigma2, Integrator::exact, dt, direction);
                    const Difference apart =
                        difference(path_rate_averages(experiment, times), path_rate_averages_limit(experiment, times));
                    EXPECT_LT(apart.states, 5e-9) << d << ' ' << sigma2 << ' ' << dt << (direction == Direction::forward);
                    if (direction == Direction::forward) {
                        EXPECT_LT(apart.all, 5e-9) << d << ' ' << sigma2 << ' ' << dt;  // the heat telescopes
                    }
                }
}

/// Without a time on the way: the averages of whole paths, which are found from the end backwards, on coarser grids.
TEST(RateAverages, WholePathsAreThoseOfPathAverages) {
    for (const Integrator integrator :
         {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential, Integrator::exact})
        for (const Direction direction : {Direction::forward, Direction::reverse})
            for (const TimeGrid grid : {TimeGrid::uniform, TimeGrid::logarithmic, TimeGrid::clock})
                for (const double d : {1.0, 4.0, 40.0}) {
                    RateExperiment experiment = make(d, 0.4, integrator, 0.05, direction);
                    experiment.settings.grid = grid;
                    const PathRates rates = path_rate_averages(experiment, std::vector<double>{});
                    const PathProblem problem{
                        .mixture = experiment.mixture, .settings = experiment.settings, .duration = experiment.duration};
                    const PathAverages whole = path_averages(problem, EntropyRule::midpoint);
                    const std::string what = std::to_string(static_cast<int>(integrator)) + " grid " +
                                             std::to_string(static_cast<int>(grid)) + " d " + std::to_string(d);
                    EXPECT_NEAR(rates.heat, whole.environment, 3e-6 * (1 + std::abs(whole.environment))) << what;
                    EXPECT_NEAR(rates.system_change, whole.system, 3e-6 * (1 + std::abs(whole.system))) << what;
                }
}

/// Chains of too many steps are between twice as long steps, which are followed, and the limit. Where a stretch cannot be
/// divided they are followed up to a number.
TEST(RateAverages, ManyStepsAreInterpolated) {
    const std::vector<double> few = {0.5, 1.5};
    for (const auto& [integrator, dt, order] :
         {std::tuple{Integrator::heun, 1.0 / 240, 2.0}, {Integrator::euler_maruyama, 1.0 / 960, 1.0}}) {
        const RateExperiment experiment = make(4, 0.4, integrator, dt);
        RateExperiment longer = experiment;
        longer.settings.dt *= 2;
        const PathRates limit = path_rate_averages_limit(experiment, few);
        const double bias = difference(path_rate_averages(experiment, few), limit).states;
        const double twice = difference(path_rate_averages(longer, few), limit).states;
        EXPECT_NEAR(bias / twice, std::pow(0.5, order), 0.005);
    }
    const RateExperiment uneven = make(1, 0.4, Integrator::heun, 3 / 601.0);
    const PathRates followed = path_rate_averages(uneven, std::vector<double>{});
    const PathRates interpolated = path_rate_averages(make(1, 0.4, Integrator::heun, 3 / 602.0), std::vector<double>{});
    EXPECT_NEAR(followed.heat, interpolated.heat, 1e-5);
    EXPECT_NE(followed.heat, interpolated.heat);
    const PathRates too_many = path_rate_averages(make(1, 0.4, Integrator::heun, 3 / 2411.0), std::vector<double>{});
    EXPECT_TRUE(std::isnan(too_many.heat));
}

/// Neither is of use where the other holds: classes that part on the way, and classes that are apart from the start.
TEST(RateAverages, EveryDimension) {
    for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential})
        for (const double d : {64.0, 1e3, 1e5, 1e9}) {
            const RateExperiment experiment = make(d, 0.4, integrator, 0.02);
            const PathRates rates = path_rate_averages(experiment, times),
                            limit = path_rate_averages_limit(experiment, times);
            EXPECT_LT(std::abs(rates.heat / limit.heat - 1), 0.02) << d;
            EXPECT_LT(difference(rates, limit).all, 0.5) << d;
        }
}

}  // namespace
}  // namespace gdm
