#include "gdm/experiments/networks/training_memorisation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(double mu, double psi_n, std::vector<double> times, double t = 0.1) {
    Point point;
    point.set("activation", 0, "erf");
    point.set("mu", mu);
    point.set("sigma2", 0.5);
    point.set("d", 4);
    point.set("psi_n", psi_n);
    point.set("psi_p", 5);
    point.set("t", t);
    point.set("threshold", 0.05);
    point.set("standardise", 1, "scale");
    point.set_axis("tau", std::move(times));
    return point;
}

TEST(TrainingMemorisation, SquaredScoreIsThatOfSamples) {
    const Point point = point_of(0.9, 2, {1}, 0.3);
    const GaussianMixture mixture = mixture_of(point);
    RandomSequence sequence(RandomStream(3, 0), Purpose::test);
    RunningMoments squares;
    std::vector<double> x(4), score(4);
    for (int i = 0; i < 20000; ++i) {
        const double sign = sequence.uniform() < 0.5 ? 1 : -1;
        for (double& one : x)
            one = sign * mixture.mu * std::exp(-0.3) + std::sqrt(mixture.variance(0.3)) * sequence.normal();
        mixture.score(x, 0.3, score);
        double square = 0;
        for (const double one : score) square += one * one / 4;
        squares.add(square);
    }
    EXPECT_NEAR(squared_score(point), squares.mean(), 4 * squares.standard_error());
}

TEST(TrainingMemorisation, BeginsAtZeroAndIsBoundedByTheScore) {
    for (const double mu : {0.0, 0.9}) {
        const auto replicas = test::run_replicas(training_memorisation(), point_of(mu, 3, {0, 10, 100, 1e3, 1e5}), 3);
        for (const auto& block : replicas.blocks) {
            const Combined values(replicas.layout, block);
            EXPECT_NEAR(values["loss_train"][0], 1, 1e-14);
            EXPECT_NEAR(values["loss_test"][0], 1, 1e-14);
            for (std::size_t k = 1; k < 5; ++k) EXPECT_LT(values["loss_train"][k], values["loss_train"][k - 1]);
            for (std::size_t k = 0; k < 5; ++k) EXPECT_GT(values["score_error"][k], 0);
        }
    }
}

/// With so many points of two classes the training loss is that over their law, which is found without them.
TEST(TrainingMemorisation, ManyPointsLeaveNoGap) {
    const auto replicas = test::run_replicas(training_memorisation(), point_of(0.9, 500, {30, 300}), 6);
    for (std::size_t k = 0; k < 2; ++k) {
        const RunningMoments gap = replicas.moments("gap", k);
        EXPECT_NEAR(gap.mean(), 0, 4 * gap.standard_error() + 3e-3);
        EXPECT_LT(gap.standard_error(), 5e-3);
    }
}

TEST(TrainingMemorisation, GoesOnFromAnyStateToTheSameBits) {
    const Experiment experiment = training_memorisation();
    EXPECT_EQ(experiment.state_size(point_of(0.9, 100, {1})), 0u);  // the eigenproblem takes the time
    for (const char* activation : {"erf", "relu"}) {
        Point point = point_of(0.9, 500, {10, 1000});  // 2,000 points are eight blocks
        point.set("activation", 0, activation);
        EXPECT_EQ(test::expect_same_bits_from_states(experiment, point), 8u) << activation;
    }
}

/// Two classes at ±mu, of which a network of relu, which is not odd, must be tested on both.
TEST(TrainingMemorisation, ManyPointsOfReluLeaveNoGap) {
    Point point = point_of(0.9, 500, {30, 300});
    point.set("activation", 3, "relu");
    const auto replicas = test::run_replicas(training_memorisation(), point, 6);
    for (std::size_t k = 0; k < 2; ++k) {
        const RunningMoments gap = replicas.moments("gap", k);
        EXPECT_NEAR(gap.mean(), 0, 4 * gap.standard_error() + 3e-3);
    }
}

TEST(TrainingMemorisation, HeldOutRowsStandForTheLaw) {
    // Rows drawn from the law of two classes: the same losses as with the law itself, but for the finite number of rows.
    constexpr std::size_t rows = 800;
    const auto table = std::make_shared<std::vector<double>>();
    RandomSequence sequence(RandomStream(4, 0), Purpose::test);
    for (std::size_t i = 0; i < rows; ++i) {
        const double sign = sequence.uniform() < 0.5 ? 1 : -1;
        for (int k = 0; k < 4; ++k) table->push_back(sign * 0.9 + std::sqrt(0.5) * sequence.normal());
    }
    const Inputs inputs{{"dataset", {{rows, 4}, {table, table->data()}, 1, "rows"}}};
    Point point = point_of(std::nan(""), 5, {10, 100, 1000});
    point.set("sigma2", std::nan(""));
    point.set("standardise", 0, "centre");
    const auto given = test::run_replicas(training_memorisation(), point, 16, 1, inputs);
    const auto drawn = test::run_replicas(training_memorisation(), point_of(0.9, 5, {10, 100, 1000}), 16, 2);
    for (const char* name : {"loss_train", "loss_test"}) {
        for (std::size_t k = 0; k < 3; ++k) {
            const RunningMoments one = given.moments(name, k), other = drawn.moments(name, k);
            EXPECT_NEAR(one.mean(), other.mean(), 4 * std::hypot(one.standard_error(), other.standard_error(), 4e-3))
                << name << " " << k;
        }
    }
}

TEST(TrainingMemorisation, RefusesWhatItCannotCompute) {
    const auto check = training_memorisation().check;
    EXPECT_THROW(check(point_of(0, 0.1, {1}), {}), UsageError);  // no point
    Point wide = point_of(0, 2, {1});
    wide.set("psi_p", 1e5);
    EXPECT_THROW(check(wide, {}), UsageError);
    EXPECT_THROW(check(point_of(0, 5, {1}), {{"dataset", {20, 4}}}), UsageError);  // no row is left
    EXPECT_NO_THROW(check(point_of(0, 4, {1}), {{"dataset", {20, 4}}}));
}

}  // namespace
}  // namespace gdm
