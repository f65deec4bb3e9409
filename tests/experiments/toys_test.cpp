#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"
#include "support/test_experiments.hpp"

/// The test experiments are right themselves, and the interface carries what they need.
namespace gdm::test {
namespace {

TEST(Toys, DeclareThemselvesValidly) {
    for (const auto& experiment : test_experiments()) EXPECT_NO_THROW(experiment.validate()) << experiment.name;
}

Point ising_point(double T, int size, const std::string& update, double sweeps) {
    Point point;
    point.set("T", T);
    point.set("L", size);
    point.set("update", update == "metropolis" ? 0 : 1, update);
    point.set("sweeps", sweeps);
    point.set("thermalisation", 100);
    point.set_axis("dx", {0, 1, 2, 3});
    return point;
}

struct ExactIsing {
    double energy = 0, squared = 0, fourth = 0, neighbour = 0;
};

/// Averages over all 2^(L²) configurations.
ExactIsing enumerate(double T, int size) {
    ExactIsing sum;
    double total = 0;
    const int sites = size * size;
    for (std::uint32_t state = 0; state < (1u << sites); ++state) {
        const auto spin = [&](int row, int column) { return (state >> ((row % size) * size + column % size)) & 1 ? 1 : -1; };
        int bonds = 0, along_rows = 0, up = 0;
        for (int row = 0; row < size; ++row) {
            for (int column = 0; column < size; ++column) {
                bonds += spin(row, column) * (spin(row, column + 1) + spin(row + 1, column));
                along_rows += spin(row, column) * spin(row, column + 1);
                up += spin(row, column);
            }
        }
        const double weight = std::exp((bonds - 2 * sites) / T);
        const double m = static_cast<double>(up) / sites;
        total += weight;
        sum.energy -= weight * bonds / sites;
        sum.squared += weight * m * m;
        sum.fourth += weight * std::pow(m, 4);
        sum.neighbour += weight * along_rows / sites;
    }
    return {sum.energy / total, sum.squared / total, sum.fourth / total, sum.neighbour / total};
}

/// Of the means over the blocks of each replica's chain.
RunningMoments chain_means(const Replicas& replicas, const std::string& name, std::size_t index = 0) {
    RunningMoments moments;
    for (const auto& block : replicas.blocks) {
        const auto means = Combined(replicas.layout, block)[name].subspan(index * blocks_of_chain, blocks_of_chain);
        moments.add(std::accumulate(means.begin(), means.end(), 0.) / blocks_of_chain);
    }
    return moments;
}

TEST(ToyIsing, MatchesEnumeration) {
    const Experiment experiment = toy_ising();
    for (const int size : {2, 3, 4}) {
        for (const std::string update : {"metropolis", "heat_bath"}) {
            const double T = 2.7;
            const ExactIsing exact = enumerate(T, size);
            const auto replicas = run_replicas(experiment, ising_point(T, size, update, 2000), 20);
            const auto compare = [&](const std::string& name, std::size_t index, double value) {
                const RunningMoments moments = chain_means(replicas, name, index);
                EXPECT_NEAR(moments.mean(), value, 4 * moments.standard_error()) << name << " L = " << size << " " << update;
            };
            compare("energy", 0, exact.energy);
            compare("magnetisation_squared", 0, exact.squared);
            compare("magnetisation_fourth", 0, exact.fourth);
            compare("correlation", 1, exact.neighbour);
            const double spread = std::sqrt(chain_means(replicas, "energy").variance());
            EXPECT_NEAR(replicas.moments("energy_binned_error").mean(), spread, 4 * spread / std::sqrt(38.));
        }
    }
}

TEST(ToyIsing, PadsSmallLatticesWithNaN) {
    const auto replicas = run_replicas(toy_ising(), ising_point(3, 2, "heat_bath", 50), 1);
    const Combined values(replicas.layout, replicas.blocks[0]);
    EXPECT_EQ(values["correlation"][0], 1);
    EXPECT_TRUE(std::isnan(values["correlation"][2 * blocks_of_chain]));
    EXPECT_EQ(std::abs(values["snapshot"][8 + 1]), 1);
    EXPECT_TRUE(std::isnan(values["snapshot"][2]));
}

TEST(ToyAr1, MatchesItsClosedForms) {
    const Experiment experiment = toy_ar1();
    for (const double a : {0., 0.9}) {
        Point point;
        point.set("a", a);
        point.set("start", 0);
        point.set("samples", 8192);
        point.set("thermalisation", 200);
        const auto replicas = run_replicas(experiment, point, 40);
        for (const auto& theory : experiment.theory) {
            const std::string name = theory.name.substr(0, theory.name.size() - std::string("_theory").size());
            if (name == "kurtosis_ratio") continue;
            double exact = 0;
            theory.compute(point, std::span(&exact, 1));
            const bool is_time = name.ends_with("_tau");
            const RunningMoments moments = is_time ? replicas.moments(name) : chain_means(replicas, name);
            // Bins leave some of the correlations out.
            EXPECT_NEAR(moments.mean(), exact, 4 * moments.standard_error() + (is_time ? 0.06 * exact : 0)) << name << a;
        }
    }
}

Point double_well_point(const std::string& exchange, double samples) {
    Point point;
    point.set("barrier", 1);
    point.set("tilt", 0.02);
    point.set("samples", samples);
    point.set("thermalisation", 8192);
    point.set("exchange", exchange == "on" ? 0 : 1, exchange);
    point.set_axis("T", {0.05, 0.09, 0.17, 0.35, 1});
    return point;
}

TEST(ToyDoubleWell, MatchesQuadratureByTempering) {
    const Experiment experiment = toy_double_well();
    const Point point = double_well_point("on", 4096);
    const auto replicas = run_replicas(experiment, point, 8);
    std::vector<double> exact(5);
    for (const auto& theory : experiment.theory) {
        const std::string name = theory.name.substr(0, theory.name.size() - std::string("_theory").size());
        if (name == "free_energy_difference") continue;
        theory.compute(point, exact);
        for (std::size_t place = 0; place < 5; ++place) {
            const RunningMoments moments = chain_means(replicas, name, place);
            EXPECT_NEAR(moments.mean(), exact[place], 4 * moments.standard_error()) << name << place;
        }
    }
    for (std::size_t place = 0; place < 5; ++place) {
        EXPECT_LT(std::abs(replicas.moments("right_start_z", place).mean()), 4 / std::sqrt(8.)) << place;
    }
}

TEST(ToyDoubleWell, StaysInItsWellWithoutExchanges) {
    const auto replicas = run_replicas(toy_double_well(), double_well_point("off", 512), 2);
    EXPECT_EQ(replicas.moments("thermalisation_steps").mean(), 8192);
    EXPECT_EQ(replicas.moments("right_start_z", 0).mean(), -1000);
    EXPECT_LT(std::abs(replicas.moments("right_start_z", 4).mean()), 4);
    EXPECT_EQ(chain_means(replicas, "right", 0).mean(), 0.5);  // of one ladder 0, of the other 1: wrong, but warned of
}

/// Interrupted at random, and lengthened, chains have the numbers of those that ran through.
TEST(ChainToys, GoOnFromTheirStates) {
    Point ar1, ising;
    ar1.set("a", 0.9);
    ar1.set("start", 1);
    ar1.set("samples", 5000);
    ar1.set("thermalisation", 100);
    ising = ising_point(2.5, 4, "metropolis", 600);
    const Point well = double_well_point("on", 1024);
    for (const auto& [experiment, point] : {std::pair{toy_ar1(), ar1}, {toy_ising(), ising}, {toy_double_well(), well}}) {
        SCOPED_TRACE(experiment.name);
        EXPECT_GE(test::expect_same_bits_in_pieces(experiment, point, 2), 2u);
        Point half = point;
        half.set(experiment.lengthened_by, std::floor(point[experiment.lengthened_by] / 2));
        test::expect_same_bits_lengthened(experiment, half, point);
    }
}

TEST(ToyDataset, ReadsTheUsersArray) {
    const std::vector<double> numbers = {1, -1, 2, -1, 6, -1};
    const std::shared_ptr<double[]> values(new double[6]);
    std::copy(numbers.begin(), numbers.end(), values.get());
    const Inputs inputs = {{"data", {{3, 2}, values, 1, "test"}}};
    Point point;
    point.set("n", 50);
    const auto replicas = run_replicas(toy_dataset(), point, 200, 1, inputs);
    const auto mean = replicas.moments("mean");
    EXPECT_NEAR(mean.mean(), 3, 4 * mean.standard_error());
    EXPECT_NEAR(mean.variance(), 14. / 3 / 50, 4 * std::sqrt(2. / 199) * 14 / 3 / 50);
    EXPECT_THROW((void)run_replicas(toy_dataset(), point, 1, 1, {{"data", {{6}, values, 1, "test"}}}), UsageError);
}

TEST(ToyThrow, ThrowsWhereItShould) {
    Point point;
    point.set("p", 1);
    point.set("bad_p", 1);
    point.set("bad_replica", 2);
    EXPECT_NO_THROW((void)run_replicas(toy_throw(), point, 2));
    EXPECT_THROW((void)run_replicas(toy_throw(), point, 3), std::runtime_error);
}

TEST(ToySlow, ObeysItsStop) {
    const Experiment experiment = toy_slow();
    Point point;
    point.set("p", 9);
    const std::atomic<bool> requested = true;
    const Layout layout = make_layout(experiment, {});
    std::vector<double> block(layout.size());
    Values values(layout, block);
    EXPECT_THROW(experiment.run(point, {}, RandomStream(1, 0), Stop(&requested), values), Stopped);
}

}  // namespace
}  // namespace gdm::test
