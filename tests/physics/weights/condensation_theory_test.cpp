// The roots against their equations written out anew, large deviations by numerical differentiation, and levels at large d.
#include "gdm/physics/weights/condensation_theory.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/weights/level_weights.hpp"

namespace gdm {
namespace {

/// I(λ) = λ − E ln cosh(λ + √λ z), by the trapezoidal rule.
double information(double lambda) {
    double sum = 0;
    const double h = 0.01;
    for (double z = -9; z <= 9; z += h) {
        const double y = std::abs(lambda + std::sqrt(lambda) * z);
        sum += h * std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) * (y + std::log1p(std::exp(-2 * y)) - std::log(2.0));
    }
    return lambda - sum;
}

TEST(CondensationTheory, TimesSolveTheirEquations) {
    for (const auto& [mu, sigma2, d, log_n] : {std::tuple{1.0, 1.0, 1600.0, 367.0},
                                               {0.0, 0.4, 64.0, 9.9},
                                               {0.05, 3.0, 8.0, 7.0},
                                               {0.3, 1.0, 1.0, 5.0},
                                               {1.0, 1.0, 5000.0, 1000.0}}) {
        const GaussianMixture mixture{mu, sigma2, d};
        const auto excess = [&](double t) {
            const double gamma = 1 + (sigma2 - 1) * std::exp(-2 * t), delta = 1 - std::exp(-2 * t);
            return log_n - 0.5 * d * std::log(gamma / delta);
        };
        const double published = t_c_published(mixture, log_n);
        EXPECT_NEAR(excess(published), 0, 1e-8 * log_n);
        for (const double offset : {0.0, std::log(2.0)}) {
            const double t = t_c_with_information(mixture, log_n, offset);
            const double lambda = mu * mu * d * std::exp(-2 * t) / (1 + (sigma2 - 1) * std::exp(-2 * t));
            EXPECT_NEAR(excess(t) - information(lambda) - offset, 0, 1e-6 * log_n) << mu << " " << d;
        }
    }
    // ln 2 off the published time at large M: N acts as N/2.
    const GaussianMixture separated{5, 1, 100};
    EXPECT_NEAR(t_c_with_information(separated, 20, 0), t_c_published(separated, 20 - std::log(2.0)), 1e-9);
    // N = 2 with two classes: nothing is left to choose from, and no time.
    EXPECT_TRUE(std::isnan(t_c_with_information(separated, std::log(2.0), std::log(2.0))));
}

TEST(CondensationTheory, PopulationTiltIsTheLegendreTransformOfTheLevels) {
    // ln E e^{−lE}/d of E = (u/2) χ'²_d, noncentrality d (1 + u)/u; entropy of the levels at tilt l: α + K − l K'.
    const double sigma2 = 0.7, alpha = 0.15;
    for (const double t : {0.05, 0.2, 0.4}) {
        const double u = sigma2 / std::expm1(2 * t);
        const auto K = [&](double l) { return -0.5 * std::log1p(l * u) - 0.5 * l * (1 + u) / (1 + l * u); };
        const double l = population_tilt(sigma2, alpha, t), h = 1e-5;
        const double slope = (K(l + h) - K(l - h)) / (2 * h);
        ASSERT_LT(l, 1);
        EXPECT_NEAR(alpha + K(l) - l * slope, 0, 1e-8);
        EXPECT_NEAR(population_excess_entropy(sigma2, alpha, t), 0.5 + slope, 1e-8);
        EXPECT_NEAR(population_participation_ratio(sigma2, alpha, t), 1 - l, 1e-12);
    }
    const double t_c = t_c_published({0, sigma2, 1}, alpha);
    EXPECT_NEAR(population_tilt(sigma2, alpha, t_c * 1.0001), 1, 1e-12);
    EXPECT_LT(population_tilt(sigma2, alpha, t_c * 0.99), 1);
    EXPECT_GT(population_tilt(sigma2, alpha, t_c * 0.99), 0.95);
    EXPECT_NEAR(population_excess_entropy(sigma2, alpha, t_c), 0, 1e-9);
}

TEST(CondensationTheory, LevelsApproachItAtLargeD) {
    // Corrections fall as 1/d: at d = 1e5 they are below the error of 2,000 states.
    const double d = 1e5, alpha = 0.1;
    const GaussianMixture mixture{0, 1, d};
    const double t_c = t_c_published(mixture, alpha * d);
    const std::vector<double> times = {0.5 * t_c, 0.8 * t_c, 1.3 * t_c};
    RunningMoments ratio[3], entropy[3], planted[3];
    const auto states =
        weigh_random_levels(mixture, alpha * d, StateKind::population, 2000, 64, times, RandomStream(1, 0), {});
    const auto sources =
        weigh_random_levels(mixture, alpha * d, StateKind::planted, 2000, 64, times, RandomStream(1, 1), {});
    for (std::size_t state = 0; state < 2000; ++state) {
        for (std::size_t k = 0; k < 3; ++k) {
            const WeightSums& sums = states.sums[state * 3 + k];
            ratio[k].add(sums.participation_ratio());
            entropy[k].add((sums.log_z + 0.5 * (d - states.states[state].noise_square)) / d);
            planted[k].add(sources.sums[state * 3 + k].weight_entropy() / d);
        }
    }
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(ratio[k].mean(), population_participation_ratio(1, alpha, times[k]),
                    4 * ratio[k].standard_error() + 1e-5);
        EXPECT_NEAR(entropy[k].mean(), population_excess_entropy(1, alpha, times[k]),
                    4 * entropy[k].standard_error() + 2e-5);
        EXPECT_NEAR(planted[k].mean(), planted_excess_entropy(mixture, alpha * d, times[k]),
                    4 * planted[k].standard_error() + 1e-5);
    }
}

}  // namespace
}  // namespace gdm
