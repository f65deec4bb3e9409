/// Whether stated errors are what the spread of repeated sweeps is, for every quantity with a closed form. Fixed seeds: the
/// same numbers every time.

#include "coverage/coverage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "coverage/grids.hpp"
#include "coverage/table.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/experiments/registry.hpp"

namespace gdm::test {
namespace {

std::size_t seeds() {
    const char* given = std::getenv("GDM_COVERAGE_SEEDS");
    return given != nullptr ? static_cast<std::size_t>(std::atoi(given)) : 6;
}

std::vector<std::string> names_of_experiments() {
    std::vector<std::string> names;
    for (const auto& experiment : experiments())
        if (!quantities_with_theory(experiment).empty()) names.push_back(experiment.name);
    std::ranges::sort(names);
    return names;
}

CoverageTable& table() {
    static CoverageTable all;
    return all;
}

class Coverage : public testing::TestWithParam<std::string> {};

TEST_P(Coverage, ErrorsAreWhatTheSpreadOfSweepsIs) {
    const Experiment& experiment = find_experiment(experiments(), GetParam());
    auto [pulls, failures] = measure_coverage(experiment, seeds());
    EXPECT_TRUE(failures.empty()) << failures.size() << ", the first: " << failures.front();
    for (const auto& name : quantities_with_theory(experiment)) {
        if (!reason_in(coverage_exclusions(), experiment.name, name).empty()) {
            pulls.erase(name);
            continue;
        }
        const Verdict verdict = verdict_on(pulls[name], seeds());
        const bool fails = !reason_in(known_failures(), experiment.name, name).empty();
        const bool conservative = !reason_in(conservative_quantities(), experiment.name, name).empty();
        const bool as_known = verdict == Verdict::fails ? fails : verdict != Verdict::conservative || conservative;
        EXPECT_TRUE(as_known) << name << ": " << to_string(verdict) << ", rms " << pulls[name].rms() << ", worst "
                              << pulls[name].worst().rms << " at " << pulls[name].worst().place;
    }
    table()[experiment.name] = std::move(pulls);
}

TEST(CoverageGrids, EveryExperimentWithAClosedFormHasOne) {
    for (const auto& name : names_of_experiments()) {
        const auto is_of_it = [&](const CoverageGrid& grid) { return grid.job.starts_with("experiment = " + name + "\n"); };
        EXPECT_TRUE(std::any_of(coverage_grids().begin(), coverage_grids().end(), is_of_it))
            << name << ": write a small grid that includes its edges, tests/coverage/grids/" << name << ".ini";
    }
}

INSTANTIATE_TEST_SUITE_P(Of, Coverage, testing::ValuesIn(names_of_experiments()), [](const auto& one) { return one.param; });

TEST(CoverageLists, NameOnlyWhatExists) {
    for (const auto* list : {&coverage_exclusions(), &conservative_quantities(), &known_failures()}) {
        for (const auto& one : *list) {
            const auto names = quantities_with_theory(find_experiment(experiments(), one.experiment));
            EXPECT_NE(std::find(names.begin(), names.end(), one.quantity), names.end()) << one.experiment << one.quantity;
            EXPECT_FALSE(one.reason.empty());
        }
    }
}

/// The documented table has a row for every quantity, and says of none that it fails without a reason.
TEST(CoverageLists, StandInTheTable) {
    std::ifstream file(COVERAGE_TABLE);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const auto& experiment : experiments()) {
        for (const auto& name : quantities_with_theory(experiment)) {
            EXPECT_NE(text.find("| " + experiment.name + " | " + name + " |"), std::string::npos)
                << experiment.name << " " << name;
        }
    }
}

/// The law is Student's for normal replicas, of any number; errors of half and twice the size are noticed.
TEST(CoverageLaw, JudgesErrorsOfNormalReplicas) {
    EXPECT_NEAR(normal_deviate(12.7062, 1), 1.95996, 1e-4);
    EXPECT_NEAR(normal_deviate(-2.36462, 7), -1.95996, 1e-4);
    EXPECT_GT(normal_deviate(1e300, 7), 30);
    const auto verdict = [](double factor, std::size_t replicas) {
        RandomSequence random(RandomStream(5, 0), Purpose::test);
        Pulls pulls;
        for (std::size_t seed = 0; seed < 800; ++seed) {
            double sum = 0, squares = 0;
            const auto n = static_cast<double>(replicas);
            for (std::size_t i = 0; i < replicas; ++i) {
                const double x = random.normal();
                sum += x;
                squares += x * x;
            }
            const double error = std::sqrt((squares - sum * sum / n) / (n - 1) / n);
            pulls.add("point", seed, 0, normal_deviate(sum / n / (factor * error), n - 1));
        }
        return verdict_on(pulls, 800);
    };
    EXPECT_EQ(verdict(1, 2), Verdict::covered);
    for (const std::size_t replicas : {4, 16}) {
        EXPECT_EQ(verdict(1, replicas), Verdict::covered);
        EXPECT_EQ(verdict(0.5, replicas), Verdict::fails);
        EXPECT_EQ(verdict(2, replicas), Verdict::conservative);
    }
}

class WritesTheTable : public testing::Environment {
    void TearDown() override {
        const char* path = std::getenv("GDM_COVERAGE_TABLE");
        if (path != nullptr) std::ofstream(path) << markdown(table(), seeds());
    }
};
const auto* const registered = testing::AddGlobalTestEnvironment(new WritesTheTable);

}  // namespace
}  // namespace gdm::test
