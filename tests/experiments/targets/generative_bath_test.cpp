#include "gdm/experiments/targets/generative_bath.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/targets/bath_quantities.hpp"
#include "gdm/physics/targets/bath_law.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

struct Bath {
    std::string target = "two_deltas";
    double theta = 1, h = 0, d = 1, N = 1, K = 16;
    std::string update = "noising", starts = "opposed", mirrors = "on";
    double samples = 2000;
};

Point point_of(const Bath& bath) {
    Point point;
    point.set("target", 0, bath.target);
    point.set("theta", bath.theta);
    point.set("h", bath.h);
    point.set("d", bath.d);
    point.set("N", bath.N);
    point.set("K", bath.K);
    point.set("update", 0, bath.update);
    point.set("point_law", 0, "sphere");
    point.set("starts", 0, bath.starts);
    point.set("mirrors", 0, bath.mirrors);
    point.set("samples", bath.samples);
    point.set("thermalisation", 256);
    point.set_axis("lag", {1, 2, 4, 8});
    point.set_axis("x", {0.25, 0.75, 1.25, 1.75});
    return point;
}

double theory_at(const std::string& name, const Point& point) {
    std::vector<double> value(point.axis("x").size());
    for (const Theory& one : generative_bath().theory) {
        if (one.name == name) return one.compute(point, value), value[0];
    }
    throw std::out_of_range(name);
}

/// Below θ_c a field leaves a metastable state, of weight 0.05 here: with mirrors it has its weight, from whichever start.
TEST(GenerativeBathExperiment, AveragesAreTheExactOnesAlsoWhereAStateIsMetastable) {
    std::uint64_t key = 0;
    for (const Bath& bath : {Bath{.theta = 0.7, .h = 0.02, .K = 64}, Bath{.theta = 1}, Bath{.theta = 1.3, .K = 5},
                             Bath{.theta = 0.9, .h = 0.1, .K = 7, .update = "heat_bath"},
                             Bath{.target = "four_deltas", .theta = 0.35, .h = 0.02, .K = 24},
                             Bath{.target = "hypersphere", .theta = 0.3, .h = 0.1, .d = 3, .K = 12}}) {
        const Point point = point_of(bath);
        const auto replicas = test::run_replicas(generative_bath(), point, 24, ++key);
        for (const std::string name :
             {"magnetisation", "magnetisation_abs", "magnetisation_squared", "magnetisation_fourth"}) {
            const double exact = theory_at(name + "_theory", point);
            if (std::isnan(exact)) continue;
            const RunningMoments measured = replicas.moments(name);
            EXPECT_NEAR(measured.mean(), exact, 4 * measured.standard_error()) << name << ' ' << bath.theta << bath.target;
        }
        for (std::size_t bin = 0; bin < 4 && bath.target == "two_deltas"; ++bin) {
            std::vector<double> exact(4);
            for (const Theory& one : generative_bath().theory)
                if (one.name == "density_theory") one.compute(point, exact);
            const RunningMoments measured = replicas.moments("density", bin);
            EXPECT_NEAR(measured.mean(), exact[bin], 4 * measured.standard_error() + 1e-12) << bin << ' ' << bath.theta;
        }
    }
}

/// Without them chains from opposed starts disagree, and say so; where there is one state they agree.
TEST(GenerativeBathExperiment, StartsAreCompared) {
    const auto greatest = [](const Bath& bath) {
        double z = 0;
        const auto replicas = test::run_replicas(generative_bath(), point_of(bath), 8);
        for (const auto& block : replicas.blocks)
            z = std::max(z, std::abs(Combined(replicas.layout, block).scalar("magnetisation_start_z")));
        return z;
    };
    EXPECT_GT(greatest({.theta = 0.5, .h = 0.02, .K = 64, .mirrors = "off"}), 100);
    EXPECT_LT(greatest({.theta = 0.5, .h = 0.02, .K = 64, .mirrors = "on"}), 5);
    EXPECT_LT(greatest({.theta = 1.5, .h = 0.02, .K = 64, .mirrors = "off"}), 5);
}

TEST(GenerativeBathExperiment, RelaxationIsThatOfTheSpectrum) {
    Point point = point_of({.theta = 1, .K = 16, .update = "heat_bath", .mirrors = "off", .samples = 4000});
    const auto replicas = test::run_replicas(generative_bath(), point, 16);
    std::vector<double> mean(replicas.layout.size(), 0.);
    for (const auto& block : replicas.blocks)
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += block[i] / 16;
    const BathRelaxation exact = two_deltas_relaxation(1, 16);
    for (const Derived& one : generative_bath().derived) {
        double value = 0, systematic = 0;
        const bool is_slow = one.name == "relaxation_time";
        if (!is_slow && one.name != "relaxation_time_abs") continue;
        one.compute(point, Combined(replicas.layout, mean), {&value, 1}, {&systematic, 1});
        // Their errors are 0.12 and 0.02, from the spread of 16 replicas.
        EXPECT_NEAR(value, is_slow ? exact.odd : exact.even, 4 * (is_slow ? 0.12 : 0.02)) << one.name;
    }
}

/// Of random points, replicas have their own; aligned microstates share one.
TEST(GenerativeBathExperiment, PointsAreOrderedOrNot) {
    const auto mean = [](double theta) {
        const Bath bath{.target = "discrete", .theta = theta, .d = 4, .N = 8, .K = 32, .samples = 256};
        return test::run_replicas(generative_bath(), point_of(bath), 8).moments("participation").mean();
    };
    EXPECT_GT(mean(0.01), 0.95);
    EXPECT_NEAR(mean(50), 1. / 8 + (1 - 1. / 8) / 32, 0.004);  // as independent ones
}

/// From wherever a replica was saved, the same bits follow.
TEST(GenerativeBathExperiment, GoesOnFromItsStates) {
    const Experiment experiment = generative_bath();
    for (const Bath& bath : {Bath{.h = 0.1, .K = 8, .samples = 6000}, Bath{.target = "four_deltas", .K = 8, .samples = 6000},
                             Bath{.target = "hypersphere", .d = 3, .K = 4, .update = "heat_bath", .samples = 6000},
                             Bath{.target = "discrete", .d = 2, .N = 4, .K = 4, .samples = 6000}}) {
        SCOPED_TRACE(bath.target);
        test::expect_same_bits_after({2}, experiment, point_of(bath));
    }
}

TEST(GenerativeBathExperiment, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](const Point& point) {
        try {
            generative_bath().check(point, {});
        } catch (const UsageError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    Point point = point_of({});
    EXPECT_EQ(refused(point), "");
    point.set("samples", 10);
    EXPECT_NE(refused(point).find("lag"), std::string::npos);
    point = point_of({});
    point.set_axis("x", {0, 1, 3});
    EXPECT_NE(refused(point).find("equally spaced"), std::string::npos);
    point = point_of({.target = "hypersphere", .d = 1e5, .K = 1e3, .update = "heat_bath"});
    EXPECT_NE(refused(point).find("update = noising"), std::string::npos);
}

}  // namespace
}  // namespace gdm
