#include "gdm/reduction/point_estimator.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/base/random_stream.hpp"
#include "gdm/reduction/reduce.hpp"
#include "gdm/sweep/points.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

/// What the reduction says of a variable at the first point, number by number.
std::vector<double> reduced(const Reduction& reduction, const std::string& name) {
    for (const auto& variable : reduction.file.variables) {
        if (variable.name == name) return variable.values;
    }
    return {};
}

/// The blocks of all replicas, one after the other.
std::vector<double> all_blocks(test::HandmadeSweep& sweep) {
    std::vector<double> blocks;
    for (const auto& block : sweep.compute()) blocks.insert(blocks.end(), block.begin(), block.end());
    return blocks;
}

TEST(PointEstimator, AgreesWithTheReductionOfTheWholeFile) {
    const test::TemporaryFolder folder;
    test::HandmadeSweep sweep(test::toy_normal(), "p = 1.5\nreplicas = 12\n", folder / "a.h5");
    const auto blocks = all_blocks(sweep);
    const Experiment experiment = test::toy_normal();
    const SweepReader reader(folder / "a.h5");
    const Reduction reduction = reduce(reader, &experiment, "a.h5");
    const std::vector<std::string> names{"cosine", "below", "inverse", "variance", "log_exp"};
    const PointEstimator estimator(experiment, reader.header(), names);
    const auto estimates = estimator.estimate(Points(reader.header())[0], blocks);
    const auto values = estimator.values(Points(reader.header())[0], blocks);
    for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_EQ(estimates[i].value, reduced(reduction, names[i])) << names[i];
        EXPECT_EQ(estimates[i].error, reduced(reduction, names[i] + "_stderr")) << names[i];
        for (std::size_t j = 0; j < values[i].size(); ++j) EXPECT_NEAR(values[i][j], estimates[i].value[j], 1e-14);
    }
}

/// Resamples belong to the point, not to its place: in two grids, and in the stopping rule of a sweep that runs.
TEST(PointEstimator, BootstrapErrorsAreTheSameInEveryGrid) {
    Experiment experiment = test::toy_normal();
    for (auto& one : experiment.derived) one.error = ErrorMethod::bootstrap;
    const test::TemporaryFolder folder;
    test::HandmadeSweep one(experiment, "p = 0, 1, 2\nreplicas = 12\n", folder / "one.h5");
    test::HandmadeSweep other(experiment, "p = 0.5, 2, 7, 1\nreplicas = 12\n", folder / "other.h5");
    const auto blocks = all_blocks(one);
    other.compute();
    const SweepReader reader(one.path());
    const Reduction here = reduce(reader, &experiment, "one.h5");
    const Reduction there = reduce(SweepReader(other.path()), &experiment, "other.h5");
    const PointEstimator estimator(experiment, reader.header(), {"inverse", "variance"});
    const std::size_t width = blocks.size() / 3;
    for (const auto& [place, other_place] : {std::pair{1, 3}, {2, 1}}) {
        const auto rule =
            estimator.estimate(Points(reader.header())[place], std::span(blocks).subspan(place * width, width));
        for (std::size_t i = 0; i < 2; ++i) {
            const std::string name = i == 0 ? "inverse_stderr" : "variance_stderr";
            const double error = reduced(here, name)[place];
            EXPECT_GT(error, 0);
            EXPECT_EQ(reduced(there, name)[other_place], error) << name << " " << place;
            EXPECT_EQ(rule[i].error[0], error) << name << " " << place;
        }
    }
    // Other points have other resamples.
    EXPECT_NE(reduced(here, "variance_stderr")[1], reduced(here, "variance_stderr")[2]);
}

/// The rule against its statement, with normal replicas whose spread is known.
TEST(ReplicasWanted, GoesWhereTheErrorIsTooLarge) {
    const test::TemporaryFolder folder;
    test::HandmadeSweep sweep(test::toy_normal(), "p = 0\nsamples = 1\nreplicas = 16\n", folder / "a.h5");
    const auto blocks = all_blocks(sweep);
    const Experiment experiment = test::toy_normal();
    const SweepReader reader(folder / "a.h5");
    const PointEstimator estimator(experiment, reader.header(), {"x"});
    const Point point = Points(reader.header())[0];
    const double error = estimator.estimate(point, blocks).front().error.front();
    const double upper = error * (1 + 1 / std::sqrt(30.));
    const auto wanted = [&](double target) { return replicas_wanted(estimator, {{"x", target}}, point, blocks, 16); };
    EXPECT_EQ(wanted(upper * 1.001), 16u);
    EXPECT_EQ(wanted(upper * 0.999), 18u);                                  // at least 9/8
    EXPECT_EQ(wanted(upper / std::sqrt(1.4999)), 24u);                      // as many as the error asks for
    EXPECT_EQ(wanted(upper / 3), 32u);                                      // at most twice
    EXPECT_EQ(replicas_wanted(estimator, {{"x", 1}}, point, {}, 16), 16u);  // all failed
}

/// The stated price of stopping when the estimate is good enough: 3 % of points with normal replicas end more than a tenth
/// above the target.
TEST(ReplicasWanted, StopsTooSoonAsRarelyAsItSays) {
    const Experiment experiment = test::toy_normal();
    const test::TemporaryFolder folder;
    const test::HandmadeSweep sweep(experiment, "p = 0\nsamples = 1\n", folder / "a.h5");
    const PointEstimator estimator(experiment, sweep.header(), {"x"});
    const Point point = Points(sweep.header())[0];
    const std::size_t width = sweep.header().layout().size(), x = sweep.header().layout().at("x").offset;
    RandomSequence random(RandomStream(7, 0), Purpose::test);
    constexpr int points = 4000;
    int above = 0;
    for (int i = 0; i < points; ++i) {
        const double needed = std::exp(std::log(4) + random.uniform() * std::log(250.));
        std::vector<double> blocks;
        for (std::size_t n = 8;;) {
            while (blocks.size() < n * width) {
                blocks.insert(blocks.end(), width, 0.);
                blocks[blocks.size() - width + x] = std::sqrt(needed) * random.normal();
            }
            const std::size_t more = replicas_wanted(estimator, {{"x", 1}}, point, blocks, n);
            if (more == n) {
                above += needed > 1.21 * static_cast<double>(n) ? 1 : 0;
                break;
            }
            n = more;
        }
    }
    const double share = above / static_cast<double>(points);
    EXPECT_NEAR(share, 0.027, 4 * std::sqrt(0.027 / points) + 0.002);
}

}  // namespace
}  // namespace gdm
