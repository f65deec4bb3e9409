#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/statistics.hpp"
#include "gdm/reduction/reduce.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

/// x at (p, q) has the mean q + (1 + q) p and the error of its replicas.
Experiment toy_plane() {
    Experiment experiment;
    experiment.name = "toy_plane";
    experiment.question = "What is left at p = 0?";
    experiment.source = "none";
    experiment.parameters = {
        {.name = "q", .description = "limit", .default_value = "1, 2, 3"},
        {.name = "p",
         .description = "distance to the limit",
         .default_value = "0.1, 0.2, 0.4, 0.8",
         .alternatives = {{.name = "inverse_p", .to_parameter = [](double value, const Point&) { return 1 / value; }}}}};
    experiment.observables = {{.name = "x", .description = "q + (1 + q) p and noise"}};
    experiment.derived = {{.name = "twice",
                           .description = "2 x",
                           .error = ErrorMethod::bootstrap,
                           .compute = [](const Point&, const Combined& c, std::span<double> value, std::span<double>) {
                               value[0] = 2 * c.scalar("x");
                           }}};
    const auto at_p = along::Limit{.abscissa = [](const Point& point, double) { return point["p"]; }};
    experiment.along = {
        {.name = "x_limit", .description = "q", .quantity = "x", .axis = "p", .kind = at_p},
        {.name = "twice_limit", .description = "2 q", .quantity = "twice", .axis = "p", .kind = at_p},
        {.name = "x_inverse", .description = "", .quantity = "x", .axis = "inverse_p", .kind = at_p},
        {.name = "x_along_q", .description = "", .quantity = "x", .axis = "q", .kind = at_p, .needs_axis = "inverse_p"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        const double mean = point["q"] + (1 + point["q"]) * point["p"];
        values.set("x", mean + 0.01 * RandomSequence(random, Purpose::test).normal());
    };
    return experiment;
}

TEST(Reduce, TakesLimitsAlongAGridAxis) {
    const TemporaryFolder folder;
    const Experiment experiment = toy_plane();
    ASSERT_NO_THROW(experiment.validate());
    for (const std::string order :
         {"q = 1, 2, 3\np = 0.1, 0.2, 0.4, 0.8\n", "q = 1, 2, 3\ninverse_p = 10, 5, 2.5, 1.25\n"}) {
        const bool inverse = order.find("inverse") != std::string::npos;
        HandmadeSweep sweep(experiment, order + "replicas = 30\n", folder / (inverse ? "inverse.h5" : "plain.h5"));
        sweep.compute();
        const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "x");
        const char* name = inverse ? "x_inverse" : "x_limit";
        ASSERT_NE(file.find(name), nullptr);
        EXPECT_EQ(file.find(inverse ? "x_limit" : "x_inverse"), nullptr);
        EXPECT_EQ(file.find("x_along_q") != nullptr, inverse);
        EXPECT_EQ(file.find(name)->dimensions, std::vector<std::string>{"q"});
        for (std::size_t q = 0; q < 3; ++q) {
            const double error = file.find(std::string(name) + "_stderr")->values[q];
            EXPECT_NEAR(file.find(name)->values[q], static_cast<double>(q) + 1, 4 * error);
            EXPECT_LT(error, 0.02);
            EXPECT_LT(file.find(std::string(name) + "_chi2")->values[q], 12);
            EXPECT_EQ(file.find(std::string(name) + "_dof")->values[q], 2);
            EXPECT_EQ(file.find(std::string(name) + "_from")->values[q], inverse ? 1.25 : 0.1);
        }
        const auto& notes = file.find("twice_stderr")->notes;
        EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const auto& note) {
            return note.first == "method" && note.second.find("bootstrap") == 0;
        }));
        EXPECT_NO_THROW(write_reduced_file(folder / "reduced.h5", file));
    }
}

/// ∫₀¹ cos(s p) e^{−s²/2} ds along an inner axis: one replica is all points of the line.
TEST(Reduce, IntegratesAlongAnInnerAxis) {
    const TemporaryFolder folder;
    Experiment experiment = toy_normal();
    experiment.along = {{.name = "area", .description = "", .quantity = "cosine", .axis = "s", .kind = along::Integral{}}};
    ASSERT_NO_THROW(experiment.validate());
    HandmadeSweep sweep(experiment, "p = 0, 1, 2\ns = linspace(0, 1, 11)\nreplicas = 40\n", folder / "inner.h5");
    const auto rows = sweep.compute();
    const auto file = reduce(SweepReader(sweep.path()), &experiment, "x").file;
    ASSERT_NE(file.find("area"), nullptr);
    EXPECT_EQ(file.find("area")->dimensions, std::vector<std::string>{"p"});
    const std::size_t cosine = sweep.header().layout().at("cosine").offset;
    for (std::size_t p = 0; p < 3; ++p) {
        double exact = 0;
        for (int i = 0; i < 1000; ++i) {
            const double s = (i + 0.5) / 1000;
            exact += std::cos(s * static_cast<double>(p)) * std::exp(-s * s / 2) / 1000;
        }
        // The integral of each replica, by another rule: their spread is the error.
        RunningMoments integrals;
        for (std::size_t r = 0; r < 40; ++r) {
            double simpson = 0;
            for (std::size_t k = 0; k <= 10; ++k)
                simpson += rows[40 * p + r][cosine + k] * (k == 0 || k == 10 ? 1 : k % 2 == 1 ? 4 : 2) / 30;
            integrals.add(simpson);
        }
        EXPECT_NEAR(file.find("area")->values[p], exact, 4 * integrals.standard_error());
        EXPECT_NEAR(file.find("area_stderr")->values[p], integrals.standard_error(), 1e-3 * integrals.standard_error());
    }
}

TEST(Reduce, ALimitOfTooFewPointsIsMissing) {
    const TemporaryFolder folder;
    const Experiment experiment = toy_plane();
    HandmadeSweep sweep(experiment, "q = 1\np = 0.1, 0.2\nreplicas = 3\n", folder / "few.h5");
    sweep.compute();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "x");
    EXPECT_TRUE(std::isnan(file.find("x_limit")->values.at(0)));
    EXPECT_TRUE(std::isnan(file.find("x_limit_stderr")->values.at(0)));
}

TEST(Experiment, FunctionsAlongAnAxisAreValidated) {
    const auto refused = [](const std::function<void(Along&)>& change) {
        Experiment experiment = toy_plane();
        change(experiment.along[0]);
        EXPECT_THROW(experiment.validate(), std::logic_error);
    };
    refused([](Along& one) { one.quantity = "y"; });
    refused([](Along& one) { one.axis = "r"; });
    refused([](Along& one) { one.axis = ""; });
    refused([](Along& one) { one.needs_axis = "alpha"; });
    refused([](Along& one) { one.name = "x"; });
    refused([](Along& one) { one.kind = along::Limit{}; });
    refused([](Along& one) { std::get<along::Limit>(one.kind).order = -1; });
    refused([](Along& one) { one.kind = along::Crossing{}; });
    refused([](Along& one) { one.kind = along::Crossing{.size_axis = "p"}; });
    refused([](Along& one) { one.kind = along::Crossing{.size_axis = "q", .points = 2, .order = 2}; });
    refused([](Along& one) { one.kind = along::Collapse{.size_axis = "q", .nu = {0, 1}}; });
    refused([](Along& one) { one.kind = along::Integral{.from = 1, .to = 0}; });
}

}  // namespace
}  // namespace gdm::test
