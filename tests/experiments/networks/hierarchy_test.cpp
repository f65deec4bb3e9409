#include "gdm/experiments/networks/hierarchy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/networks/hierarchy_population.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

const std::vector<double> ten_strengths{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 1};

Point point_of(const std::string& noise, std::vector<double> strengths, const std::string& rules = "shared") {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"v", 5.}, {"m", 2.}, {"s", 2.}, {"L", 3.}, {"samples", 3.}, {"population", 40.}})
        point.set(name, value);
    point.set("rules", 0, rules);
    point.set("noise", noise == "gaussian" ? 0 : noise == "mask" ? 1 : 2, noise);
    point.set_axis("strength", std::move(strengths));
    point.set_axis("level", {0, 2, 3, 4});
    return point;
}

TEST(Hierarchy, LimitsAndSelfTest) {
    for (const std::string rules : {"shared", "independent"}) {
        const auto masked = test::run_replicas(hierarchy(), point_of("mask", ten_strengths, rules), 400);
        const auto noisy = test::run_replicas(hierarchy(), point_of("gaussian", {0, 0.5, 1, 2, 4, 8, 1e4}, rules), 400);
        EXPECT_NEAR(masked.moments("class_agreement", 0).mean(), 1, 1e-12);
        EXPECT_NEAR(masked.moments("class_agreement", 9).mean(), 0.2, 1e-12);
        EXPECT_NEAR(masked.moments("root_entropy", 9).mean(), std::log(5), 1e-12);
        EXPECT_NEAR(noisy.moments("class_agreement", 0).mean(), 0.2, 1e-12);
        EXPECT_NEAR(noisy.moments("class_agreement", 6).mean(), 1, 1e-12);
        for (const auto* run : {&masked, &noisy}) {
            const std::size_t strengths = run->layout.at("class_agreement").size;
            for (std::size_t place = 0; place < 3 * strengths; ++place) {
                RunningMoments excess;
                for (const auto& block : run->blocks) {
                    const Combined one(run->layout, block);
                    excess.add(one["level_agreement"][place] - one["level_certainty"][place]);
                }
                EXPECT_NEAR(excess.mean(), 0, 4 * excess.standard_error() + 1e-12) << rules << place;
            }
            for (std::size_t k = 0; k < strengths; ++k) {
                EXPECT_EQ(run->moments("level_agreement", 2 * strengths + k).mean(),
                          run->moments("class_agreement", k).mean());
                EXPECT_TRUE(std::isnan(run->moments("level_agreement", 3 * strengths + k).mean()));  // above the root
            }
        }
    }
}

TEST(Hierarchy, GoesOnFromAnyState) {
    for (const Experiment& experiment : {hierarchy(), hierarchy_population()}) {
        Point point = point_of("gaussian", ten_strengths, "independent");
        point.set("population", 300);
        test::expect_same_bits_after({1, 2, 3}, experiment, point);
    }
}

TEST(Hierarchy, RefusesWhatIsNoModel) {
    const auto refused = [](const char* name, double value) {
        Point point = point_of("mask", {0.5});
        point.set(name, value);
        EXPECT_THROW(hierarchy().check(point, {}), UsageError) << name;
    };
    refused("m", 6);
    refused("L", 20);
    refused("s", 11);
    EXPECT_THROW(hierarchy().check(point_of("epsilon", {1.5}), {}), UsageError);
    EXPECT_NO_THROW(hierarchy().check(point_of("gaussian", {1.5}), {}));
    Point large = point_of("mask", {0.5});
    large.set("population", 1 << 22);
    EXPECT_THROW(hierarchy_population().check(large, {}), UsageError);
}

}  // namespace
}  // namespace gdm
