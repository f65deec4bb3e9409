#include "gdm/experiments/machines/rbm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

void set_word(Point& point, const std::string& name, const std::string& word) {
    static const Experiment experiment = rbm();
    const auto& words = experiment.find_parameter(name)->words;
    for (std::size_t k = 0; k < words.size(); ++k)
        if (words[k] == word) point.set(name, static_cast<double>(k), word);
}

Point point_of(const std::string& method, double size, double hidden, std::vector<double> updates) {
    Point point;
    set_word(point, "data", "bars_and_stripes");
    set_word(point, "method", method);
    set_word(point, "annealing", "always");
    for (const auto& [name, value] : std::vector<std::pair<std::string, double>>{{"size", size},
                                                                                 {"hidden", hidden},
                                                                                 {"k", 1},
                                                                                 {"rate", 0.5},
                                                                                 {"batch", 0},
                                                                                 {"decay", 0},
                                                                                 {"T", 1},
                                                                                 {"initial_weights", 0.1},
                                                                                 {"chains", 0},
                                                                                 {"ladder", 4},
                                                                                 {"annealing_steps", 50},
                                                                                 {"annealing_runs", 64},
                                                                                 {"rows", 64},
                                                                                 {"data_temperature", 2},
                                                                                 {"patterns", 3},
                                                                                 {"overlap", 0.9}})
        point.set(name, value);
    point.set_axis("update", std::move(updates));
    point.set_axis("mode", {1, 2, 99});
    point.set_axis("visible_unit", {0});
    point.set_axis("hidden_unit", {0});
    return point;
}

TEST(RbmExperiment, ExactTrainingClimbsToTheBoundFromTheStartOfAllMethods) {
    const std::vector<double> updates{0, 300, 6000};
    const auto exact = test::run_replicas(rbm(), point_of("exact", 2, 4, updates), 4);
    const auto expected = test::run_replicas(rbm(), point_of("expected_cd", 2, 4, updates), 4);
    for (std::size_t replica = 0; replica < 4; ++replica) {
        const Combined one(exact.layout, exact.blocks[replica]), other(expected.layout, expected.blocks[replica]);
        EXPECT_NEAR(one.scalar("best_log_likelihood"), 6 * std::log(1 / 6.), 1e-12);
        EXPECT_EQ(one["log_likelihood"][0], other["log_likelihood"][0]);  // the same start
        EXPECT_LT(one["log_likelihood"][2], one.scalar("best_log_likelihood"));
        EXPECT_GT(one["log_likelihood"][2], one.scalar("best_log_likelihood") - 0.3);
        EXPECT_LT(other["log_likelihood"][2], one.scalar("best_log_likelihood"));
        for (std::size_t u = 0; u < updates.size(); ++u) {
            const double stated = one["annealed_stated_error"][u];
            EXPECT_GT(stated, 0);
            EXPECT_NEAR(one["annealed_log_likelihood"][u], one["log_likelihood"][u], 4 * stated) << updates[u];
            EXPECT_GT(one["annealed_effective_share"][u], 0.1);
        }
        EXPECT_EQ(one.scalar("fall"), one.scalar("peak_log_likelihood") - one["log_likelihood"][2]);
        EXPECT_TRUE(std::isnan(one["gradient_cosine"][1]));
        EXPECT_LT(other["gradient_cosine"][1], 1);
        EXPECT_GT(other["gradient_cosine"][0], 0.5);
        EXPECT_TRUE(std::isnan(one["singular_value"][2]));  // there is no mode 99
        EXPECT_TRUE(std::isnan(one["weights"][0]));
    }
}

TEST(RbmExperiment, GoesOnFromAnyStateToTheSameBits) {
    const Experiment experiment = rbm();
    for (const std::string method : {"cd", "pcd", "tempering", "exact"}) {
        Point point = point_of(method, 3, 5, {0, 3, 17, 40});
        point.set("batch", 4);
        point.set_axis("visible_unit", {0, 1, 2, 3, 4, 5, 6, 7, 8});
        point.set_axis("hidden_unit", {0, 1, 2, 3, 4});
        EXPECT_EQ(test::expect_same_bits_in_pieces(experiment, point, 7), 6u) << method;
        EXPECT_FALSE(std::isnan(test::run_replicas(experiment, point, 1).moments("weights", 44).mean()));
    }
}

TEST(RbmExperiment, LearnsAllKindsOfData) {
    const Experiment experiment = rbm();
    for (const std::string data : {"shifter", "ising", "hopfield"}) {
        Point point = point_of("cd", data == "hopfield" ? 20 : 3, 6, {0, 200});
        set_word(point, "data", data);
        point.set("rate", 0.05);
        const auto replicas = test::run_replicas(experiment, point, 1);
        const Combined one(replicas.layout, replicas.blocks[0]);
        EXPECT_GT(one["log_likelihood"][1], one["log_likelihood"][0]) << data;
        EXPECT_LT(one["log_likelihood"][1], one.scalar("best_log_likelihood")) << data;
        for (const std::size_t u : {0, 1})  // also where units have unequal means
            EXPECT_NEAR(one["annealed_log_likelihood"][u], one["log_likelihood"][u],
                        4 * one["annealed_stated_error"][u] + 1e-3)
                << data;
    }
}

TEST(RbmExperiment, RefusesWhatDoesNotGoTogether) {
    const Experiment experiment = rbm();
    Point point = point_of("exact", 5, 19, {0, 10});
    EXPECT_THROW(experiment.check(point, {}), UsageError);  // 19 of 25 units
    point = point_of("cd", 4, 4, {0, 10, 5});
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = point_of("cd", 4, 4, {0, 10});
    point.set_axis("visible_unit", {0, 1, 2});
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = point_of("cd", 2, 4, {0, 10});
    point.set("batch", 6);
    EXPECT_NO_THROW(experiment.check(point, {}));
    point.set("batch", 7);  // of 6 rows
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = point_of("cd", 13, 4, {0, 10});
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    const auto numbers = std::make_shared<double[]>(4);
    numbers[3] = 0.5;
    const Inputs inputs{{"dataset", {{2, 2}, numbers, 0, "file.h5:/x"}}};
    EXPECT_THROW((void)experiment.prepare(point, inputs), UsageError);
}

}  // namespace
}  // namespace gdm
