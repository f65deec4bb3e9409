#include "gdm/experiments/mixture/franz_parisi.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/physics/potentials/franz_parisi_theory.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double d, std::vector<double> times, std::vector<double> distances, double sigma2 = 0.1) {
    Point point;
    for (const auto& [name, value] : {std::pair{"mu", 1.0}, {"sigma2", sigma2}, {"d", d}, {"samples", 1000.0}})
        point.set(name, value);
    point.set("q_unit", 0, "d");
    for (double& q : distances) q = franz_parisi().find_parameter("q")->scale(q, point);
    point.set_axis("t", std::move(times));
    point.set_axis("q", std::move(distances));
    return point;
}

std::vector<double> geometric(double first, double last, int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i)
        values.push_back(std::exp(std::lerp(std::log(first), std::log(last), i / (count - 1.0))));
    return values;
}

const Derived& derived_of(const Experiment& experiment, const std::string& name) {
    for (const auto& one : experiment.derived)
        if (one.name == name) return one;
    throw std::logic_error("no derived quantity " + name);
}

const Theory& theory_of(const Experiment& experiment, const std::string& name) {
    for (const auto& one : experiment.theory)
        if (one.name == name) return one;
    throw std::logic_error("no theory " + name);
}

TEST(FranzParisiExperiment, DeclarationIsValid) { EXPECT_NO_THROW(franz_parisi().validate()); }

TEST(FranzParisiExperiment, DistancesArePerDimension) {
    EXPECT_EQ(make_point(100, {1}, {0.5}).axis("q")[0], 50);
    Point absolute = make_point(100, {1}, {0.5});
    absolute.set("q_unit", 1, "absolute");
    EXPECT_EQ(franz_parisi().find_parameter("q")->scale(0.5, absolute), 0.5);
}

TEST(FranzParisiExperiment, MeasuredIsTheQuadrature) {
    const Experiment experiment = franz_parisi();
    for (const double d : {1., 3., 100., 1e4}) {
        const Point point = make_point(d, {0.015, 0.42, 2}, {0.1, 0.5, 1.4, 1.5, 1.6, 4});
        const auto replicas = test::run_replicas(experiment, point, 24);
        const std::size_t size = 18;
        for (const auto& [name, theory] :
             {std::pair{"V", "V_theory"}, {"slope", "slope_theory"}, {"curvature", "curvature_theory"}}) {
            std::vector<double> exact(size);
            theory_of(experiment, theory).compute(point, exact);
            for (std::size_t i = 0; i < size; ++i) {
                const auto moments = replicas.moments(name, i);
                EXPECT_NEAR(moments.mean(), exact[i], 4.5 * moments.standard_error() + 1e-9 * std::abs(exact[i]))
                    << d << ' ' << name << ' ' << i;
            }
        }
    }
}

/// From the definition in one dimension, eqs. 75–79: pairs drawn as there, both images of each.
TEST(FranzParisiExperiment, MeasuredIsThePapersEstimator) {
    const double t = 0.3, q = 0.8, sigma2 = 0.5, delta = 1 - std::exp(-2 * t);
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    RunningMoments paper;
    const auto weight = [&](double x0, double xt) {
        const double gap = xt - x0 * std::exp(-t);
        const double prior = std::exp(-0.5 * (x0 - 1) * (x0 - 1) / sigma2) + std::exp(-0.5 * (x0 + 1) * (x0 + 1) / sigma2);
        return std::exp(-0.5 * gap * gap / delta) * prior / (2 * std::sqrt(2 * std::numbers::pi * sigma2));
    };
    for (int i = 0; i < 100000; ++i) {
        const double x0 = (random.uniform() < 0.5 ? 1 : -1) + std::sqrt(sigma2) * random.normal();
        const double xt = x0 * std::exp(-t) + std::sqrt(delta) * random.normal();
        paper.add(-std::log((weight(x0 + std::sqrt(q), xt) + weight(x0 - std::sqrt(q), xt)) / (2 * std::sqrt(q))));
    }
    const auto measured = test::run_replicas(franz_parisi(), make_point(1, {t}, {q}, sigma2), 50).moments("V");
    EXPECT_NEAR(measured.mean(), paper.mean(), 4 * std::hypot(measured.standard_error(), paper.standard_error()));
}

TEST(FranzParisiExperiment, InflectionPointsAndMinimaOfThePapersExample) {
    const Experiment experiment = franz_parisi();
    const Point point = make_point(1, {0.42, 0.015, 0.01}, geometric(0.01, 8, 80));
    const auto replicas = test::run_replicas(experiment, point, 24);
    std::vector<double> mean(replicas.layout.size());
    for (const auto& block : replicas.blocks)
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += block[i] / 24;
    std::vector<double> count(3), places(18), exact(18), minimum(9), systematic(18);
    derived_of(experiment, "inflections").compute(point, Combined(replicas.layout, mean), count, systematic);
    EXPECT_EQ(count, (std::vector<double>{1, 1, 3}));
    derived_of(experiment, "minima").compute(point, Combined(replicas.layout, mean), count, systematic);
    EXPECT_EQ(count, (std::vector<double>{1, 0, 0}));
    derived_of(experiment, "inflection").compute(point, Combined(replicas.layout, mean), places, systematic);
    theory_of(experiment, "inflection_theory").compute(point, exact);
    // By quadrature of eq. 75: zeros of V″.
    const FranzParisiQuadrature early({1, 0.1, 1}, 0.01);
    for (const std::size_t slot : {12u, 13u, 14u}) {
        EXPECT_NEAR(early(exact[slot]).curvature, 0, 1e-6);
        EXPECT_NEAR(places[slot], exact[slot], 0.05) << slot;
    }
    EXPECT_TRUE(std::isnan(places[1]) && std::isnan(exact[1]) && std::isnan(places[15]));
    theory_of(experiment, "minimum_theory").compute(point, minimum);
    EXPECT_NEAR(FranzParisiQuadrature({1, 0.1, 1}, 0.42)(minimum[0]).slope, 0, 1e-8);
    EXPECT_TRUE(std::isnan(minimum[3]));
}

TEST(FranzParisiExperiment, SecondMinimumIsTheOtherClass) {
    // d → ∞: minima at y = 1 + l, that is q/d = 2v and q/d = v (2 + D²/d).
    const Point point = make_point(1e6, {0.42}, geometric(0.01, 8, 60));
    std::vector<double> minimum(3);
    theory_of(franz_parisi(), "minimum_theory").compute(point, minimum);
    const double delta = 1 - std::exp(-0.84), gamma = delta + 0.1 * std::exp(-0.84), v = 0.1 * delta / gamma;
    EXPECT_NEAR(minimum[0] / 1e6, 2 * v, 1e-4);
    EXPECT_NEAR(minimum[1] / 1e6, 2 * v + 4 * delta * delta / (gamma * gamma), 1e-4);
}

TEST(FranzParisiExperiment, WhatLeavesDoublePrecisionIsMissing) {
    // V'' ~ 1/q²: no number at 1e-300, and none that stops the others.
    const Experiment experiment = franz_parisi();
    Point point = make_point(3, {10}, geometric(1e-300, 1e12, 20), 1000);
    point.set("samples", 64);
    const auto replicas = test::run_replicas(experiment, point, 1);
    const Combined combined(replicas.layout, replicas.blocks[0]);
    EXPECT_TRUE(std::isnan(combined["curvature"][0]));
    EXPECT_TRUE(std::isfinite(combined["V"][0]));
    EXPECT_TRUE(std::isfinite(combined["slope"][0]));
    EXPECT_TRUE(std::isfinite(combined["curvature"][19]));
    for (const auto& one : experiment.theory) {
        std::vector<double> value(60, 0.0);
        EXPECT_NO_THROW(one.compute(point, value)) << one.name;
        for (const double number : value) EXPECT_FALSE(std::isinf(number)) << one.name;
    }
}

TEST(FranzParisiExperiment, RefusesWhatDoublesCannotTellApart) {
    const Experiment experiment = franz_parisi();
    EXPECT_NO_THROW(experiment.check(make_point(1e9, {0.01}, {1, 8}), {}));
    EXPECT_THROW(experiment.check(make_point(1, {1e-9}, {1e6}), {}), UsageError);
}

}  // namespace
}  // namespace gdm
