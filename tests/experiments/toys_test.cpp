#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "gdm/base/error.hpp"
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

TEST(ToyIsing, MatchesEnumeration) {
    const Experiment experiment = toy_ising();
    for (const int size : {2, 3, 4}) {
        for (const std::string update : {"metropolis", "heat_bath"}) {
            const double T = 2.7;
            const ExactIsing exact = enumerate(T, size);
            const auto replicas = run_replicas(experiment, ising_point(T, size, update, 2000), 20);
            const auto compare = [&](const std::string& name, std::size_t index, double value) {
                const RunningMoments moments = replicas.moments(name, index);
                EXPECT_NEAR(moments.mean(), value, 4 * moments.standard_error()) << name << " L = " << size << " " << update;
            };
            compare("energy", 0, exact.energy);
            compare("magnetisation_squared", 0, exact.squared);
            compare("magnetisation_fourth", 0, exact.fourth);
            compare("correlation", 1, exact.neighbour);
            const double spread = std::sqrt(replicas.moments("energy").variance());
            EXPECT_NEAR(replicas.moments("energy_binned_error").mean(), spread, 4 * spread / std::sqrt(38.));
        }
    }
}

TEST(ToyIsing, PadsSmallLatticesWithNaN) {
    const auto replicas = run_replicas(toy_ising(), ising_point(3, 2, "heat_bath", 50), 1);
    const Combined values(replicas.layout, replicas.blocks[0]);
    EXPECT_EQ(values["correlation"][0], 1);
    EXPECT_TRUE(std::isnan(values["correlation"][2]));
    EXPECT_EQ(std::abs(values["snapshot"][8 + 1]), 1);
    EXPECT_TRUE(std::isnan(values["snapshot"][2]));
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
