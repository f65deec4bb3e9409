#include "gdm/experiments/targets/order_parameter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/targets/order_parameter_axes.hpp"
#include "gdm/physics/targets/turning_point.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& target, double d, double N, std::vector<double> thetas, std::vector<double> fields) {
    Point point;
    point.set("target", 0, target);
    point.set("point_law", 0, "sphere");
    point.set("standardise", 1, "norm");
    point.set("d", d);
    point.set("N", N);
    point.set("window", 0.1);
    point.set_axis("theta", std::move(thetas));
    point.set_axis("h", std::move(fields));
    return point;
}

double at(const test::Replicas& replicas, const std::string& name, std::size_t index = 0) {
    return Combined(replicas.layout, replicas.blocks[0])[name][index];
}

TEST(OrderParameter, BranchesOfTwoDeltasSolveTheirEquation) {
    const std::vector<double> thetas{0.3, 0.8, 1.2}, fields{0.0, 0.05, -0.3};
    const auto replicas = test::run_replicas(order_parameter(), point_of("two_deltas", 3, 2, thetas, fields), 1);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const std::size_t place = 3 * i + j;
            const auto count = static_cast<std::size_t>(at(replicas, "branches", place));
            // Three below the spinodal field √(1 − θ) − θ artanh √(1 − θ), one above it.
            const double root = std::sqrt(std::max(0.0, 1 - thetas[i]));
            const double spinodal = thetas[i] < 1 ? root - thetas[i] * std::atanh(root) : -1;
            ASSERT_EQ(count, std::abs(fields[j]) < spinodal ? 3u : 1u);
            EXPECT_EQ(at(replicas, "degree", place), 1);
            double least = HUGE_VAL, lowest = 0;
            for (std::size_t b = 0; b < count; ++b) {
                const double m = at(replicas, "branch_magnetisation", place * most_branches + b);
                const double x = (m + fields[j]) / thetas[i];
                EXPECT_NEAR(m, std::tanh(x), 1e-12);
                const double energy = m * m / 2 + 0.5 - thetas[i] * std::log(std::cosh(x));
                EXPECT_NEAR(at(replicas, "branch_free_energy", place * most_branches + b), energy, 1e-12);
                const double stability = 1 - (1 - m * m) / thetas[i];
                EXPECT_NEAR(at(replicas, "branch_stability", place * most_branches + b), stability, 1e-9);
                EXPECT_EQ(at(replicas, "branch_unstable", place * most_branches + b), stability < 0 ? 1 : 0);
                if (energy < least - 1e-12 || (energy < least + 1e-12 && m > lowest)) {
                    least = energy;
                    lowest = m;
                }
            }
            EXPECT_NEAR(at(replicas, "magnetisation", place), lowest, 1e-12);
            const double response = (1 - lowest * lowest) / (thetas[i] - 1 + lowest * lowest);
            EXPECT_NEAR(at(replicas, "susceptibility", place), response, 1e-9 * response);
            EXPECT_NEAR(at(replicas, "self_response", place * most_modes), response, 1e-9 * response);
            EXPECT_NEAR(at(replicas, "score_jacobian", place * most_modes),
                        ((1 - lowest * lowest) / thetas[i] - 1) / thetas[i], 1e-9);
        }
    }
}

// Exponents within 1 %, and their errors cover, for every symmetric target and every window.
TEST(OrderParameter, ExponentsAreThoseOfMeanField) {
    const Experiment experiment = order_parameter();
    struct One {
        std::string target;
        double d, theta_c;
    };
    for (const One& one :
         {One{"two_deltas", 8, 1}, {"four_deltas", 8, 0.5}, {"hypersphere", 2, 0.5}, {"hypersphere", 1e4, 1e-4}}) {
        for (const double window : {0.02, 0.1, 0.3}) {
            Point point = point_of(one.target, one.d, 2, {one.theta_c}, {0});
            point.set("window", window);
            const auto replicas = test::run_replicas(experiment, point, 1);
            EXPECT_NEAR(at(replicas, "theta_c") / one.theta_c, 1, 1e-9) << one.target;
            EXPECT_NEAR(at(replicas, "theta_stability") / one.theta_c, 1, 1e-9) << one.target;
            const Combined combined(replicas.layout, replicas.blocks[0]);
            for (const auto& [name, exact] : std::vector<std::pair<std::string, double>>{
                     {"beta", 0.5}, {"gamma", 1}, {"gamma_ordered", 1}, {"delta", 3}, {"amplitude_ratio", 2}}) {
                for (const Derived& derived : experiment.derived) {
                    if (derived.name != name) continue;
                    std::vector<double> value(1), systematic(1);
                    derived.compute(point, combined, value, systematic);
                    EXPECT_NEAR(value[0], exact, 0.01 * exact) << one.target << " " << name << " " << window;
                    EXPECT_NEAR(value[0], exact, 1e-12 + systematic[0]) << one.target << " " << name << " " << window;
                }
            }
        }
    }
}

TEST(OrderParameter, RandomPointsInManyDimensionsAreOrthogonal) {
    Point point = point_of("discrete", 1e5, 4, {1e-5}, {0});
    const auto replicas = test::run_replicas(order_parameter(), point, 2);
    const double expected = orthogonal_points_theta_c(4);
    for (const auto& block : replicas.blocks)
        EXPECT_NEAR(Combined(replicas.layout, block)["theta_c"][0], expected, 0.02 * expected);
    // Four minima, six saddles between pairs, four between triples, one maximum within their span: all 15 faces of a
    // simplex.
    Point near = point_of("discrete", 1e5, 4, {0.1}, {0});
    const auto branches = test::run_replicas(order_parameter(), near, 1);
    EXPECT_EQ(at(branches, "branches"), 15);
    EXPECT_EQ(at(branches, "stable_branches"), 4);
    EXPECT_EQ(at(branches, "degree"), 1);
}

TEST(OrderParameter, UsersPointsAreCentredAndScaled) {
    // Two points anywhere are two deltas: half their distance is 1 in units of their spread.
    Array array{.shape = {2, 3}, .values = {}, .content_hash = 1, .source = "test"};
    auto values = std::make_unique<double[]>(6);
    const std::vector<double> rows{5, 1, 2, 5, 7, -6};
    std::copy(rows.begin(), rows.end(), values.get());
    array.values = std::move(values);
    const Experiment experiment = order_parameter();
    const auto replicas = test::run_replicas(experiment, point_of("discrete", 3, 2, {0.6}, {0}), 1, 1, {{"dataset", array}});
    EXPECT_NEAR(at(replicas, "theta_c"), 1, 1e-9);
    EXPECT_EQ(at(replicas, "branches"), 3);
    EXPECT_NEAR(at(replicas, "branch_norm"), std::tanh(at(replicas, "branch_norm") / 0.6), 1e-9);
    const auto told = [&](double N) -> std::string {
        try {
            experiment.check(point_of("discrete", 3, N, {0.6}, {0}), {{"dataset", {2, 3}}});
        } catch (const UsageError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(told(2), "");
    EXPECT_EQ(told(3), "the dataset has 2 rows, fewer than N = 3");
}

TEST(OrderParameter, AReplicaGoesOnFromItsState) {
    // Places, ends of four points without and with fields, the centre, and what stands at distances and ratios.
    EXPECT_EQ(test::expect_same_bits_from_states(order_parameter(), point_of("discrete", 3, 4, {0.05, 0.2, 0.6}, {0, 0.1})),
              6u + 4 + 8 + 1 + 29 + 4);
    EXPECT_EQ(test::expect_same_bits_from_states(order_parameter(), point_of("two_deltas", 1, 2, {0.7}, {0}), 5), 8u);
}

}  // namespace
}  // namespace gdm
