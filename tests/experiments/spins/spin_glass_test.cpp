#include "gdm/experiments/spins/spin_glass.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& couplings, const std::string& lattice, double size, std::vector<double> temperatures,
               double samples = 1024) {
    Point point;
    point.set("couplings", 0, couplings);
    point.set("lattice", 0, lattice);
    point.set("L", size);
    point.set("exchange", 0, "on");
    point.set("update", 0, "heat_bath");
    point.set("samples", samples);
    point.set("interval", 1);
    point.set("thermalisation", 256);
    point.set_axis("T", std::move(temperatures));
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

class AllStates : public testing::TestWithParam<std::tuple<const char*, const char*, double, const char*>> {};

TEST_P(AllStates, AreWhatTheChainSees) {
    const auto& [couplings, lattice, size, update] = GetParam();
    Point point = point_of(couplings, lattice, size, {0.4, 0.7, 1.2, 2});
    point.set("update", 0, update);
    const auto replicas = test::run_replicas(spin_glass(), point, 32);
    for (std::size_t place = 0; place < 4; ++place) {
        for (const std::string name : {"energy", "heat_capacity", "overlap_squared", "overlap_fourth"})
            EXPECT_LT(std::abs(pull(replicas, name, name + "_exact", place)), 4) << name << " " << place;
    }
    for (const auto& block : replicas.blocks) {
        const Combined values(replicas.layout, block);
        EXPECT_NEAR(values.scalar("lowest_energy"), values.scalar("ground_energy_exact"), 1e-12);
        EXPECT_LT(std::abs(values["overlap_squared_start_z"][0]), 6);
        // P(q) has a mass of 1, and the second moment that was measured, to what overlaps are spread by: 1/n at q = ±1.
        const auto density = values["overlap_distribution"];
        double mass = 0, second = 0;
        for (std::size_t bin = 0; bin < 41; ++bin) {
            const double here = density[bin] * (bin == 0 || bin == 40 ? 0.025 : 0.05),
                         q = (static_cast<double>(bin) - 20) / 20;
            mass += here;
            second += here * q * q;
        }
        EXPECT_NEAR(mass, 1, 1e-12);
        const double sites = lattice == std::string("square") || lattice == std::string("triangular") ? size * size
                             : lattice == std::string("cubic")                                        ? 8
                                                                                                      : size;
        EXPECT_NEAR(second, values["overlap_squared"][0], 1 / sites + 1e-3);
    }
}

INSTANTIATE_TEST_SUITE_P(Glasses, AllStates,
                         testing::Values(std::tuple("bimodal", "square", 4, "metropolis"),
                                         std::tuple("bimodal", "triangular", 3, "heat_bath"),
                                         std::tuple("gaussian", "cubic", 2, "heat_bath"),
                                         std::tuple("gaussian", "square", 3, "metropolis"),
                                         std::tuple("bimodal", "complete", 10, "metropolis"),
                                         std::tuple("gaussian", "complete", 13, "heat_bath")));

/// Above T = 1 the Sherrington–Kirkpatrick model has n[⟨q²⟩] = 1/(1 − β²) and the energy −(β/2)(1 − 1/n)(1 − β²/((1 −
/// β²)n)), both to O(1/n).
TEST(SpinGlass, SherringtonKirkpatrickAtHighTemperatures) {
    for (const std::string couplings : {"bimodal", "gaussian"}) {
        const double n = 96, beta = 0.4, rest = beta * beta / (1 - beta * beta);
        const auto replicas = test::run_replicas(spin_glass(), point_of(couplings, "complete", n, {2, 1 / beta}, 128), 16);
        const auto energy = replicas.moments("energy", 1), squared = replicas.moments("overlap_squared", 1);
        EXPECT_NEAR(energy.mean(), -beta / 2 * (1 - 1 / n) * (1 - rest / n), 4 * energy.standard_error() + 1 / (n * n));
        EXPECT_NEAR(n * squared.mean(), 1 + rest, 4 * n * squared.standard_error() + 4 / n);
    }
}

TEST(SpinGlass, EnergyAndLinksOfGaussianCouplingsAgree) {
    const Experiment experiment = spin_glass();
    const Point point = point_of("gaussian", "cubic", 3, {1, 1.5}, 128);
    const auto replicas = test::run_replicas(experiment, point, 96);
    for (std::size_t place = 0; place < 2; ++place) {
        RunningMoments identity;
        for (const auto& block : replicas.blocks) {
            const Combined values(replicas.layout, block);
            identity.add(values["energy"][place] + 3 / point.axis("T")[place] * (1 - values["link_overlap"][place]));
        }
        EXPECT_LT(std::abs(identity.mean()), 4 * identity.standard_error());
        EXPECT_LT(identity.standard_error(), 0.07);
    }
}

/// Couplings do not depend on exchanges, updates and temperatures.
TEST(SpinGlass, ARealisationIsTheSameHoweverItIsSampled) {
    Point point = point_of("gaussian", "complete", 12, {0.5, 1}, 128);
    const auto one = test::run_replicas(spin_glass(), point, 2);
    point.set("exchange", 1, "off");
    point.set("update", 0, "metropolis");
    point.set_axis("T", {0.7, 2});
    const auto other = test::run_replicas(spin_glass(), point, 2);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(Combined(one.layout, one.blocks[i]).scalar("ground_energy_exact"),
                  Combined(other.layout, other.blocks[i]).scalar("ground_energy_exact"));
        EXPECT_TRUE(std::isnan(Combined(other.layout, other.blocks[i])["swap_acceptance"][0]));
    }
    EXPECT_NE(Combined(one.layout, one.blocks[0]).scalar("ground_energy_exact"),
              Combined(one.layout, one.blocks[1]).scalar("ground_energy_exact"));
}

/// Stopped at any time it goes on to the same bits; a longer chain is what a shorter one becomes.
TEST(SpinGlass, GoesOnFromItsState) {
    const Experiment experiment = spin_glass();
    for (const std::string couplings : {"bimodal", "gaussian"}) {
        SCOPED_TRACE(couplings);
        const auto point = [&](double samples) { return point_of(couplings, "square", 6, {0.5, 0.8, 1.2}, samples); };
        test::expect_same_bits_after({1, 2, 3}, experiment, point(400));
        test::expect_same_bits_lengthened(experiment, point(150), point(400));
    }
}

TEST(SpinGlass, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](const std::string& lattice, double size, std::vector<double> temperatures, double samples,
                            const std::string& update = "heat_bath") {
        Point point = point_of("bimodal", lattice, size, std::move(temperatures), samples);
        point.set("update", 0, update);
        try {
            spin_glass().check(point, {});
        } catch (const UsageError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refused("cubic", 8, {1, 2}, 128), "");
    EXPECT_EQ(refused("complete", 64, {1, 2}, 128), "");
    EXPECT_NE(refused("cubic", 64, {1, 2}, 128).find("L = 64 is not allowed on the lattice cubic"), std::string::npos);
    EXPECT_NE(refused("cubic", 8, {1, 1}, 128).find("ladder"), std::string::npos);
    EXPECT_NE(refused("cubic", 8, {1, 2}, 1e11).find("2^32 steps"), std::string::npos);
    EXPECT_NE(refused("cubic", 2, {1, 2}, 128, "metropolis").find("heat_bath"), std::string::npos);
}

}  // namespace
}  // namespace gdm
