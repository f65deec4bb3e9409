#include "gdm/experiments/targets/symmetry_breaking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/targets/critical_slowing.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(const std::string& target, double d, std::vector<double> thetas) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"d", d}, {"N", 20.0}, {"K", 64.0}, {"dt", 0.05}, {"clones", 2.0}, {"samples", 600.0}})
        point.set(name, value);
    point.set("target", 0, target);
    point.set("process", 0, "brownian");
    point.set("point_law", 0, "sphere");
    point.set("integrator", 0, "exact");
    point.set("theta_unit", 0, "theta_c");
    const Experiment experiment = symmetry_breaking();
    for (double& theta : thetas) theta = experiment.find_parameter("theta")->scale(theta, point);
    point.set_axis("theta", thetas);
    return point;
}

std::vector<double> theory(const Experiment& experiment, const std::string& name, const Point& point) {
    for (const auto& one : experiment.theory) {
        if (one.name != name) continue;
        std::vector<double> value(one.axes.empty() ? 1 : point.axis("theta").size());
        one.compute(point, value);
        return value;
    }
    throw std::logic_error("no theory " + name);
}

TEST(SymmetryBreaking, DeclarationsAreValid) {
    EXPECT_NO_THROW(symmetry_breaking().validate());
    EXPECT_NO_THROW(critical_slowing().validate());
}

TEST(SymmetryBreaking, NoiseIsInUnitsOfTheTransition) {
    EXPECT_EQ(make_point("two_deltas", 7, {1.2}).axis("theta")[0], 1.2);
    EXPECT_EQ(make_point("four_deltas", 7, {1.2}).axis("theta")[0], 0.6);
    EXPECT_EQ(make_point("hypersphere", 8, {1.2}).axis("theta")[0], 0.15);
    Point point = make_point("hypersphere", 8, {1});
    point.set("theta_unit", 1, "absolute");
    EXPECT_EQ(symmetry_breaking().find_parameter("theta")->scale(1.2, point), 1.2);
}

/// q(1) and (1 + q(1))/2 of PHYSICS' overlap functions at the transition; ½ for the sphere in many dimensions.
TEST(SymmetryBreaking, LevelsAtTheTransition) {
    constexpr double q1 = 0.550400490793;
    const Experiment experiment = symmetry_breaking();
    for (const std::string target : {"two_deltas", "four_deltas"}) {
        const double same = target == "two_deltas" ? (1 + q1) / 2 : std::pow((1 + q1) / 2, 2);
        EXPECT_NEAR(theory(experiment, "overlap_theory", make_point(target, 1, {1}))[0], q1, 1e-8);
        EXPECT_NEAR(theory(experiment, "agreement_theory", make_point(target, 1, {1}))[0], same, 1e-8);
    }
    EXPECT_NEAR(theory(experiment, "overlap_theory", make_point("hypersphere", 1, {1}))[0], q1, 1e-8);
    EXPECT_NEAR(theory(experiment, "overlap_theory", make_point("hypersphere", 1e4, {1}))[0], 0.5, 1e-4);
    EXPECT_TRUE(std::isnan(theory(experiment, "overlap_theory", make_point("discrete", 4, {1}))[0]));
}

TEST(SymmetryBreaking, TransitionIsWhereClonesPart) {
    const Experiment experiment = symmetry_breaking();
    const std::vector<double> grid{0.6, 0.8, 1, 1.2, 1.4};
    for (const auto& [target, d, critical] : {std::tuple{"two_deltas", 1., 1.},
                                              {"four_deltas", 2., 0.5},
                                              {"hypersphere", 2., 0.5},
                                              {"hypersphere", 1e4, 1e-4}}) {
        const Point point = make_point(target, d, grid);
        const auto replicas = test::run_replicas(experiment, point, 8);
        RunningMoments crossing;
        for (const auto& block : replicas.blocks) {
            double value = 0, systematic = 0;
            experiment.derived[0].compute(point, Combined(replicas.layout, block), {&value, 1}, {&systematic, 1});
            crossing.add(value);
        }
        EXPECT_NEAR(crossing.mean(), critical, 4 * crossing.standard_error()) << target << d;
        EXPECT_LT(crossing.standard_error(), 0.1 * critical);
    }
}

TEST(SymmetryBreaking, PointsOfADiscreteTargetBelongToTheReplica) {
    const Point point = make_point("discrete", 4, {0.05, 400});
    const auto replicas = test::run_replicas(symmetry_breaking(), point, 6);
    const auto agreement = [&](std::size_t k) { return replicas.moments("agreement", k).mean(); };
    EXPECT_GT(agreement(0), 0.9);           // one point is left
    EXPECT_NEAR(agreement(1), 0.05, 0.01);  // 20 points, all alike
    EXPECT_GT(replicas.moments("overlap", 1).variance(), 0);
}

TEST(SymmetryBreaking, UsersPointsAreTheTarget) {
    // Two points anywhere are two deltas once they are centred and scaled: along their line the overlap is that of ±1.
    Array array{.shape = {2, 3}, .values = {}, .content_hash = 1, .source = "test"};
    auto values = std::make_unique<double[]>(6);
    const std::vector<double> rows{5, 1, 2, 5, 7, -6};
    std::copy(rows.begin(), rows.end(), values.get());
    array.values = std::move(values);
    Point point = make_point("discrete", 3, {0.5, 1, 2});
    point.set("theta_unit", 1, "absolute");
    point.set("N", 2);
    point.set("standardise", 1, "norm");
    point.set_axis("theta", {0.5, 1, 2});
    const auto replicas = test::run_replicas(symmetry_breaking(), point, 16, 1, {{"dataset", array}});
    const auto exact = theory(symmetry_breaking(), "overlap_theory", make_point("two_deltas", 1, {0.5, 1, 2}));
    for (std::size_t k = 0; k < exact.size(); ++k) {
        const RunningMoments overlap = replicas.moments("overlap", k);
        EXPECT_NEAR(overlap.mean(), exact[k], 4 * std::sqrt(overlap.variance() / 16)) << k;
    }
    EXPECT_NO_THROW(symmetry_breaking().check(point, {{"dataset", {2, 3}}}));
    point.set("N", 3);
    EXPECT_THROW(symmetry_breaking().check(point, {{"dataset", {2, 3}}}), UsageError);
}

TEST(CriticalSlowing, RefusesWhatItCannotTellApart) {
    const Experiment experiment = critical_slowing();
    Point point = make_point("hypersphere", 1e4, {1});
    EXPECT_NO_THROW(experiment.check(point, {}));
    point.set("K", 1e6);
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = make_point("two_deltas", 1, {1});
    point.set("K", 1e7);
    EXPECT_NO_THROW(experiment.check(point, {}));
    point.set("samples", 1e6);
    EXPECT_THROW(experiment.check(point, {}), UsageError);
}

TEST(CriticalSlowing, GoesOnFromAnyStateToTheSameBits) {
    for (const char* target : {"two_deltas", "hypersphere", "discrete"}) {
        Point point = make_point(target, 3, {0.9, 1.1});
        EXPECT_EQ(test::expect_same_bits_from_states(critical_slowing(), point, 100), 15u) << target;  // 2 (150 + 600)
    }
}

TEST(CriticalSlowing, RelaxationIsThatOfTheCurvature) {
    const Experiment experiment = critical_slowing();
    Point point = make_point("hypersphere", 10, {1, 1.5});
    point.set("samples", 1000);
    const auto replicas = test::run_replicas(experiment, point, 32);
    const auto expected = theory(experiment, "relaxation_time_theory", point);
    EXPECT_GT(expected[0], 2 * expected[1]);
    for (std::size_t k = 0; k < 2; ++k) {
        const RunningMoments measured = replicas.moments("relaxation_time", k);
        EXPECT_NEAR(measured.mean(), expected[k], 4 * measured.standard_error()) << k;
        EXPECT_LT(measured.standard_error(), 0.1 * expected[k]);
    }
    EXPECT_TRUE(std::isnan(theory(experiment, "relaxation_time_theory", make_point("two_deltas", 1, {0.9}))[0]));
    // Far above θ/(θ − θ_c); far below, where a well is, 1/(1 − (1 − m²)/θ) = 2.6256 for two deltas at θ = 0.8.
    const auto limits = theory(experiment, "relaxation_time_limit", make_point("two_deltas", 1, {0.8, 3}));
    EXPECT_NEAR(limits[0], 2.6256, 1e-4);
    EXPECT_NEAR(limits[1], 1.5, 1e-12);
}

/// Sets of random points differ, and each chain is compared with the exact averages of its own.
TEST(CriticalSlowing, OfRandomPointsIsThatOfTheirOwnSums) {
    const Experiment experiment = critical_slowing();
    for (const std::string law : {"sphere", "gaussian"}) {
        Point point = make_point("discrete", 2, {0.9, 1.4});
        point.set("N", 6);
        point.set("K", 16);
        point.set("samples", 4000);
        point.set("point_law", 0, law);
        const auto replicas = test::run_replicas(experiment, point, 32);
        for (std::size_t k = 0; k < 2; ++k) {
            RunningMoments state, magnetisation, time, by_force;
            for (const auto& block : replicas.blocks) {
                const Combined one(replicas.layout, block);
                state.add(one["state_squared_minus_exact"][k]);
                magnetisation.add(one["magnetisation_squared_minus_exact"][k]);
                time.add(one["relaxation_time"][k] / one["relaxation_time_exact"][k] - 1);
                by_force.add(one["relaxation_time_by_force"][k] / one["relaxation_time_exact"][k] - 1);
            }
            for (const RunningMoments* one : {&state, &magnetisation, &time, &by_force})
                EXPECT_NEAR(one->mean(), 0, 4 * one->standard_error()) << law << k;
            EXPECT_LT(time.standard_error(), 0.05);
        }
    }
    Point point = make_point("discrete", 3, {1});
    const auto replicas = test::run_replicas(experiment, point, 1);
    EXPECT_TRUE(std::isnan(replicas.moments("state_squared_exact").mean()));  // 20 points in space
    EXPECT_TRUE(std::isnan(theory(experiment, "relaxation_time_theory", point)[0]));
    point.set("N", 2000);
    point.set("d", 1e4);
    EXPECT_THROW(experiment.check(point, {}), UsageError);
}

}  // namespace
}  // namespace gdm
