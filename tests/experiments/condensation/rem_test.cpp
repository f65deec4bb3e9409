#include "gdm/experiments/condensation/rem.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/experiments/condensation/level_theory.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double M, std::vector<double> beta_ratios, double samples) {
    Point point;
    point.set("M", M);
    point.set_axis("beta_ratio", std::move(beta_ratios));
    point.set("samples", samples);
    point.set("levels", 64);
    return point;
}

std::vector<double> theory(const Experiment& experiment, const std::string& name, const Point& point) {
    std::vector<double> values(point.axis("beta_ratio").size(), std::nan(""));
    for (const auto& one : experiment.theory)
        if (one.name == name) one.compute(point, values);
    return values;
}

/// Every observable stands beside its exact value, with all levels drawn (M = 8) and with a cut.
TEST(Rem, ObservablesMatchTheExactAverages) {
    const Experiment experiment = rem();
    for (const double M : {8., 30., 400.}) {
        const Point point = make_point(M, {0.9, 1.5, 4}, 500);
        const auto replicas = test::run_replicas(experiment, point, 20);
        for (const std::string name : {"participation_ratio", "participation_ratio_2", "weight_entropy", "free_entropy"}) {
            const auto exact = theory(experiment, name + "_theory", point);
            for (std::size_t k = 0; k < exact.size(); ++k) {
                const RunningMoments measured = replicas.moments(name, k);
                EXPECT_NEAR(measured.mean(), exact[k], 4.5 * measured.standard_error()) << name << " " << M << " " << k;
            }
        }
    }
}

/// Above the condensation E[Y] is made by rare realisations with one low level, down to e^{-170}: they are weighed, and the
/// relative error is bounded.
TEST(Rem, RareLowLevelsAreMeasured) {
    const Experiment experiment = rem();
    for (const double M : {20., 128., 512.}) {
        const Point point = make_point(M, {0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 2, 4}, 64);
        const auto replicas = test::run_replicas(experiment, point, 16);
        for (const std::string name : {"participation_ratio", "participation_ratio_2"}) {
            const auto exact = theory(experiment, name + "_theory", point);
            for (std::size_t k = 0; k < exact.size(); ++k) {
                const RunningMoments measured = replicas.moments(name, k);
                const double error = std::hypot(measured.standard_error(), 1e-8 * exact[k]);
                EXPECT_NEAR(measured.mean(), exact[k], 4.5 * error) << name << " " << M << " " << k;
                EXPECT_LT(error, (name == "participation_ratio" ? 0.05 : 0.15) * exact[k]) << name << " " << M << " " << k;
            }
        }
    }
}

TEST(Rem, LimitsOfManyLevels) {
    const Experiment experiment = rem();
    const Point point = make_point(1000, {0.8, 1.5, 3}, 1);
    const auto exact = theory(experiment, "participation_ratio_theory", point);
    const auto limit = theory(experiment, "participation_ratio_limit", point);
    const auto variance = theory(experiment, "participation_variance_theory", point);
    const auto variance_limit = theory(experiment, "participation_variance_limit", point);
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(exact[k], limit[k], 3e-3) << k;
        EXPECT_NEAR(variance[k], variance_limit[k], 2e-3) << k;
    }
    EXPECT_DOUBLE_EQ(limit[2], 2. / 3);
}

/// The line finds the transition of the limit exactly, and that of finite M from above, nearer with growing M.
TEST(Rem, CriticalTemperature) {
    const Experiment experiment = rem();
    std::vector<double> temperature, ratio, betas;
    for (double t = 0.1; t < 1.5; t += 0.05) {
        temperature.push_back(t);
        ratio.push_back(std::max(0., 1 - t / 1.1));
        betas.push_back(1 / t);
    }
    EXPECT_NEAR(vanishing_point(temperature, ratio), 1.1, 1e-12);
    EXPECT_TRUE(std::isnan(vanishing_point(std::vector{1., 2.}, std::vector{0.8, 0.4})));
    EXPECT_TRUE(std::isnan(vanishing_point(std::vector{1., 2., 3.}, std::vector{0.4, 0.5, 0.6})));

    double before = 2;
    for (const double M : {10., 50., 1000.}) {
        const double estimate = theory(experiment, "critical_temperature_theory", make_point(M, betas, 1)).front();
        EXPECT_LT(estimate, before);
        EXPECT_GT(estimate, 1);
        before = estimate;
    }
    EXPECT_NEAR(before, 1, 0.01);
}

TEST(Rem, IsPure) {
    const Experiment experiment = rem();
    const Point point = make_point(40, {0.7, 2}, 10);
    EXPECT_EQ(test::run_replicas(experiment, point, 2).blocks, test::run_replicas(experiment, point, 2).blocks);
}

}  // namespace
}  // namespace gdm
