#include "gdm/experiments/mixture/sample_quality.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double mu, double sigma2, double d, double dt, const std::string& integrator,
                 const std::string& grid = "uniform", const std::string& precision = "double") {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", mu}, {"sigma2", sigma2}, {"d", d}, {"dt", dt}, {"T", 5.0}, {"samples", 4000.0}})
        point.set(name, value);
    point.set("integrator", 0, integrator);
    point.set("time_grid", 0, grid);
    point.set("precision", 0, precision);
    point.set("start", 0, "exact");
    return point;
}

double theory(const Experiment& experiment, const std::string& name, const Point& point) {
    for (const auto& one : experiment.theory)
        if (one.name == name) {
            double value = 0;
            one.compute(point, {&value, 1});
            return value;
        }
    throw std::logic_error("no theory " + name);
}

TEST(SampleQuality, DeclarationIsValid) { EXPECT_NO_THROW(sample_quality().validate()); }

TEST(SampleQuality, ExactSamplesArePerfect) {
    const Experiment experiment = sample_quality();
    for (const auto& [sigma2, d] : {std::pair(0.05, 1.0), {1.0, 16.0}, {4.0, 3.0}}) {
        const Point point = make_point(0.8, sigma2, d, 0.5, "exact");
        const auto replicas = test::run_replicas(experiment, point, 40);
        for (const std::string name : {"axis_abs", "axis_2", "axis_4", "positive_class", "ks"}) {
            const auto moments = replicas.moments(name);
            EXPECT_NEAR(moments.mean(), theory(experiment, name + "_theory", point), 4 * moments.standard_error()) << name;
        }
        const auto distance = replicas.moments("w2_squared");
        const double expected = theory(experiment, "w2_squared_theory", point);
        EXPECT_NEAR(distance.mean(), expected, 4 * distance.standard_error() + 0.02 * expected);
        if (d > 1) {
            const auto across = replicas.moments("transverse_2");
            EXPECT_NEAR(across.mean(), sigma2, 4 * across.standard_error());
        } else {
            EXPECT_TRUE(std::isnan(replicas.moments("transverse_2").mean()));
        }
        double chi2 = 0, total = 0;
        for (std::size_t k = 0; k < 40; ++k) {
            const auto bin = replicas.moments("pit_histogram", k);
            chi2 += std::pow(bin.mean() - 1, 2) * 40 * 4000 / 40.0 / (1 - 1 / 40.0) * (39.0 / 40);
            total += bin.mean() / 40;
        }
        EXPECT_NEAR(total, 1, 1e-12);
        EXPECT_LT(chi2, 39 + 4 * std::sqrt(2 * 39.0));
    }
}

TEST(SampleQuality, GenerationDoesNotFailInTheUnstablePhase) {
    // The paper's step and integrator at σ² = 3: the second moment is within 1 % of M² + σ² = 4.
    const auto replicas = test::run_replicas(sample_quality(), make_point(1, 3, 1, 0.01, "euler_maruyama"), 20);
    const auto second = replicas.moments("axis_2");
    EXPECT_NEAR(second.mean(), 4, 0.04 + 4 * second.standard_error());
}

TEST(SampleQuality, LongStepsShow) {
    // The noise of the last step of Euler–Maruyama alone has variance 2 dt = 0.2, four times that of a class.
    const auto replicas = test::run_replicas(sample_quality(), make_point(1, 0.05, 1, 0.1, "euler_maruyama"), 8);
    EXPECT_GT(replicas.moments("axis_2").mean(), 1.05 + 0.03);
    EXPECT_GT(replicas.moments("ks").mean(), 0.1);
}

TEST(SampleQuality, SinglePrecisionAgrees) {
    const Experiment experiment = sample_quality();
    const auto one = test::run_replicas(experiment, make_point(1, 1, 1, 0.1, "heun"), 30).moments("axis_2");
    const auto other =
        test::run_replicas(experiment, make_point(1, 1, 1, 0.1, "heun", "uniform", "single"), 30).moments("axis_2");
    EXPECT_NEAR(one.mean(), other.mean(), 4 * std::hypot(one.standard_error(), other.standard_error()));
}

TEST(SampleQuality, LimitsUseTheOrderOfTheIntegrator) {
    const Experiment experiment = sample_quality();
    const auto abscissa = [&](const std::string& integrator) {
        const auto& limit = std::get<along::Limit>(experiment.along[0].kind);
        return limit.abscissa(make_point(1, 1, 1, 0.1, integrator), 0.1);
    };
    EXPECT_NEAR(abscissa("euler_maruyama"), 0.1, 1e-15);
    EXPECT_NEAR(abscissa("heun"), 0.01, 1e-15);
    EXPECT_NEAR(abscissa("flow_rk4"), 1e-4, 1e-15);
}

TEST(SampleQuality, TooManyStepsAreRefused) {
    EXPECT_THROW(sample_quality().check(make_point(1, 1, 1, 1e-6, "heun"), {}), UsageError);
}

}  // namespace
}  // namespace gdm
