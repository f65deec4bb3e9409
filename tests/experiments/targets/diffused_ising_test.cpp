#include "gdm/experiments/targets/diffused_ising.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& couplings, double n, const std::string& score, std::vector<double> temperatures,
               std::vector<double> theta) {
    Point point;
    point.set("couplings", 0, couplings);
    point.set("n", n);
    point.set("score", 0, score);
    for (const auto& [name, value] : std::vector<std::pair<std::string, double>>{{"samples", 256},
                                                                                 {"interval", 2},
                                                                                 {"thermalisation", 128},
                                                                                 {"noisy_states", 4},
                                                                                 {"sweeps", 64},
                                                                                 {"paths", 1},
                                                                                 {"steps", 2}})
        point.set(name, value);
    point.set("step", 0, "mean");
    point.set("start", 0, "exact");
    point.set_axis("T", std::move(temperatures));
    point.set_axis("theta", std::move(theta));
    return point;
}

/// The mean over replicas of a difference of two observables, in its standard errors.
double pull(const test::Replicas& replicas, const std::string& one, const std::string& other, std::size_t place) {
    RunningMoments difference;
    for (const auto& block : replicas.blocks) {
        const Combined values(replicas.layout, block);
        difference.add(values[one][place] - values[other][place]);
    }
    return difference.mean() / difference.standard_error();
}

double derived(const test::Replicas& replicas, const Point& point, const std::string& name, std::size_t place,
               double* systematic = nullptr) {
    std::vector<double> mean(replicas.blocks[0].size(), 0);
    for (const auto& block : replicas.blocks)
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += block[i] / static_cast<double>(replicas.blocks.size());
    for (const Derived& one : diffused_ising().derived) {
        if (one.name != name) continue;
        const std::size_t size = point.axis("T").size() * (one.axes.size() > 1 ? point.axis("theta").size() : 1);
        std::vector<double> value(size), error(size, 0);
        one.compute(point, Combined(replicas.layout, mean), value, error);
        if (systematic != nullptr) *systematic = error[place];
        return value[place];
    }
    return std::nan("");
}

class ByAllStates : public testing::TestWithParam<const char*> {};

/// Chains and all states, of the same couplings and at the same noisy states.
TEST_P(ByAllStates, IsWhatChainsMeasure) {
    const Point point = point_of(GetParam(), 9, "monte_carlo", {0.9, 1.5, 3}, {0.3, 2, 12});
    const auto replicas = test::run_replicas(diffused_ising(), point, 48);
    for (std::size_t place = 0; place < 3; ++place) {
        EXPECT_LT(std::abs(pull(replicas, "energy", "energy_exact", place)), 4) << place;
        EXPECT_LT(pull(replicas, "eigenvalue_lower", "eigenvalue_exact", place), 4) << place;
        EXPECT_GT(pull(replicas, "eigenvalue_upper", "eigenvalue_exact", place), -4) << place;
    }
    for (std::size_t place = 0; place < 9; ++place) {
        for (const std::string name : {"overlap", "mode_overlap", "covariance_mode"})
            EXPECT_LT(std::abs(pull(replicas, name, name + "_exact", place)), 4) << name << " " << place;
        EXPECT_LT(pull(replicas, "covariance_lower", "covariance_largest_exact", place), 4) << place;
        EXPECT_GT(pull(replicas, "covariance_upper", "covariance_largest_exact", place), -4) << place;
    }
}

INSTANTIATE_TEST_SUITE_P(Couplings, ByAllStates, testing::Values("curie_weiss", "sherrington_kirkpatrick", "square"));

/// What must hold on average over noisy states if the posterior is right: y.m and |m|² agree (Nishimori), variances add, the
/// information is the integral of the error (Guo, Shamai and Verdú), and the trace of C is what is not known.
TEST(DiffusedIsing, IdentitiesOfTheExactPosterior) {
    std::vector<double> theta;
    for (int k = 0; k < 25; ++k) theta.push_back(0.1 * std::pow(1.4, k));
    Point point = point_of("sherrington_kirkpatrick", 8, "exact", {0.7, 1.4}, theta);
    point.set("noisy_states", 16);
    const auto replicas = test::run_replicas(diffused_ising(), point, 64);
    for (std::size_t i = 0; i < 50; i += 3) {
        EXPECT_LT(std::abs(pull(replicas, "overlap", "overlap_planted", i)), 4) << i;
        RunningMoments variance, trace;
        for (const auto& block : replicas.blocks) {
            const Combined values(replicas.layout, block);
            variance.add(values["mode_overlap"][i] + values["covariance_mode"][i] - values["eigenvalue_exact"][i / 25]);
            double sum = 0;
            for (std::size_t rank = 0; rank < 8; ++rank) sum += values["covariance_spectrum"][i * 20 + rank];
            EXPECT_NEAR(sum / 8, 1 - values["overlap"][i], 1e-12);
        }
        EXPECT_LT(std::abs(variance.mean()), 4 * variance.standard_error()) << i;
        double systematic = 0;
        const double information = derived(replicas, point, "information", i, &systematic);
        const auto exact = replicas.moments("information_exact", i);
        EXPECT_NEAR(information, exact.mean(), 4 * exact.standard_error() + systematic) << i;
        EXPECT_LT(systematic, 0.01 * information + 1e-3);
    }
}

/// Steps towards draws from the posterior retrace the noise exactly: overlaps along the path and the energy at its end are
/// those of the data. At the least θ a step does not matter any more.
TEST(DiffusedIsing, ExactPathsEndInTheData) {
    for (const std::string score : {"exact", "monte_carlo"}) {
        Point point = point_of("sherrington_kirkpatrick", 7, score, {0.8, 1.6}, {0.1, 0.7, 3, 20});
        point.set("step", 1, "sample");
        point.set("paths", 8);
        point.set("steps", 1);
        const auto replicas = test::run_replicas(diffused_ising(), point, 64);
        for (std::size_t place = 0; place < 2; ++place)
            EXPECT_LT(std::abs(pull(replicas, "path_energy", "energy", place)), 4) << score << place;
        for (std::size_t place = 0; place < 8; ++place)
            EXPECT_LT(std::abs(pull(replicas, "path_overlap", "overlap_exact", place)), 4) << score << place;
    }
}

/// Near the transition of a lattice chains of 8 sweeps keep much of their starts. Overlaps tell so, and those of paths have
/// it in their error; the energy of paths of exact steps is right all the same, as their chains begin in equilibrium.
TEST(DiffusedIsing, ShortChainsLeaveExactPathsInTheDataAndAreTold) {
    Point point = point_of("square", 144, "monte_carlo", {2.27}, {0.3, 3, 10, 30, 100});
    point.set("step", 1, "sample");
    point.set("sweeps", 8);
    point.set("paths", 4);
    const auto replicas = test::run_replicas(diffused_ising(), point, 48);
    EXPECT_LT(std::abs(pull(replicas, "path_energy", "energy", 0)), 4);
    EXPECT_GT(pull(replicas, "overlap_planted", "overlap", 2), 5);
    double systematic = 0;
    derived(replicas, point, "path_overlap_difference", 2, &systematic);
    EXPECT_EQ(systematic, std::abs(derived(replicas, point, "overlap_gap", 2)));
}

/// n⟨m²⟩ at finite n, and T/(T − 1), 1/(1 − β)² beyond.
TEST(DiffusedIsing, EigenvaluesAreThoseOfTheory) {
    const auto theory = [](const Point& point, const std::string& name, std::size_t place) {
        std::vector<double> value(point.axis("T").size());
        for (const auto& one : diffused_ising().theory)
            if (one.name == name) one.compute(point, value);
        return value[place];
    };
    Point point = point_of("curie_weiss", 300, "monte_carlo", {0.8, 1.5, 3}, {1});
    point.set("noisy_states", 1);
    point.set("paths", 0);
    point.set("sweeps", 8);
    const auto replicas = test::run_replicas(diffused_ising(), point, 16);
    for (std::size_t place = 0; place < 3; ++place) {
        const auto lower = replicas.moments("eigenvalue_lower", place), pure = replicas.moments("eigenvalue_pure", place);
        EXPECT_NEAR(lower.mean(), theory(point, "theta_c_theory", place), 4 * lower.standard_error());
        EXPECT_NEAR(pure.mean(), theory(point, "eigenvalue_pure_theory", place), 4 * pure.standard_error());
    }
    EXPECT_NEAR(theory(point, "theta_c_theory", 2), theory(point, "theta_c_limit", 2), 0.01);  // to O(1/n)
    point.set("n", 3000);
    EXPECT_NEAR(theory(point, "theta_c_theory", 0) / 3000, 0.7104 * 0.7104, 0.002);  // m = tanh(m/0.8)
    point.set("couplings", 0, "sherrington_kirkpatrick");
    EXPECT_NEAR(theory(point, "theta_c_limit", 2), 2.25, 1e-12);
    EXPECT_TRUE(std::isnan(theory(point, "theta_c_limit", 0)));
}

/// The same couplings as a lattice and as a matrix.
TEST(DiffusedIsing, TakesAMatrix) {
    const Lattice lattice(LatticeKind::square, 3);
    std::shared_ptr<double[]> matrix(new double[81]());
    for (std::size_t site = 0; site < 9; ++site)
        for (const auto next : lattice.neighbours(site)) matrix[site * 9 + next] = 1;
    const Array array{{9, 9}, matrix, 0, "W"};
    Point point = point_of("matrix", 9, "exact", {1, 2.5}, {1});
    const auto own = test::run_replicas(diffused_ising(), point, 1, 1, {{"matrix", array}});
    point.set("couplings", 0, "square");
    const auto square = test::run_replicas(diffused_ising(), point, 1);
    for (const std::string name : {"energy", "eigenvalue_lower", "eigenvalue_pure"})
        for (std::size_t place = 0; place < 2; ++place)
            EXPECT_NEAR(own.moments(name, place).mean(), square.moments(name, place).mean(), 1e-12) << name;
    matrix[1] = 2;
    EXPECT_THROW(diffused_ising().prepare(point, {{"matrix", array}}), UsageError);
}

/// Stopped at any time it goes on to the same bits.
TEST(DiffusedIsing, GoesOnFromItsState) {
    const Experiment experiment = diffused_ising();
    for (const std::string couplings : {"curie_weiss", "sherrington_kirkpatrick", "square"}) {
        for (const std::string score : {"exact", "monte_carlo"}) {
            SCOPED_TRACE(couplings + ' ' + score);
            const Point point = point_of(couplings, 9, score, {0.8, 1.5}, {0.5, 4});
            const test::StoppedReplica replica(experiment, point);
            const auto saves = static_cast<double>(replica.saves());
            for (const double share : {0.1, 0.6, 0.95, 0.99})
                EXPECT_TRUE(replica.goes_on_after(static_cast<std::size_t>(share * saves))) << share;
        }
    }
}

TEST(DiffusedIsing, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](const std::string& couplings, double n, const std::string& score, std::vector<double> T) {
        try {
            diffused_ising().check(point_of(couplings, n, score, std::move(T), {1}), {});
        } catch (const UsageError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refused("square", 36, "monte_carlo", {1}), "");
    EXPECT_EQ(refused("sherrington_kirkpatrick", 20, "exact", {1}), "");
    EXPECT_NE(refused("square", 30, "monte_carlo", {1}).find("25 or 36"), std::string::npos);
    EXPECT_NE(refused("curie_weiss", 21, "exact", {1}).find("of 20 spins at most"), std::string::npos);
    EXPECT_NE(refused("sherrington_kirkpatrick", 600, "monte_carlo", {1, 2}).find("512"), std::string::npos);
    EXPECT_NE(refused("sherrington_kirkpatrick", 64, "monte_carlo", {1}).find("ladder"), std::string::npos);
    EXPECT_NE(refused("matrix", 9, "exact", {1}).find("matrix = FILE"), std::string::npos);
}

}  // namespace
}  // namespace gdm
