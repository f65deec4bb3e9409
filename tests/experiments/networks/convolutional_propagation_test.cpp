#include "gdm/experiments/networks/convolutional_propagation.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/networks/decay_exponents.hpp"
#include "gdm/experiments/networks/directed_percolation.hpp"
#include "gdm/physics/spins/directed_percolation.hpp"
#include "gdm/physics/spins/percolation_theory.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point network_point(double shared, double channels, double sw2, std::vector<double> layers) {
    Point point;
    point.set("activation", 0, "tanh");
    for (const auto& [name, value] : std::vector<std::pair<std::string, double>>{{"shared_weights", shared},
                                                                                 {"channels", channels},
                                                                                 {"kernel", 3},
                                                                                 {"L", 128},
                                                                                 {"sw2", sw2},
                                                                                 {"sb2", 0.1},
                                                                                 {"rho_0", 1},
                                                                                 {"q_0", 1},
                                                                                 {"fit_from", 8},
                                                                                 {"scale", 0.01},
                                                                                 {"reference", 2}})
        point.set(name, value);
    point.set_axis("layer", std::move(layers));
    return point;
}

Point percolation_point(const std::string& start, double p, double lattices, std::vector<double> steps) {
    Point point;
    point.set("p", p);
    point.set("start", start == "full" ? 0 : 1, start);
    point.set("L", 128);
    point.set("lattices", lattices);
    point.set("fit_from", 1);
    point.set("scale", 0.01);
    point.set_axis("step", std::move(steps));
    return point;
}

TEST(DirectedPercolation, FirstStepsByAllBonds) {
    // Of two steps: six bonds, by hand; a site lives if any open path leads to it.
    const double p = 0.6;
    double two = 0;
    for (unsigned bonds = 0; bonds < 64; ++bonds) {
        const auto open = [&](unsigned bond) { return (bonds >> bond & 1u) != 0; };
        const bool left = open(0) || open(1), right = open(2) || open(3);
        if (!((left && open(4)) || (right && open(5)))) continue;
        two += std::pow(p, std::popcount(bonds)) * std::pow(1 - p, 6 - std::popcount(bonds));
    }
    EXPECT_NEAR(percolation_density(p, 1), p * (2 - p), 1e-15);
    // Both rows share the site between them, whose bonds are their own.
    EXPECT_NEAR(percolation_density(p, 2), two, 1e-14);
    EXPECT_EQ(percolation_density(1, 7), 1);
    EXPECT_TRUE(std::isnan(percolation_density(p, 9)));
}

TEST(DirectedPercolation, DensityFromFullAndSurvivalFromASeedAreExact) {
    for (const char* start : {"full", "seed"}) {
        const Point point = percolation_point(start, 0.6447, 64, {1, 2, 5, 8});
        const auto replicas = test::run_replicas(directed_percolation(), point, 64);
        for (std::size_t k = 0; k < 4; ++k) {
            const auto moments = replicas.moments(std::string(start) == "full" ? "density" : "survival", k);
            EXPECT_NEAR(moments.mean(), percolation_density(0.6447, point.axis("step")[k]),
                        4 * std::sqrt(moments.variance() / 64))
                << start << k;
        }
    }
}

TEST(DirectedPercolation, EndsOfRingsMeetAndLatticesDoNot) {
    DirectedPercolation open(1, 64, 3);
    open.seed();
    const RandomStream random(1, 0);
    open.step(random, 0);
    for (std::size_t lattice = 0; lattice < 3; ++lattice) {
        EXPECT_EQ(open.count(lattice), 2u);
        EXPECT_TRUE(open.active(lattice, 0) && open.active(lattice, 63));
    }
    for (std::uint32_t step = 1; step < 63; ++step) open.step(random, step);
    EXPECT_EQ(open.density(), 1);
    DirectedPercolation closed(0, 64);
    closed.fill();
    closed.step(random, 0);
    EXPECT_EQ(closed.alive(), 0);
    EXPECT_THROW(DirectedPercolation(0.5, 63), std::invalid_argument);
    EXPECT_THROW(DirectedPercolation(1.5, 64), std::invalid_argument);
}

TEST(DirectedPercolation, TheSameFromEveryState) {
    const Point point = percolation_point("full", 0.6, 30000, {1, 7, 12, 30});
    EXPECT_GT(test::expect_same_bits_in_pieces(directed_percolation(), point, 2), 0u);
}

TEST(ConvolutionalPropagation, TheSameFromEveryState) {
    for (const double shared : {0., 1.}) {
        const Point point = network_point(shared, 32, 1.5, {1, 10, 60, 100});
        EXPECT_GT(test::expect_same_bits_in_pieces(convolutional_propagation(), point, 2), 0u);
    }
}

TEST(ConvolutionalPropagation, ExponentsOfPowers) {
    const std::vector<double> x{1, 2, 3, 5, 8, 13};
    std::vector<double> y, logarithm, local(x.size());
    for (const double one : x) {
        y.push_back(3 * std::pow(one, -0.4));
        logarithm.push_back(std::log(y.back()));
    }
    for (const auto form : {DecayForm::value, DecayForm::logarithm}) {
        const auto& values = form == DecayForm::value ? y : logarithm;
        local_exponents(x, values, form, local);
        EXPECT_TRUE(std::isnan(local.front()) && std::isnan(local.back()));
        for (std::size_t k = 1; k + 1 < x.size(); ++k) EXPECT_NEAR(local[k], 0.4, 1e-12);
        EXPECT_NEAR(fitted_exponent(x, values, form, 3), 0.4, 1e-12);
        EXPECT_TRUE(std::isnan(fitted_exponent(x, values, form, 10)));
    }
}

TEST(ConvolutionalPropagation, DiesBelowTheTransitionAndStaysAbove) {
    const std::vector<double> layers{16, 32, 64, 128};
    const auto ordered = test::run_replicas(convolutional_propagation(), network_point(0, 8, 1.6, layers), 4);
    const auto chaotic = test::run_replicas(convolutional_propagation(), network_point(0, 8, 2.8, layers), 4);
    // Tangent and difference shrink alike once the difference is small.
    const double slope = (ordered.moments("log_rho", 3).mean() - ordered.moments("log_rho", 2).mean()) / 64;
    EXPECT_NEAR(slope / 2, ordered.moments("lyapunov").mean(), 0.01);
    EXPECT_LT(slope, -0.05);
    EXPECT_GT(chaotic.moments("lyapunov").mean(), 0.05);
    EXPECT_GT(chaotic.moments("rho_mean", 3).mean(), 0.2);
    EXPECT_GT(chaotic.moments("active_fraction_mean", 3).mean(), 0.9);
}

TEST(ConvolutionalPropagation, RefusesWhatDoesNotFit) {
    const auto refuses = [](const std::string& name, double value) {
        Point point = network_point(1, 2, 2, {1, 2});
        point.set(name, value);
        EXPECT_THROW(convolutional_propagation().check(point, {}), UsageError) << name;
    };
    refuses("L", 100);
    refuses("kernel", 4);
    EXPECT_THROW(convolutional_propagation().check(network_point(1, 2, 2, {2, 1}), {}), UsageError);
    Point point = percolation_point("full", 0.6, 1, {1, 2});
    point.set("L", 65);
    EXPECT_THROW(directed_percolation().check(point, {}), UsageError);
}

}  // namespace
}  // namespace gdm
