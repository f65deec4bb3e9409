#include "gdm/experiments/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

TEST(Registry, IsAlphabeticalAndUnique) {
    const auto& all = experiments();
    ASSERT_FALSE(all.empty());
    const auto not_before = [](const Experiment& a, const Experiment& b) { return !(a.name < b.name); };
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end(), not_before), all.end());
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

TEST(Registry, SuggestsTheNearestName) {
    try {
        (void)find_experiment("generative_bat");
        FAIL() << "found an experiment that is not there";
    } catch (const UsageError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("did you mean 'generative_bath'?"), std::string::npos) << message;
        std::string all;
        for (const auto& experiment : experiments()) all += (all.empty() ? "" : ", ") + experiment.name;
        EXPECT_NE(message.find("there are: " + all), std::string::npos) << message;
    }
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
