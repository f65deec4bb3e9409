#include "gdm/experiments/spins/ising.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/packed_spins.hpp"
#include "gdm/experiments/spins/ising_theory.hpp"
#include "gdm/experiments/spins/xy.hpp"
#include "gdm/physics/spins/kaufman.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

/// `numbers`: those of a stored configuration.
Point with_settings(Point point, double samples, std::size_t numbers) {
    point.set("samples", samples);
    point.set("interval", 2);
    point.set("thermalisation", 600);
    point.set("histogram", 1, "on");
    point.set("store", 2);
    point.set("store_interval", 50);
    point.set_axis("configuration", {1, 2});
    point.set_axis("number", std::vector<double>(numbers));
    point.set_axis("e", {-1.75, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75});
    return point;
}

Point ising_at(const std::string& lattice, double L, const std::string& update, double T, double h = 0,
               double samples = 256) {
    Point point;
    point.set("T", T);
    point.set("L", L);
    point.set("h", h);
    point.set("lattice", 0, lattice);
    point.set("update", 0, update);
    const double sites = lattice == "complete" ? L : std::pow(L, lattice == "cubic" ? 3 : 2);
    return with_settings(std::move(point), samples, packed_length(static_cast<std::size_t>(sites)));
}

Point xy_at(double L, const std::string& update, double T, double samples = 256) {
    Point point;
    point.set("T", T);
    point.set("L", L);
    point.set("update", 0, update);
    return with_settings(std::move(point), samples, static_cast<std::size_t>(L * L));
}

struct Case {
    Experiment experiment;
    Point point;
    std::string name;
};

/// Every kind of copies with every update.
std::vector<Case> cases() {
    std::vector<Case> all;
    for (const std::string update : {"metropolis", "heat_bath", "wolff", "cluster"}) {
        for (const std::string lattice : {"square", "triangular", "cubic", "complete"})
            all.push_back({ising(), ising_at(lattice, lattice == "complete" ? 20 : 4, update, lattice == "complete" ? 1 : 3),
                           lattice + " " + update});
        all.push_back({ising(), ising_at("square", 4, update, 3, 0.1), "field " + update});
        if (update == "heat_bath") all.push_back({ising(), ising_at("square", 128, update, 3), "large " + update});
        all.push_back({xy(), xy_at(4, update, 0.9), "xy " + update});
    }
    return all;
}

TEST(SpinChain, GoesOnFromEveryStateWithTheSameBits) {
    for (const Case& at : cases()) {
        SCOPED_TRACE(at.name);
        test::expect_same_bits_after({1, 3, 9}, at.experiment, at.point, 4);  // while it is thermalised, and after
    }
}

TEST(SpinChain, GrowsLongerWithTheBitsOfALongOne) {
    for (const Case& at : cases()) {
        SCOPED_TRACE(at.name);
        Point longer = at.point;
        longer.set("samples", 400);
        test::expect_same_bits_lengthened(at.experiment, at.point, longer);
    }
}

double combined(const test::Replicas& replicas, const std::string& name) {
    RunningMoments blocks;
    for (std::size_t block = 0; block < blocks_of_chain; ++block) blocks.merge(replicas.moments(name, block));
    return blocks.mean();
}
double error_of(const test::Replicas& replicas, const std::string& name) {
    RunningMoments means;
    for (const auto& block : replicas.blocks) {
        double mean = 0;
        for (std::size_t i = 0; i < blocks_of_chain; ++i)
            mean += Combined(replicas.layout, block)[name][i] / static_cast<double>(blocks_of_chain);
        means.add(mean);
    }
    return means.standard_error();
}

TEST(Ising, AgreesWithKaufman) {
    for (const std::string update : {"metropolis", "heat_bath", "wolff", "cluster"}) {
        for (const double T : {2.1, 2.269185, 2.8}) {
            const auto replicas = test::run_replicas(ising(), ising_at("square", 8, update, T, 0, 400), 16);
            const double exact = kaufman(8, 8, T).energy;
            EXPECT_NEAR(combined(replicas, "energy"), exact, 4 * error_of(replicas, "energy")) << update << ' ' << T;
            double counted = 0, mean = 0;
            for (std::size_t bin = 0; bin < 8; ++bin) {
                const double density = replicas.moments("energy_histogram", bin).mean();
                counted += 0.5 * density;
                mean += 0.5 * density * (-1.75 + 0.5 * static_cast<double>(bin));
            }
            EXPECT_NEAR(counted, 1, 1e-12);
            EXPECT_NEAR(mean, exact, 0.25);
        }
    }
}

TEST(Ising, AgreesWithCurieAndWeiss) {
    for (const double h : {0., 0.02}) {
        const Point point = ising_at("complete", 200, "cluster", 0.95, h, 400);
        const auto replicas = test::run_replicas(ising(), point, 16);
        for (const Theory& theory : ising_theory()) {
            const std::string name = theory.name.substr(0, theory.name.find("_theory"));
            if (name == theory.name || !(name.starts_with("energy") || name.find("magnetisation") != std::string::npos))
                continue;
            std::vector<double> exact(1);
            theory.compute(point, exact);
            if (name == "magnetisation" && h == 0) {
                EXPECT_TRUE(std::isnan(exact[0]));
            } else {
                EXPECT_NEAR(combined(replicas, name), exact[0], 4 * error_of(replicas, name)) << name;
            }
        }
    }
}

/// At T → 0 hot starts may end in stripes, which no single spin leaves: the chain says so.
TEST(Ising, ShowsThatStartsDisagree) {
    Point point = ising_at("square", 16, "heat_bath", 0.5);
    point.set("thermalisation", 64);
    const auto replicas = test::run_replicas(ising(), point, 8);
    double worst = 0;
    for (const auto& block : replicas.blocks)
        worst = std::max(worst, std::abs(Combined(replicas.layout, block).scalar("abs_magnetisation_start_z")));
    EXPECT_GT(worst, 20);
    const auto mixed = test::run_replicas(ising(), ising_at("square", 8, "cluster", 2.3), 16);
    EXPECT_LT(std::abs(mixed.moments("abs_magnetisation_start_z").mean()), 1);
    EXPECT_NEAR(mixed.moments("abs_magnetisation_start_z").variance(), 1, 1.5);
    EXPECT_NEAR(mixed.moments("abs_magnetisation_halves_z").variance(), 1, 1.5);
}

TEST(Ising, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](const Point& point, const std::string& word) {
        try {
            ising().check(point, {});
            ADD_FAILURE() << word;
        } catch (const UsageError& error) {
            EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
        }
    };
    refused(ising_at("cubic", 512, "wolff", 2), "lattice = cubic");
    refused(ising_at("square", 8, "wolff", 2, 0, 4e9), "2^32");
    Point uneven = ising_at("square", 8, "wolff", 2);
    uneven.set_axis("e", {-2, -1, 1});
    refused(uneven, "equally spaced");
    uneven.set("histogram", 0, "off");
    EXPECT_NO_THROW(ising().check(uneven, {}));
}

TEST(IsingTheory, PeakOfTheHeatCapacityIsItsMaximum) {
    const Point point = ising_at("square", 16, "wolff", 2);
    const HeatCapacityPeak peak = exact_heat_capacity_peak(point);
    for (const double step : {-0.01, 0.01}) EXPECT_LT(kaufman(16, 16, peak.temperature + step).heat_capacity, peak.height);
    EXPECT_NEAR(peak.temperature, 2.269185 * (1 + 0.3603 / 16), 0.01);  // Ferdinand and Fisher 1969, to first order in 1/L
}

}  // namespace
}  // namespace gdm
