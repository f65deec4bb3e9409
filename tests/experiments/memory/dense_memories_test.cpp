/// The experiments on dense associative memories against explicit patterns, exact averages and each other.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/experiments/memory/associative_memory.hpp"
#include "gdm/experiments/memory/cued_retrieval.hpp"
#include "gdm/experiments/memory/polynomial_memory.hpp"
#include "support/refusal.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

std::vector<double> theory(const Experiment& experiment, const std::string& name, const Point& point) {
    for (const auto& one : experiment.theory) {
        if (one.name != name) continue;
        std::vector<double> values(one.axes.empty() ? 1 : point.axis(one.axes.front()).size());
        one.compute(point, values);
        return values;
    }
    throw std::out_of_range(name);
}

Point memory_point(const std::string& patterns, const std::string& weights, const std::string& method, double theta) {
    Point point;
    point.set("patterns", 0, patterns);
    point.set("weights", 0, weights);
    point.set("method", 0, method);
    point.set("alpha_unit", 0, "number");
    point.set("standardise", 0, "sphere");
    point.set("d", 5);
    point.set("lambda", 0.8);
    point.set("theta", theta);
    point.set("samples", 40);
    point.set("levels", 32);
    point.set("updates", 300);
    point.set_axis("alpha", {std::log(4.) / 5, std::log(30.) / 5, std::log(400.) / 5});
    return point;
}

TEST(AssociativeMemory, LevelsAreExplicitPatternsAndExact) {
    const Experiment experiment = associative_memory();
    for (const std::string patterns : {"spherical", "gaussian"}) {
        for (const std::string weights : {"hopfield", "diffusion"}) {
            for (const double theta : {0., 0.5}) {
                const Point levels = memory_point(patterns, weights, "levels", theta);
                const Point drawn = memory_point(patterns, weights, "explicit", theta);
                const auto a = test::run_replicas(experiment, levels, 12), b = test::run_replicas(experiment, drawn, 12);
                const std::vector<double> exact = theory(experiment, "source_weight_theory", levels);
                for (std::size_t k = 0; k < 3; ++k) {
                    for (const std::string name : {"source_weight", "participation_ratio"}) {
                        const RunningMoments one = a.moments(name, k), two = b.moments(name, k);
                        EXPECT_NEAR(one.mean(), two.mean(), 4.5 * std::hypot(one.standard_error(), two.standard_error()))
                            << patterns << weights << theta << name << k;
                        EXPECT_EQ(std::isnan(exact[k]), theta > 0);
                        if (theta == 0 && name == "source_weight") {
                            EXPECT_NEAR(one.mean(), exact[k], 4 * one.standard_error()) << patterns << weights << k;
                        }
                    }
                }
            }
        }
    }
}

/// Orthogonal patterns of a user: the fixed point near one of them is known in closed form.
TEST(AssociativeMemory, FixedPointsOfTheUsersPatterns) {
    Point point = memory_point("dataset", "hopfield", "explicit", 0);
    point.set("d", 6);
    point.set("lambda", 0.7);
    point.set("samples", 6);
    point.set_axis("alpha", {std::log(6.) / 6});
    // ±√6 along three axes: their mean is 0, all norms are √6.
    Array array{{6, 6}, std::shared_ptr<double[]>(new double[36]()), 0, "test"};
    for (std::size_t j = 0; j < 6; ++j) const_cast<double&>(array.values[j * 6 + j / 2]) = j % 2 == 0 ? 3 : -3;
    const auto replicas = test::run_replicas(associative_memory(), point, 1, 1, {{"dataset", array}});
    // x = m y_1: m = 2 sinh(6λm)/(2 cosh(6λm) + 4), from m = 1.
    double m = 1;
    for (int i = 0; i < 1000; ++i) m = std::sinh(4.2 * m) / (std::cosh(4.2 * m) + 2);
    const double z = 2 * std::cosh(4.2) + 4;
    EXPECT_NEAR(replicas.moments("source_weight").mean(), std::exp(4.2) / z, 1e-12);
    EXPECT_NEAR(replicas.moments("fixed_overlap").mean(), 1, 1e-9);
    const double z_m = 2 * std::cosh(4.2 * m) + 4, squares = (2 * std::cosh(8.4 * m) + 4) / (z_m * z_m);
    EXPECT_NEAR(replicas.moments("mixture").mean(), 1 / squares > 1.5 ? 1 : 0, 1e-12);
    EXPECT_NEAR(replicas.moments("unfinished").mean(), 0, 1e-12);
}

TEST(AssociativeMemory, Refusals) {
    const Experiment experiment = associative_memory();
    const auto refused = [&](const Point& point, const Shapes& shapes = {}) {
        return test::refusal([&] { return experiment.check(point, shapes), 0; });
    };
    Point point = memory_point("spherical", "hopfield", "levels", 0);
    EXPECT_EQ(refused(point), "");
    point.set_axis("alpha", {0});
    EXPECT_NE(refused(point).find("two patterns"), std::string::npos);
    point.set_axis("alpha", {300});
    EXPECT_NE(refused(point).find("to 1000"), std::string::npos);
    point = memory_point("spherical", "hopfield", "explicit", 0);
    point.set_axis("alpha", {4});
    EXPECT_NE(refused(point).find("2^25"), std::string::npos);
    point = memory_point("dataset", "hopfield", "explicit", 0);
    EXPECT_NE(refused(point).find("needs the key dataset"), std::string::npos);
    point.set("alpha_unit", 0, "window");
    EXPECT_NE(refused(point).find("needs the key dataset"), std::string::npos);
    point.set("alpha_unit", 0, "number");
    EXPECT_NE(refused(point, {{"dataset", {100, 5}}}).find("fewer than P = 400"), std::string::npos);
}

TEST(PolynomialMemory, RefusalsNameTheNumberOfPatterns) {
    Point point;
    point.set("degree", 8);
    point.set("N", 1e6);
    point.set_axis("load", {1});
    EXPECT_NE(test::refusal([&] { return polynomial_memory().check(point, {}), 0; }).find("P = 3.7e+36"), std::string::npos);
}

Point cue_point(const std::string& patterns, const std::string& weights, double d, double alpha,
                std::vector<double> thetas) {
    Point point;
    point.set("patterns", 0, patterns);
    point.set("weights", 0, weights);
    point.set("d", d);
    point.set("alpha", alpha);
    point.set("lambda_theta", 1);
    point.set("samples", 60);
    point.set("levels", 32);
    point.set_axis("theta", std::move(thetas));
    return point;
}

/// For two patterns of a diffusion model the posterior of the source is known: ⟨w_1⟩ = ⟨1/(1 + e^{−G})⟩, G normal with
/// mean r²/2θ and variance r²/θ at their distance r.
TEST(CuedRetrieval, OfTwoPatternsIsThePosterior) {
    const double d = 3;
    const std::vector<double> thetas = {0.3, 2};
    for (const std::string patterns : {"spherical", "gaussian"}) {
        const auto replicas =
            test::run_replicas(cued_retrieval(), cue_point(patterns, "diffusion", d, std::log(2.) / d, thetas), 40);
        for (std::size_t k = 0; k < 2; ++k) {
            RunningMoments expected;
            RandomSequence random(RandomStream(8, 0), Purpose::test);
            for (int i = 0; i < 20000; ++i) {
                double y[2][3], norm2[2] = {}, r2 = 0;
                for (int j = 0; j < 2; ++j) {
                    for (double& coordinate : y[j]) coordinate = random.normal(), norm2[j] += coordinate * coordinate;
                    for (double& coordinate : y[j]) coordinate *= patterns == "spherical" ? std::sqrt(d / norm2[j]) : 1;
                }
                for (int c = 0; c < 3; ++c) r2 += (y[0][c] - y[1][c]) * (y[0][c] - y[1][c]);
                const double g = r2 / (2 * thetas[k]) + std::sqrt(r2 / thetas[k]) * random.normal();
                expected.add(1 / (1 + std::exp(-g)));
            }
            const RunningMoments measured = replicas.moments("source_weight", k);
            EXPECT_NEAR(measured.mean(), expected.mean(),
                        4 * std::hypot(measured.standard_error(), expected.standard_error()))
                << patterns << k;
            const RunningMoments identity = replicas.moments("participation_identity", k);
            EXPECT_NEAR(identity.mean(), 0, 4 * identity.standard_error()) << patterns << k;
        }
    }
}

/// Both views of the transition at d = 300: a stored pattern is found on one side of θ_c and lost on the other, and fresh
/// states condense on one side alone.
TEST(CuedRetrieval, AndMemorisationChangeAtOneNoise) {
    const double theta_c = 1 / std::expm1(2 * 0.3);
    const Point point = cue_point("spherical", "hopfield", 300, 0.3, {0.6 * theta_c, 1.5 * theta_c});
    const auto replicas = test::run_replicas(cued_retrieval(), point, 4);
    EXPECT_GT(replicas.moments("source_weight", 0).mean(), 0.98);
    EXPECT_LT(replicas.moments("source_weight", 1).mean(), 0.02);
    const double field[2] = {std::sqrt(1 + 0.6 * theta_c) / (0.6 * theta_c), std::sqrt(1 + theta_c) / theta_c};
    EXPECT_NEAR(replicas.moments("fresh_participation", 0).mean(), 1 - field[1] / field[0], 0.08);
    EXPECT_LT(replicas.moments("fresh_participation", 1).mean(), 0.03);
}

TEST(CuedRetrieval, RefusesLoadsWithoutATransition) {
    const Experiment experiment = cued_retrieval();
    Point point = cue_point("gaussian", "hopfield", 50, 0.6, {1});
    const double theta = experiment.find_parameter("theta")->scale(1, point);
    point.set_axis("theta", {theta});
    EXPECT_NE(test::refusal([&] { return experiment.check(point, {}), 0; }).find("free of noise"), std::string::npos);
}

}  // namespace
}  // namespace gdm
