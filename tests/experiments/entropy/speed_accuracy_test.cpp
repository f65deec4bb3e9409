#include "gdm/experiments/entropy/speed_accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gdm/base/error.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double sigma2, double d, double evaluations, const std::string& integrator, const std::string& grid) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", 1.0}, {"sigma2", sigma2}, {"d", d}, {"evaluations", evaluations}, {"T", 4.0}, {"samples", 3000.0}})
        point.set(name, value);
    point.set("integrator", 0, integrator);
    point.set("time_grid", 0, grid);
    point.set("precision", 0, "double");
    point.set("start", 0, "exact");
    return point;
}

TEST(SpeedAccuracy, DeclarationIsValid) { EXPECT_NO_THROW(speed_accuracy().validate()); }

TEST(SpeedAccuracy, EvaluationsBuyWholeSteps) {
    const auto made = [](double evaluations, const std::string& integrator, const std::string& grid) {
        return test::run_replicas(speed_accuracy(), make_point(0.5, 1, evaluations, integrator, grid), 1)
            .moments("evaluations_made")
            .mean();
    };
    for (const std::string grid : {"uniform", "logarithmic", "clock"}) {
        EXPECT_EQ(made(13, "flow_euler", grid), 13);
        EXPECT_EQ(made(13, "flow_heun", grid), 12);
        EXPECT_EQ(made(13, "flow_rk4", grid), 12);
        EXPECT_EQ(made(2, "flow_rk4", grid), 4);
    }
}

TEST(SpeedAccuracy, SamplesFollowTheLaw) {
    for (const std::string integrator : {"euler_maruyama", "heun", "exponential", "flow_heun"}) {
        const Point point = make_point(0.5, 1, 24, integrator, "clock");
        const auto replicas = test::run_replicas(speed_accuracy(), point, 40);
        for (const std::string name : {"axis_abs", "axis_2", "axis_4"}) {
            const auto samples = replicas.moments(name);
            const auto law = replicas.moments(name + "_law");
            EXPECT_EQ(law.variance(), 0);
            EXPECT_NEAR(samples.mean(), law.mean(), 4 * samples.standard_error() + 1e-4 * law.mean()) << integrator << name;
        }
    }
}

TEST(SpeedAccuracy, TransverseCoordinatesAdd) {
    // A single Gaussian in d dimensions: every coordinate errs alike.
    Point one = make_point(0.5, 1, 16, "flow_heun", "uniform"), nine = make_point(0.5, 9, 16, "flow_heun", "uniform");
    one.set("mu", 0), nine.set("mu", 0);
    const Experiment experiment = speed_accuracy();
    EXPECT_NEAR(test::run_replicas(experiment, nine, 1).moments("w2").mean(),
                3 * test::run_replicas(experiment, one, 1).moments("w2").mean(), 1e-6);
}

TEST(SpeedAccuracy, AClockThatStandsStillIsRefused) {
    // At σ² = 10⁶ and T = 0.1 the clock runs by 1e-7 only.
    Point point = make_point(1e6, 1, 16, "flow_heun", "clock");
    point.set("T", 1e-4);
    EXPECT_THROW(speed_accuracy().check(point, {}), UsageError);
    EXPECT_NO_THROW(speed_accuracy().check(make_point(0.5, 1, 16, "flow_heun", "clock"), {}));
}

}  // namespace
}  // namespace gdm
