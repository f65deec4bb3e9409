/// Hopfield networks as experiments: against all states, known curves and theory, and from their saved states.

#include "gdm/experiments/memory/hopfield.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "gdm/base/error.hpp"
#include "gdm/experiments/memory/half_retrieved.hpp"
#include "gdm/experiments/memory/hopfield_capacity.hpp"
#include "gdm/physics/memories/first_step_error.hpp"
#include "gdm/physics/memories/hopfield_theory.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(double n, double alpha, double temperature, const std::string& start = "pattern",
               const std::string& rule = "hebb") {
    Point point;
    point.set("start", 0, start);
    point.set("rule", 0, rule);
    point.set("N", n);
    point.set("bias", 0);
    point.set("alpha", alpha);
    point.set("T", temperature);
    point.set("samples", 256);
    point.set("thermalisation", 64);
    point.set("retrieved_above", 0.5);
    return point;
}

Point capacity_point(double n, std::vector<double> alphas, double samples = 1) {
    Point point;
    point.set("rule", 0, "hebb");
    point.set("N", n);
    point.set("bias", 0);
    point.set_axis("alpha", std::move(alphas));
    point.set("samples", samples);
    point.set("retrieved_above", 0.9);
    return point;
}

TEST(Hopfield, EnergyIsThatOfAllStates) {
    for (const std::string rule : {"hebb", "covariance"}) {
        for (const double temperature : {0.6, 1.5}) {
            const auto replicas = test::run_replicas(hopfield(), point_of(12, 0.25, temperature, "random", rule), 64);
            RunningMoments difference;
            for (std::size_t i = 0; i < 64; ++i) {
                const Combined one(replicas.layout, replicas.blocks[i]);
                difference.add(one.scalar("energy") - one.scalar("energy_exact"));
            }
            EXPECT_NEAR(difference.mean(), 0, 4 * difference.standard_error()) << rule << " " << temperature;
            EXPECT_LT(difference.standard_error(), 4e-3);
        }
    }
}

TEST(Hopfield, OnePatternIsTheFerromagnet) {
    const auto replicas = test::run_replicas(hopfield(), point_of(4000, 1. / 4000, 0.6), 16);
    const double m = hopfield_retrieval(0, 0.6).m;
    EXPECT_NEAR(m, std::tanh(m / 0.6), 1e-12);
    const auto measured = replicas.moments("magnetisation");
    EXPECT_NEAR(measured.mean(), m, 4 * measured.standard_error() + 1. / 4000);
    EXPECT_NEAR(replicas.moments("energy").mean(), -m * m / 2, 2e-3);
    // q = m² where all spins are alike.
    EXPECT_NEAR(replicas.moments("overlap").mean(), m * m, 2e-3);
}

TEST(Hopfield, RetrievesAsTheoryHasIt) {
    const auto replicas = test::run_replicas(hopfield(), point_of(2000, 0.05, 0.4), 16);
    const HopfieldState theory = hopfield_retrieval(0.05, 0.4);
    const auto m = replicas.moments("magnetisation"), e = replicas.moments("energy"), q = replicas.moments("overlap");
    EXPECT_NEAR(m.mean(), theory.m, 4 * m.standard_error());
    EXPECT_NEAR(q.mean(), theory.q, 4 * q.standard_error());
    EXPECT_NEAR(e.mean(), theory.energy, 4 * e.standard_error());
    EXPECT_LT(m.standard_error(), 2e-3);
    EXPECT_EQ(replicas.moments("retrieved").mean(), 1);
}

TEST(HopfieldCapacity, FirstStepIsTheBinomialOneAndFewPatternsAreKept) {
    const Point point = capacity_point(400, {1. / 400, 0.08, 0.3}, 4);
    const auto replicas = test::run_replicas(hopfield_capacity(), point, 50);
    for (std::size_t k : {1, 2}) {
        const auto error = replicas.moments("first_step_error", k);
        EXPECT_NEAR(error.mean(), hopfield_first_step_error(400, k == 1 ? 32 : 120), 4 * error.standard_error());
    }
    EXPECT_EQ(replicas.moments("final_overlap", 0).mean(), 1);
    EXPECT_EQ(replicas.moments("sweeps", 0).mean(), 0);
    EXPECT_NEAR(replicas.moments("final_energy", 0).mean(), -399. / 800, 1e-12);
    EXPECT_EQ(replicas.moments("retrieved", 1).mean(), 1);
    EXPECT_LT(replicas.moments("retrieved", 2).mean(), 0.1);
}

TEST(HopfieldCapacity, HalfPointIsThatOfTheCurve) {
    std::vector<double> x, share;
    for (double at = 0.1; at < 0.2; at += 0.01) {
        x.push_back(at);
        share.push_back(1 / (1 + std::exp((at - 0.1432) / 0.007)));
    }
    EXPECT_NEAR(half_point(x, share).place, 0.1432, 1e-9);
    EXPECT_NEAR(half_point(x, share).width, 0.007, 1e-9);
    EXPECT_LT(half_point(x, share).systematic, 1e-3);
    const std::vector<double> three{1, 2, 3}, step{1, 1, 0}, none{1, 1, 1};
    EXPECT_EQ(half_point(three, step).place, 2.5);
    EXPECT_EQ(half_point(three, step).systematic, 0.5);
    EXPECT_TRUE(std::isnan(half_point(three, none).place));
}

/// Stopped anywhere, both go on to the same bits.
TEST(Hopfield, GoOnFromTheirStates) {
    test::expect_same_bits_after({1, 2, 3}, hopfield(), point_of(1000, 0.2, 0.5));
    test::expect_same_bits_after({1, 2, 3}, hopfield(), point_of(1000, 0.05, 0.2, "random", "covariance"));
    test::expect_same_bits_after({1, 2, 3}, hopfield_capacity(), capacity_point(2000, {0.14, 0.16, 0.25}, 3));
}

TEST(Hopfield, TakesPatternsOfTheUser) {
    Array array;
    array.shape = {3, 40};
    const std::shared_ptr<double[]> values(new double[120]);
    for (std::size_t i = 0; i < 120; ++i) values[i] = (i * i / 7) % 2 == 0 ? 1 : 0;
    array.values = values;
    array.source = "own.h5:/patterns";
    Point point = point_of(40, 1. / 40, 0.1);
    point.set("bias", std::nan(""));
    const auto replicas = test::run_replicas(hopfield(), point, 2, 1, {{"dataset", array}});
    EXPECT_EQ(replicas.moments("magnetisation").mean(), 1);
    values[5] = 0.5;
    try {
        static_cast<void>(hopfield().prepare(point, {{"dataset", array}}));
        FAIL();
    } catch (const UsageError& error) {
        EXPECT_NE(std::string(error.what()).find("own.h5:/patterns: spins are 0 and 1, or -1 and 1; found 0.5"),
                  std::string::npos);
    }
    EXPECT_EQ(hopfield().implied({{"dataset", {3, 40}}})[0].expression, "40");
    EXPECT_THROW(static_cast<void>(hopfield().implied({{"dataset", {3}}})), UsageError);
    EXPECT_THROW(hopfield().check(point_of(40, 0.1, 1), {{"dataset", {3, 40}}}), UsageError);
    EXPECT_THROW(hopfield().check(point_of(40, 0.01, 1), {}), UsageError);
    EXPECT_NO_THROW(hopfield().check(point_of(40, 0.075, 1), {{"dataset", {3, 40}}}));
}

}  // namespace
}  // namespace gdm
