#include "gdm/experiments/registry.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

TEST(Registry, NamesAreUnique) {
    std::set<std::string> names;
    for (const auto& experiment : experiments()) EXPECT_TRUE(names.insert(experiment.name).second) << experiment.name;
    EXPECT_FALSE(names.empty());
}

TEST(Registry, FamiliesStandTogether) {
    std::set<std::string> families;
    std::string family;
    for (const auto& experiment : experiments()) {
        if (experiment.family == family) continue;
        family = experiment.family;
        EXPECT_TRUE(families.insert(family).second) << experiment.name << " stands apart from others of its family";
    }
    EXPECT_FALSE(families.contains(""));
}

TEST(Registry, ExperimentsSayWhatTheyAsk) {
    for (const auto& experiment : experiments()) {
        EXPECT_EQ(experiment.question.back(), '?') << experiment.name;
        for (const auto& parameter : experiment.parameters) EXPECT_FALSE(parameter.description.empty()) << parameter.name;
        for (const auto& observable : experiment.observables)
            EXPECT_FALSE(observable.description.empty()) << observable.name;
    }
}

TEST(Registry, FindsByName) { EXPECT_EQ(find_experiment("generative_bath").name, "generative_bath"); }

std::string message_for(std::string_view name) {
    try {
        (void)find_experiment(name);
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

TEST(Registry, SuggestsTheNearestName) {
    EXPECT_EQ(message_for("generative_bat"), "unknown experiment 'generative_bat'; did you mean 'generative_bath'?");
    EXPECT_EQ(message_for("phase"), "unknown experiment 'phase'; did you mean 'phase_diagram'?");
    EXPECT_EQ(message_for("hopf"), "unknown experiment 'hopf'; did you mean 'hopfield' or 'hopfield_capacity'?");
    EXPECT_EQ(message_for("quark_soup"),
              "unknown experiment 'quark_soup'; there are: " + join(names_of(experiments()), ", "));
}

TEST(Registry, RefusesFormerNamesWithTheNewOne) {
    try {
        (void)find_experiment("two_deltas");
        FAIL() << "found an experiment that is not there";
    } catch (const UsageError& error) {
        EXPECT_NE(std::string(error.what()).find("'two_deltas' is now part of generative_bath"), std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace gdm
