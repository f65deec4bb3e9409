#include "gdm/experiments/spins/minde.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/spins/mice.hpp"
#include "gdm/experiments/spins/score_target.hpp"
#include "gdm/experiments/spins/strip_parameters.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"
#include "gdm/physics/spins/kaufman.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point minde_point(const std::string& target, std::vector<double> times = {0.1, 0.5, 2}) {
    Point point;
    for (const auto& [name, value] : std::vector<std::pair<const char*, double>>{{"mu", 1},
                                                                                 {"sigma2", 0.4},
                                                                                 {"d", 3},
                                                                                 {"covariance", 1},
                                                                                 {"L", 2},
                                                                                 {"length", 3},
                                                                                 {"T", 2.5},
                                                                                 {"t_max", 8},
                                                                                 {"times", 12},
                                                                                 {"reference_variance", 1},
                                                                                 {"samples", 64},
                                                                                 {"steps", 8},
                                                                                 {"thermalisation", 64},
                                                                                 {"interval", 4}})
        point.set(name, value);
    point.set("target", 0, target);
    point.set("boundary", 0, "torus");
    point.set("sampling", 0, "stratified");
    point.set("halves", 0, "yes");
    point.set("score", 0, "exact");
    point.set_axis("t", std::move(times));
    return point;
}

double theory_of(const Experiment& experiment, const std::string& name, const Point& point) {
    std::vector<double> value(32);
    for (const Theory& theory : experiment.theory)
        if (theory.name == name)
            theory.compute(point, std::span(value).first(theory.axes.empty() ? 1 : point.axis("t").size()));
    return value[0];
}

/// Entropy and information of 2 × 3 spins on a torus by enumeration, apart from all transfer matrices.
struct Enumerated {
    double entropy = 0, information = 0;
};
Enumerated enumerated(double temperature) {
    std::vector<double> law(64), first(4, 0.0), second(16, 0.0);
    double total = 0;
    for (std::size_t state = 0; state < 64; ++state) {
        const auto spin = [&](std::size_t row, std::size_t column) {
            return (state >> (row + 2 * column) & 1) != 0 ? 1. : -1.;
        };
        double energy = 0;
        for (std::size_t column = 0; column < 3; ++column) {
            energy -= 2 * spin(0, column) * spin(1, column);  // both ways round
            for (std::size_t row = 0; row < 2; ++row) energy -= spin(row, column) * spin(row, (column + 1) % 3);
        }
        total += law[state] = std::exp(-energy / temperature);
    }
    Enumerated result;
    for (std::size_t state = 0; state < 64; ++state) {
        const double p = law[state] / total;
        result.entropy -= p * std::log(p);
        first[state & 3] += p;
        second[state >> 2] += p;
    }
    result.information = -result.entropy;
    for (const auto& part : {first, second})
        for (const double p : part) result.information -= p * std::log(p);
    return result;
}

/// Means over replicas within four standard errors.
void expect_mean(const test::Replicas& replicas, const std::string& name, double expected, double slack = 0) {
    const RunningMoments moments = replicas.moments(name);
    EXPECT_NEAR(moments.mean(), expected, 4 * moments.standard_error() + slack) << name;
}

TEST(Minde, TheoryOfSpinsIsEnumeration) {
    for (const double temperature : {1., 2.5, 6.}) {
        Point point = minde_point("ising");
        point.set("T", temperature);
        const Enumerated exact = enumerated(temperature);
        EXPECT_NEAR(theory_of(minde(), "entropy_theory", point), exact.entropy / 6, 1e-12);
        EXPECT_NEAR(theory_of(minde(), "information_theory", point), exact.information, 1e-11);
    }
}

/// Kaufman's formula, where transfer matrices do not reach, and the transfer matrix of a torus are two methods.
TEST(Minde, TransferMatrixAgreesWithKaufman) {
    for (const double temperature : {1.2, 2.27, 5.}) {
        const SpinStrip strip{4, 6, Boundary::torus, 1 / temperature};
        EXPECT_NEAR(exact_strip(strip).entropy / 24, kaufman(6, 4, temperature).entropy, 1e-11);
    }
    EXPECT_NEAR(exact_strip({16, 16, Boundary::torus, 0.4}).entropy / 256, kaufman(16, 16, 2.5).entropy, 1e-12);
}

/// Both identities, both scores: the entropy of enumeration. t_max is so late that nothing is left.
TEST(Minde, SpinsHaveTheirEntropyFromBothEnds) {
    const Enumerated exact = enumerated(2.5);
    for (const char* score : {"exact", "monte_carlo"}) {
        Point point = minde_point("ising", {0.5});
        point.set("score", 0, score);
        const auto replicas = test::run_replicas(minde(), point, 32);
        for (const char* name : {"entropy_controlled", "entropy_reference", "entropy_noise"})
            expect_mean(replicas, name, exact.entropy / 6);
        expect_mean(replicas, "information_lower", exact.information);
        const RunningMoments upper = replicas.moments("entropy_upper"), lower = replicas.moments("entropy_lower");
        EXPECT_GT(upper.mean() + 4 * upper.standard_error(), exact.entropy / 6);
        EXPECT_LT(lower.mean() - 4 * lower.standard_error(), exact.entropy / 6);
    }
}

TEST(Minde, DataWithADensityHaveTheirEntropyFromBothEnds) {
    for (const char* target : {"gaussian", "two_classes"}) {
        for (const double reference : {1., 2.}) {
            Point point = minde_point(target);
            point.set("reference_variance", reference);
            const auto replicas = test::run_replicas(minde(), point, 32);
            for (const char* name : {"entropy_controlled", "entropy_reference", "entropy_noise"})
                expect_mean(replicas, name, theory_of(minde(), "entropy_theory", point));
            expect_mean(replicas, "information_lower", theory_of(minde(), "information_theory", point));
            expect_mean(replicas, "integrand", theory_of(minde(), "integrand_theory", point));
        }
    }
}

/// The entropy of two classes in one dimension by the trapezoidal rule.
TEST(Minde, EntropyOfTwoClassesIsAQuadrature) {
    Point point = minde_point("two_classes");
    point.set("d", 1);
    const GaussianMixture mixture{1, 0.4, 1};
    double sum = 0;
    for (double x = -12; x < 12; x += 1e-3) {
        const double log_density = mixture.log_density(std::vector<double>{x}, 0);
        sum -= 1e-3 * std::exp(log_density) * log_density;
    }
    EXPECT_NEAR(theory_of(minde(), "entropy_theory", point), sum, 1e-8);
}

/// An integral that ends early: the two identities are off by what is left, which their gap names, to both sides.
TEST(Minde, WhatIsLeftIsBetweenTheBounds) {
    for (const char* target : {"gaussian", "ising"}) {
        Point point = minde_point(target);
        point.set("t_max", 0.6);
        const auto replicas = test::run_replicas(minde(), point, 32);
        const auto score_target = score_target_of(point);
        const double exact = theory_of(minde(), "entropy_theory", point),
                     gap = score_target->gap() / score_target->dimension();
        const double upper = replicas.moments("entropy_reference").mean(), lower = replicas.moments("entropy_noise").mean();
        EXPECT_GT(upper, exact);
        EXPECT_LT(lower, exact);
        RunningMoments difference;
        for (std::size_t k = 0; k < 32; ++k) {
            const Combined one(replicas.layout, replicas.blocks[k]);
            difference.add(one.scalar("entropy_reference") - one.scalar("entropy_noise"));
        }
        EXPECT_NEAR(difference.mean(), gap, 4 * difference.standard_error());
    }
}

/// Few equal intervals miss the peak at t = 0, by less than the error says; Gauss's nodes do not miss it.
TEST(Minde, RulesKnowTheirErrors) {
    for (const auto& [sampling, times] : {std::pair{"midpoint", 4}, {"midpoint", 64}, {"gauss", 6}}) {
        Point point = minde_point("gaussian");
        point.set("sampling", 0, sampling);
        point.set("times", times);
        const auto replicas = test::run_replicas(minde(), point, 16);
        const RunningMoments found = replicas.moments("entropy_controlled");
        const double systematic = std::abs(replicas.moments("rule_change").mean()) + replicas.moments("rule_error").mean();
        EXPECT_NEAR(found.mean(), theory_of(minde(), "entropy_theory", point), systematic + 4 * found.standard_error());
        if (times == 4) {
            EXPECT_GT(std::abs(found.mean() - theory_of(minde(), "entropy_theory", point)), 8 * found.standard_error());
        }
    }
}

TEST(Minde, RefusesWhatItCannotDo) {
    Point point = minde_point("ising");
    point.set("L", 9);
    EXPECT_THROW(minde().check(point, {}), UsageError);
    point.set("score", 0, "monte_carlo");
    EXPECT_NO_THROW(minde().check(point, {}));
    point = minde_point("gaussian");
    point.set("d", 1);
    EXPECT_THROW(minde().check(point, {}), UsageError);
}

Point mice_point(const char* boundary, double temperature, double length) {
    Point point = minde_point("ising");
    point.set("L", 2);
    point.set("length", length);
    point.set("T", temperature);
    point.set("boundary", 0, boundary);
    return point;
}

TEST(Mice, HalvesOfATorusAreAlike) {
    for (const char* boundary : {"torus", "cylinder"}) {
        const Point point = mice_point(boundary, 2.5, 4);
        const double found = theory_of(mice(), "entropy_theory", point), exact = theory_of(mice(), "entropy_exact", point);
        if (std::string(boundary) == "torus") {
            EXPECT_NEAR(found, exact, 1e-12);
        } else {
            EXPECT_GT(std::abs(found - exact), 1e-3);  // an end is no middle
        }
    }
}

TEST(Mice, MeasuresTheInformationOfEachHalving) {
    for (const char* score : {"exact", "monte_carlo"}) {
        for (const char* boundary : {"torus", "strip"}) {
            Point point = mice_point(boundary, 2.5, 2);
            point.set("score", 0, score);
            const auto replicas = test::run_replicas(mice(), point, 32);
            std::vector<double> exact(17);
            for (const Theory& theory : mice().theory)
                if (theory.name == "information_theory") theory.compute(point, exact);
            for (std::size_t k = 0; k < 2; ++k) {
                const RunningMoments found = replicas.moments("information", k);
                EXPECT_NEAR(found.mean(), exact[k], 4 * found.standard_error()) << score << boundary << k;
            }
        }
    }
    Point point = mice_point("torus", 2.5, 3);
    EXPECT_THROW(mice().check(point, {}), UsageError);
}

}  // namespace
}  // namespace gdm
