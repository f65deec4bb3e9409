#include "gdm/physics/paths/reverse_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gdm {
namespace {

const std::vector<GaussianMixture> mixtures = {{1, 1, 1}, {0.5, 0.05, 16}, {0.8, 3, 4}, {0, 0.4, 2}};

std::vector<ReverseStep> steps_between(const GaussianMixture& mixture, double t, double u, Scheme scheme, double dt) {
    std::vector<ReverseStep> steps;
    append_reverse_steps(mixture, t, u, scheme, dt, steps);
    return steps;
}

TEST(ReverseSteps, CoverTheWholeTimeOnTheRelaxationClock) {
    for (const auto& mixture : mixtures)
        for (const Scheme scheme : {Scheme::euler_maruyama, Scheme::heun}) {
            const double length = mixture.clock(3) - mixture.clock(0.1);
            const auto steps = steps_between(mixture, 3, 0.1, scheme, 0.07);
            EXPECT_EQ(steps.size(), static_cast<std::size_t>(std::ceil(length / 0.07)));
            double noise = 0;
            for (const auto& step : steps) noise += step.noise * step.noise;
            EXPECT_NEAR(noise, 2 * 2.9, 1e-12);
            // Each step starts where the last one ended.
            for (std::size_t k = 0; k + 1 < steps.size(); ++k) EXPECT_NEAR(steps[k].end_slope, steps[k + 1].slope, 1e-10);
            EXPECT_NEAR(steps.front().slope, mixture.axis_mean(3) / mixture.variance(3), 1e-12);
            EXPECT_NEAR(steps.back().end_slope, mixture.axis_mean(0.1) / mixture.variance(0.1), 1e-12);
        }
    EXPECT_EQ(steps_between(mixtures[0], 3, 0, Scheme::exact, 0.01).size(), 1u);
    // A length of exactly k steps is not divided into k + 1: the clock of σ² = 1 is t itself.
    EXPECT_EQ(steps_between({1, 1, 1}, 3, 0, Scheme::heun, 0.1).size(), 30u);
}

TEST(ReverseSteps, EulerStepIsTheDriftTimesTheStep) {
    const GaussianMixture mixture{0.7, 0.4, 3};
    const double t = 0.8, h = 0.05, a = 0.6;
    const ReverseStep step = reverse_step(mixture, t, t - h, Scheme::euler_maruyama);
    const double drift = a + 2 * mixture.axis_score(a, t);
    EXPECT_NEAR(step.linear * a + step.coupling * std::tanh(step.slope * a), h * drift, 1e-14);
    const double end_drift = a + 2 * mixture.axis_score(a, t - h);
    EXPECT_NEAR(step.end_linear * a + step.end_coupling * std::tanh(step.end_slope * a), h * end_drift, 1e-14);
    EXPECT_NEAR(step.noise * step.noise, 2 * h, 1e-15);
    // On the clock the same drift is weighted by Γ Δτ.
    const ReverseStep clocked = reverse_step(mixture, t, t - h, Scheme::heun, StepVariable::clock);
    const double advance = mixture.clock(t) - mixture.clock(t - h);
    EXPECT_NEAR(clocked.linear * a + clocked.coupling * std::tanh(clocked.slope * a), mixture.variance(t) * advance * drift,
                1e-14);
    EXPECT_NEAR(clocked.end_linear * a + clocked.end_coupling * std::tanh(clocked.end_slope * a),
                mixture.variance(t - h) * advance * end_drift, 1e-14);
    EXPECT_NEAR(clocked.noise, step.noise, 1e-15);
}

TEST(ReverseSteps, ExactSchemeCarriesTheVarianceExactly) {
    for (const auto& mixture : mixtures) {
        const auto steps = steps_between(mixture, 2, 0.3, Scheme::exact, 0.1);
        EXPECT_NEAR(transverse_variance(mixture.variance(2), steps, Scheme::exact), mixture.variance(0.3), 1e-14);
        // And the means of the classes: linear c M_t + c coupling = c M_u.
        EXPECT_NEAR(steps[0].linear * mixture.axis_mean(2) + steps[0].coupling, mixture.axis_mean(0.3), 1e-14);
    }
}

TEST(ReverseSteps, TransverseVarianceConvergesWithTheOrderOfTheScheme) {
    for (const auto& mixture : mixtures) {
        const auto error = [&](Scheme scheme, double dt) {
            const auto steps = steps_between(mixture, 2, 0, scheme, dt);
            return transverse_variance(mixture.variance(2), steps, scheme) / mixture.sigma2 - 1;
        };
        EXPECT_NEAR(error(Scheme::euler_maruyama, 0.004) / error(Scheme::euler_maruyama, 0.002), 2, 0.05);
        EXPECT_NEAR(error(Scheme::heun, 0.02) / error(Scheme::heun, 0.01), 4, 0.5);
        EXPECT_LT(std::abs(error(Scheme::heun, 0.1)), 0.006);
    }
}

}  // namespace
}  // namespace gdm
