#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/physics/paths/path_law.hpp"

namespace gdm {
namespace {

/// Errors of the law of an integrator after a path from p_T, without sampling.
struct Errors {
    double second, fourth, w2;
};

Errors errors_of(const GaussianMixture& mixture, Integrator integrator, TimeGrid grid, double dt) {
    const PathSettings settings{.direction = Direction::reverse, .integrator = integrator, .grid = grid, .dt = dt};
    constexpr double duration = 1.6;
    std::vector<PathStep> steps;
    append_path_steps(mixture, duration, 0, settings, steps);
    const PathLaw law = law_of_path(mixture, duration, StartState::exact, steps, settings);
    return {law.axis_2 - mixture.axis_2(0), law.axis_4 - mixture.axis_4(0), std::sqrt(law.w2_squared)};
}

/// Expects every error to fall by 2^order when the steps are halved, for a wide class and one of variance `narrow`, at which
/// no error changes its sign near such steps.
void expect_order(Integrator integrator, double order, double dt, double tolerance, double narrow = 0.5) {
    for (const GaussianMixture mixture : {GaussianMixture{1, narrow, 1}, GaussianMixture{0.6, 3, 1}})
        for (const TimeGrid grid : {TimeGrid::uniform, TimeGrid::logarithmic, TimeGrid::clock}) {
            const Errors coarse = errors_of(mixture, integrator, grid, dt);
            const Errors fine = errors_of(mixture, integrator, grid, dt / 2);
            EXPECT_NEAR(std::log2(coarse.second / fine.second), order, tolerance) << mixture.sigma2 << ' ' << int(grid);
            EXPECT_NEAR(std::log2(coarse.fourth / fine.fourth), order, tolerance) << mixture.sigma2 << ' ' << int(grid);
            EXPECT_NEAR(std::log2(coarse.w2 / fine.w2), order, tolerance) << mixture.sigma2 << ' ' << int(grid);
        }
}

TEST(PathOrder, EulerMaruyamaHasWeakOrderOne) { expect_order(Integrator::euler_maruyama, 1, 0.01, 0.1); }
TEST(PathOrder, ExponentialHasWeakOrderOne) { expect_order(Integrator::exponential, 1, 0.01, 0.1); }
TEST(PathOrder, HeunHasWeakOrderTwo) { expect_order(Integrator::heun, 2, 0.04, 0.2, 0.3); }
TEST(PathOrder, FlowEulerHasOrderOne) { expect_order(Integrator::flow_euler, 1, 0.002, 0.1); }
TEST(PathOrder, FlowExponentialHasOrderOne) { expect_order(Integrator::flow_exponential, 1, 0.002, 0.1); }
TEST(PathOrder, FlowHeunHasOrderTwo) { expect_order(Integrator::flow_heun, 2, 0.002, 0.2); }
TEST(PathOrder, FlowRungeKuttaHasOrderFour) { expect_order(Integrator::flow_rk4, 4, 0.04, 0.4); }

}  // namespace
}  // namespace gdm
