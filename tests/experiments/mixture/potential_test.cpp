#include "gdm/experiments/mixture/potential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Point make_point(double mu, double sigma2, double d, double n, std::vector<double> times, std::vector<double> places) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", mu}, {"sigma2", sigma2}, {"d", d}, {"ln_N", std::log(n)}, {"outer_distance", 1000.0}})
        point.set(name, value);
    point.set("x_unit", 0, "sqrt_d");
    for (double& x : places) x = potential().find_parameter("x")->scale(x, point);
    point.set_axis("t", std::move(times));
    point.set_axis("x", std::move(places));
    return point;
}

std::vector<double> even(double first, double last, int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(first + (last - first) * i / (count - 1));
    return values;
}

std::vector<double> derived(const Experiment& experiment, const std::string& name, const Point& point,
                            const test::Replicas& replicas, std::size_t size) {
    std::vector<double> mean(replicas.layout.size()), value(size), systematic(size);
    for (const auto& block : replicas.blocks)
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += block[i] / static_cast<double>(replicas.blocks.size());
    for (const auto& one : experiment.derived) {
        if (one.name != name) continue;
        one.compute(point, Combined(replicas.layout, mean), value, systematic);
        return value;
    }
    throw std::logic_error("no derived quantity " + name);
}

std::vector<double> theory(const Experiment& experiment, const std::string& name, const Point& point, std::size_t size) {
    std::vector<double> value(size);
    for (const auto& one : experiment.theory) {
        if (one.name != name) continue;
        one.compute(point, value);
        return value;
    }
    throw std::logic_error("no theory " + name);
}

TEST(PotentialExperiment, DeclarationIsValid) { EXPECT_NO_THROW(potential().validate()); }

TEST(PotentialExperiment, PapersExampleBreaksAtItsTime) {
    const Experiment experiment = potential();
    const Point point = make_point(1, 1, 1, infinity, even(0.05, 0.95, 19), even(-4, 4, 81));
    const auto replicas = test::run_replicas(experiment, point, 1);
    EXPECT_NEAR(derived(experiment, "t_s", point, replicas, 1)[0], 0.5 * std::numbers::ln2, 1e-5);
    EXPECT_TRUE(std::isnan(derived(experiment, "t_usb", point, replicas, 1)[0]));
    const auto minima = derived(experiment, "minima", point, replicas, 19);
    for (std::size_t k = 0; k < 19; ++k) EXPECT_EQ(minima[k], point.axis("t")[k] < 0.5 * std::numbers::ln2 ? 2 : 1);
    // U = ½x² − 2 ln cosh(x e^{−t}) + const for σ² = 1 (eq. 44).
    const auto u = Combined(replicas.layout, replicas.blocks[0])["U"].subspan(3 * 81, 81);
    for (const std::size_t j : {0u, 30u, 50u}) {
        const double x = point.axis("x")[j];
        EXPECT_NEAR(u[j] - u[40], 0.5 * x * x - 2 * std::log(std::cosh(x * std::exp(-0.2))), 1e-12);
    }
    // Minima x = 2 m tanh(m x), m = e^{−0.2}.
    const auto place = derived(experiment, "minimum", point, replicas, 76);
    double x = 2;
    for (int i = 0; i < 1000; ++i) x = 2 * std::exp(-0.2) * std::tanh(std::exp(-0.2) * x);
    EXPECT_NEAR(place[12], -x, 1e-4);
    EXPECT_NEAR(place[13], x, 1e-4);
    EXPECT_TRUE(std::isnan(place[14]));
    EXPECT_NEAR(theory(experiment, "minimum_theory", point, 76)[13], x, 1e-12);
    const double height = 2 * std::log(std::cosh(x * std::exp(-0.2))) - 0.5 * x * x;
    EXPECT_NEAR(derived(experiment, "barrier", point, replicas, 19)[3], height, 1e-5);
    EXPECT_NEAR(theory(experiment, "barrier_theory", point, 19)[3], height, 1e-12);
}

TEST(PotentialExperiment, PotentialsAreInvertedForLargeVariance) {
    const Experiment experiment = potential();
    const Point point = make_point(1, 3, 4, infinity, even(0.1, 1.3, 25), even(-5, 5, 51));
    const auto replicas = test::run_replicas(experiment, point, 1);
    EXPECT_NEAR(derived(experiment, "t_usb", point, replicas, 1)[0], 0.5 * std::numbers::ln2, 1e-5);
    EXPECT_NEAR(derived(experiment, "t_s", point, replicas, 1)[0], 0.5 * std::log(4 + std::sqrt(20.)), 1e-5);
    const auto inverted = derived(experiment, "inverted", point, replicas, 25);
    for (std::size_t k = 0; k < 25; ++k) EXPECT_EQ(inverted[k], point.axis("t")[k] < 0.5 * std::numbers::ln2 ? 1 : 0);
    EXPECT_EQ(theory(experiment, "phase_theory", point, 1)[0], 2);
}

/// The mean over data sets of e^{−(U + a²/2)/2}, which is their density, is the exact density without bias; U itself lies
/// above the exact one.
TEST(PotentialExperiment, DensityOfDataIsUnbiased) {
    const Experiment experiment = potential();
    for (const double d : {1., 3.}) {
        const Point point = make_point(0.8, 0.7, d, 50, {0.3, 1}, {-1.5, -0.5, 0, 1});
        const auto replicas = test::run_replicas(experiment, point, 400);
        const auto exact = theory(experiment, "U_theory", point, 8);
        for (std::size_t i = 0; i < 8; ++i) {
            const double a = point.axis("x")[i % 4];
            RunningMoments density;
            for (const auto& block : replicas.blocks)
                density.add(std::exp(-0.5 * (Combined(replicas.layout, block)["U"][i] + 0.5 * a * a)));
            EXPECT_NEAR(density.mean(), std::exp(-0.5 * (exact[i] + 0.5 * a * a)), 4 * density.standard_error()) << d << i;
            const auto u = replicas.moments("U", i);
            EXPECT_GT(u.mean(), exact[i] - 4 * u.standard_error()) << d << ' ' << i;
        }
    }
}

TEST(PotentialExperiment, FarFromFewDataThePotentialRises) {
    const Experiment experiment = potential();
    const Point point = make_point(1, 3, 1, 20, {0.1, 0.3}, {-1, 0, 1});
    const auto replicas = test::run_replicas(experiment, point, 3);
    for (std::size_t k = 0; k < 2; ++k) {
        const double delta = 1 - std::exp(-2 * point.axis("t")[k]);
        EXPECT_NEAR(replicas.moments("outer_curvature", k).mean(), -1 + 2 / delta, 1e-6);
    }
    EXPECT_NE(replicas.blocks[0], replicas.blocks[1]);
}

TEST(PotentialExperiment, RefusesWhatItCannotCompute) {
    const Experiment experiment = potential();
    EXPECT_NO_THROW(experiment.check(make_point(1, 1, 1, infinity, {0, 1}, {0}), {}));
    EXPECT_THROW(experiment.check(make_point(1, 1, 1, 100, {0, 1}, {0}), {}), UsageError);
    EXPECT_THROW(experiment.check(make_point(1, 1, 1, 1e9, {1}, {0}), {}), UsageError);
}

}  // namespace
}  // namespace gdm
