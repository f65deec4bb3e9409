#include "gdm/experiments/machines/boltzmann_machine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/boltzmann_replica.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

void set_word(Point& point, const std::string& name, const std::string& word) {
    static const Experiment experiment = boltzmann_machine();
    const auto& words = experiment.find_parameter(name)->words;
    for (std::size_t k = 0; k < words.size(); ++k)
        if (words[k] == word) point.set(name, static_cast<double>(k), word);
}

using Words = std::vector<std::pair<std::string, std::string>>;
using Numbers = std::vector<std::pair<std::string, double>>;

Point point_of(const Words& words, const Numbers& numbers, std::vector<double> updates) {
    Point point;
    for (const auto& [name, word] : Words{{"data", "bars_and_stripes"},
                                          {"connections", "full"},
                                          {"units", "binary"},
                                          {"method", "exact"},
                                          {"clamped", "exact"},
                                          {"annealing", "always"}})
        set_word(point, name, word);
    for (const auto& [name, word] : words) set_word(point, name, word);
    for (const auto& [name, value] : Numbers{{"size", 2},
                                             {"beta", 0.7},
                                             {"rows", 64},
                                             {"hidden", 2},
                                             {"k", 1},
                                             {"rate", 0.5},
                                             {"batch", 0},
                                             {"decay", 0},
                                             {"T", 1},
                                             {"initial_couplings", 0.1},
                                             {"chains", 0},
                                             {"clamped_steps", 10},
                                             {"planted_sweeps", 100},
                                             {"target", 0.5},
                                             {"annealing_steps", 50},
                                             {"annealing_runs", 64},
                                             {"data_temperature", 3},
                                             {"patterns", 3},
                                             {"overlap", 0.9}})
        point.set(name, value);
    for (const auto& [name, value] : numbers) point.set(name, value);
    point.set_axis("update", std::move(updates));
    point.set_axis("mode", {1, 6, 99});
    point.set_axis("unit", {0});
    point.set_axis("partner", {0});
    return point;
}

/// A derived quantity of one replica.
std::vector<double> derived_of(const std::string& name, const Point& point, const Combined& combined,
                               std::size_t count = 1) {
    std::vector<double> value(count, std::nan("")), systematic(count, 0);
    for (const Derived& one : boltzmann_machine().derived)
        if (one.name == name) one.compute(point, combined, value, systematic);
    return value;
}

TEST(BoltzmannExperiment, ExactTrainingClimbsToTheBound) {
    const Point point = point_of({}, {}, {0, 10, 100, 10000});
    const auto replicas = test::run_replicas(boltzmann_machine(), point, 3);
    for (const auto& block : replicas.blocks) {
        const Combined one(replicas.layout, block);
        EXPECT_NEAR(one.scalar("best_log_likelihood"), 6 * std::log(1 / 6.), 1e-12);
        EXPECT_LT(one["log_likelihood"][3], one.scalar("best_log_likelihood"));
        EXPECT_GT(one["log_likelihood"][3], one.scalar("best_log_likelihood") - 0.6);
        EXPECT_LT(one["gradient_norm"][3], 0.1 * one["gradient_norm"][0]);
        for (std::size_t u = 0; u < 3; ++u)
            EXPECT_NEAR(one["annealed_log_likelihood"][u], one["log_likelihood"][u], 4 * one["annealed_stated_error"][u]);
        EXPECT_GE(one["eigenvalue"][3], one["eigenvalue"][4]);
        EXPECT_TRUE(std::isnan(one["eigenvalue"][5]));
        EXPECT_TRUE(std::isnan(one["couplings"][0]));
        EXPECT_TRUE(std::isnan(one["coupling_error"][0]));
        const auto kl = derived_of("kl_divergence", point, one, 4);
        EXPECT_NEAR(kl[0], (one.scalar("best_log_likelihood") - one["log_likelihood"][0]) / 6, 1e-12);
        EXPECT_EQ(derived_of("best_update", point, one)[0], 10000);
        const double passed = derived_of("updates_to_target", point, one)[0];  // 0.5 nat
        ASSERT_GT(kl[1], 0.5);
        ASSERT_LT(kl[2], 0.5);
        EXPECT_GT(passed, 10);
        EXPECT_LT(passed, 100);
    }
}

/// The maximum of the likelihood is as far from the planted couplings as their Fisher information says, and that of the
/// pseudo-likelihood hardly farther.
TEST(BoltzmannExperiment, FindsPlantedCouplingsAsWellAsItsInformationAllows) {
    for (const std::string method : {"exact", "pseudo_likelihood"}) {
        const Point point =
            point_of({{"data", "planted"}, {"method", method}, {"units", "spins"}, {"annealing", "off"}},
                     {{"size", 5}, {"rows", 800}, {"hidden", 0}, {"rate", method == "exact" ? 0.5 : 0.25}}, {0, 300});
        const auto replicas = test::run_replicas(boltzmann_machine(), point, 30);
        double ratio = 0;
        for (const auto& block : replicas.blocks) {
            const Combined one(replicas.layout, block);
            ratio += std::pow(one["coupling_error"][1] / one.scalar("coupling_error_bound"), 2) / 30;
        }
        EXPECT_NEAR(ratio, 1.03, 4 * std::sqrt(2. / 10 / 30)) << method;  // χ² of 10 couplings, and 800 are not infinite
    }
}

TEST(BoltzmannExperiment, GoesOnFromAnyStateToTheSameBits) {
    const Experiment experiment = boltzmann_machine();
    for (const std::string method : {"cd", "pcd", "exact"}) {
        Point point = point_of({{"method", method}, {"clamped", method == "cd" ? "sampled" : "mean_field"}},
                               {{"size", 3}, {"hidden", 3}, {"batch", 4}}, {0, 3, 17, 40});
        std::vector<double> units(12);
        for (std::size_t i = 0; i < 12; ++i) units[i] = static_cast<double>(i);
        point.set_axis("unit", units);
        point.set_axis("partner", units);
        EXPECT_EQ(test::expect_same_bits_in_pieces(experiment, point, 7), 6u) << method;
        EXPECT_FALSE(std::isnan(test::run_replicas(experiment, point, 1).moments("couplings", 1).mean()));
    }
}

TEST(BoltzmannExperiment, LearnsAllKindsOfData) {
    for (const std::string data : {"shifter", "ising", "hopfield", "planted"}) {
        for (const std::string connections : {"full", "semi_restricted", "restricted"}) {
            const Point point =
                point_of({{"data", data}, {"connections", connections}, {"method", "cd"}},
                         {{"size", data == "hopfield" || data == "planted" ? 10 : 3}, {"rate", 0.05}}, {0, 200});
            const auto replicas = test::run_replicas(boltzmann_machine(), point, 1);
            const Combined one(replicas.layout, replicas.blocks[0]);
            EXPECT_GT(one["log_likelihood"][1], one["log_likelihood"][0]) << data;
            EXPECT_LT(one["log_likelihood"][1], one.scalar("best_log_likelihood")) << data;
            EXPECT_GT(one["gradient_cosine"][0], 0) << data;
        }
    }
}

TEST(BoltzmannExperiment, RefusesWhatDoesNotGoTogether) {
    const Experiment experiment = boltzmann_machine();
    const auto refused = [&](const Words& words, const Numbers& numbers) {
        EXPECT_THROW(experiment.check(point_of(words, numbers, {0, 10}), {}), UsageError);
    };
    EXPECT_NO_THROW(experiment.check(point_of({}, {}, {0, 10}), {}));
    refused({{"method", "pseudo_likelihood"}}, {});
    refused({{"connections", "restricted"}}, {{"hidden", 0}});
    refused({}, {{"size", 4}, {"hidden", 3}});
    refused({{"method", "expected_cd"}}, {{"size", 3}, {"hidden", 4}});
    refused({{"method", "cd"}}, {{"hidden", 13}});
    refused({{"method", "cd"}}, {{"batch", 7}});  // of 6 rows
    EXPECT_NO_THROW(
        experiment.check(point_of({{"method", "cd"}, {"clamped", "mean_field"}}, {{"hidden", 13}}, {0, 10}), {}));
}

}  // namespace
}  // namespace gdm
