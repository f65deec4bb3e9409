#include "gdm/reduction/extrapolate.hpp"

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

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TEST(FitAtZero, RecoversPolynomialsExactly) {
    const std::vector<double> x = {1e-4, 2e-4, 5e-4, 1.1e-3, 2e-3, 4e-3}, error = {0.1, 0.3, 0.02, 0.5, 0.2, 0.1};
    for (int order = 0; order <= 3; ++order) {
        std::vector<double> y;
        for (const double at : x) {
            double value = 0.7;
            for (int k = 1; k <= order; ++k) value += std::pow(-400 * at, k);
            y.push_back(value);
        }
        const auto fit = fit_at_zero(x, y, error, order);
        EXPECT_NEAR(fit.value, 0.7, 1e-11) << order;
        EXPECT_NEAR(fit.chi2, 0, 1e-18) << order;
        const auto limit = extrapolate(x, y, error, order);
        EXPECT_NEAR(limit.value, 0.7, 1e-11);
        EXPECT_NEAR(limit.systematic, 0, 1e-10);
        EXPECT_NEAR(limit.error, fit.error, 1e-10);
    }
}

/// The straight line's textbook formulas.
TEST(FitAtZero, AgreesWithTheNormalEquationsOfALine) {
    const std::vector<double> x = {0.1, 0.4, 0.5, 1}, y = {1, 2.5, 2, 4}, error = {0.1, 0.2, 0.1, 0.4};
    double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const double w = 1 / (error[i] * error[i]);
        s += w, sx += w * x[i], sy += w * y[i], sxx += w * x[i] * x[i], sxy += w * x[i] * y[i];
    }
    const double determinant = s * sxx - sx * sx, value = (sxx * sy - sx * sxy) / determinant;
    const double slope = (s * sxy - sx * sy) / determinant;
    double chi2 = 0;
    for (std::size_t i = 0; i < 4; ++i) chi2 += std::pow((y[i] - value - slope * x[i]) / error[i], 2);
    const auto fit = fit_at_zero(x, y, error, 1);
    EXPECT_NEAR(fit.value, value, 1e-13);
    EXPECT_NEAR(fit.error, std::sqrt(sxx / determinant), 1e-13);
    EXPECT_NEAR(fit.chi2, chi2 / 2, 1e-12);
    EXPECT_TRUE(std::isnan(fit_at_zero(std::vector{1., 1., 1.}, std::vector{1., 2., 3.}, std::vector{1., 1., 1.}, 1).value));
}

TEST(Extrapolate, ErrorsCoverTheTruth) {
    const std::vector<double> x = {1 / 8., 1 / 16., 1 / 32., 1 / 64.}, error = {0.02, 0.01, 0.03, 0.02};
    RandomSequence random(RandomStream(5, 0), Purpose::test);
    constexpr int trials = 4000;
    RunningMoments values, chi2;
    int covered = 0;
    double fit_error = 0;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> y;
        for (std::size_t i = 0; i < 4; ++i) y.push_back(1 - 3 * x[i] + error[i] * random.normal());
        const auto limit = extrapolate(x, y, error, 1);
        values.add(limit.value);
        chi2.add(limit.chi2);
        fit_error = fit_at_zero(x, y, error, 1).error;
        covered += std::abs(limit.value - 1) < limit.error ? 1 : 0;
    }
    const double root = std::sqrt(double{trials});
    EXPECT_NEAR(values.mean(), 1, 4 * fit_error / root);
    EXPECT_NEAR(std::sqrt(values.variance()), fit_error, 4 * fit_error / root / std::sqrt(2.));
    EXPECT_NEAR(chi2.mean(), 1, 4 / root);  // two degrees of freedom: variance 1
    EXPECT_GT(covered, 0.68 * trials);
}

TEST(Extrapolate, CurvatureShowsInTheSystematicPart) {
    const std::vector<double> x = {1 / 8., 1 / 16., 1 / 32., 1 / 64.}, error(4, 1e-6);
    std::vector<double> y;
    for (const double at : x) y.push_back(1 - 3 * at + 4 * at * at);
    const auto limit = extrapolate(x, y, error, 1);
    EXPECT_GT(limit.systematic, 1e3 * 1e-6);
    EXPECT_LT(std::abs(limit.value - 1), 2 * limit.error);
    EXPECT_GT(limit.chi2, 100);
}

TEST(Extrapolate, NeedsOrderPlusTwoPointsWithErrors) {
    const std::vector<double> x = {1, 2, 3, 4}, y = {1, 2, not_a_number, 4};
    EXPECT_TRUE(std::isfinite(extrapolate(x, y, std::vector{1., 1., 1., 1.}, 1).value));
    EXPECT_TRUE(std::isnan(extrapolate(x, y, std::vector{1., 0., 1., 1.}, 1).value));
    EXPECT_TRUE(std::isnan(extrapolate(x, y, std::vector{1., not_a_number, 1., 1.}, 1).error));
    EXPECT_TRUE(std::isnan(extrapolate(x, y, std::vector{1., 1., 1., 1.}, 2).chi2));
}

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
    const auto abscissa = [](const Point& point) { return point["p"]; };
    experiment.extrapolations = {
        {.name = "x_limit", .description = "q", .quantity = "x", .axis = "p", .abscissa = abscissa},
        {.name = "twice_limit", .description = "2 q", .quantity = "twice", .axis = "p", .abscissa = abscissa},
        {.name = "x_inverse", .description = "", .quantity = "x", .axis = "inverse_p", .abscissa = abscissa},
        {.name = "x_along_q",
         .description = "",
         .quantity = "x",
         .axis = "q",
         .abscissa = abscissa,
         .needs_axis = "inverse_p"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        const double mean = point["q"] + (1 + point["q"]) * point["p"];
        values.set("x", mean + 0.01 * RandomSequence(random, Purpose::test).normal());
    };
    return experiment;
}

TEST(Reduce, ExtrapolatesAlongAGridAxis) {
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
            EXPECT_GT(file.find(std::string(name) + "_systematic")->values[q], 0);
        }
        const auto& notes = file.find("twice_stderr")->notes;
        EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const auto& note) {
            return note.first == "method" && note.second.find("bootstrap") == 0;
        }));
        EXPECT_NO_THROW(write_reduced_file(folder / "reduced.h5", file));
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

TEST(Experiment, ExtrapolationsAreValidated) {
    const auto refused = [](const std::function<void(Extrapolation&)>& change) {
        Experiment experiment = toy_plane();
        change(experiment.extrapolations[0]);
        EXPECT_THROW(experiment.validate(), std::logic_error);
    };
    refused([](Extrapolation& one) { one.quantity = "y"; });
    refused([](Extrapolation& one) { one.axis = "r"; });
    refused([](Extrapolation& one) { one.axis = ""; });
    refused([](Extrapolation& one) { one.needs_axis = "alpha"; });
    refused([](Extrapolation& one) { one.name = "x"; });
    refused([](Extrapolation& one) { one.abscissa = nullptr; });
    refused([](Extrapolation& one) { one.order = -1; });
}

}  // namespace
}  // namespace gdm::test
