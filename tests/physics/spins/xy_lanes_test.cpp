#include "gdm/physics/spins/xy_lanes.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/on_target.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/physics/spins/lane_draws.hpp"

namespace gdm {
namespace {

constexpr double pi = std::numbers::pi;

std::vector<std::byte> bytes(const XyLanes& lanes) {
    ByteWriter writer;
    lanes.save(writer);
    return writer.take();
}

std::vector<double> angles_of(const XyLanes& lanes, std::size_t system) {
    std::vector<double> angles(lanes.sites());
    lanes.angles(system, angles);
    return angles;
}

/// One sweep of one system by the definition, in angles.
void plain_sweep(const Lattice& lattice, std::vector<double>& angles, LocalUpdate update, double beta, double width,
                 std::size_t system, const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    const SiteGroups groups(lattice);
    for (std::size_t position = 0; position < groups.positions(); ++position) {
        const std::size_t site = groups.site(position);
        if (site == SiteGroups::idle) continue;
        double x = 0, y = 0;
        for (const std::uint32_t other : lattice.neighbours(site))
            x += std::cos(angles[other]), y += std::sin(angles[other]);
        const auto block = random.block(
            Purpose::markov_chain, {lane_draws * part, step,
                                    first_lane_sample + static_cast<std::uint32_t>(position + groups.positions() * system)});
        const double v = uniform_from_words(block[0], block[1]), u = fine_uniform_from_words(block[2], block[3]);
        double& angle = angles[site];
        if (update == LocalUpdate::metropolis) {
            const double proposed = angle + width * (2 * v - 1);
            const double gain = (std::cos(proposed) - std::cos(angle)) * x + (std::sin(proposed) - std::sin(angle)) * y;
            if (u < std::exp(beta * gain)) angle = proposed;
        } else {
            const double kappa = beta * std::hypot(x, y);
            const double tau = 1 + std::sqrt(1 + 4 * kappa * kappa);
            const double rho = (tau - std::sqrt(2 * tau)) / (2 * kappa), r = (1 + rho * rho) / (2 * rho);
            const double z = std::cos(2 * pi * v), f = (1 + r * z) / (r + z), c = kappa * (r - f);
            if (std::log(c / u) + 1 - c >= 0) angle = std::atan2(y, x) + std::copysign(std::acos(f), std::sin(2 * pi * v));
        }
    }
}

TEST(XyLanes, FollowsTheDefinitionOnEveryInstructionSet) {
    const RandomStream random(21, 1);
    for (const auto& [kind, size] :
         {std::pair(LatticeKind::square, 4), std::pair(LatticeKind::square, 5), std::pair(LatticeKind::cubic, 3)}) {
        const Lattice lattice(kind, static_cast<std::size_t>(size));
        for (const std::size_t systems : {1, 3, 7, 20}) {
            std::vector<double> beta(systems), width(systems);
            for (std::size_t i = 0; i < systems; ++i)
                beta[i] = 0.3 + 0.1 * static_cast<double>(i), width[i] = pi / static_cast<double>(1 + i % 3);
            for (const LocalUpdate update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
                std::vector<double> plain;
                std::vector<std::byte> fused;
                on_every_target([&] {
                    XyLanes lanes(lattice, systems);
                    lanes.set_beta(beta);
                    lanes.set_width(width);
                    lanes.fill_random(random);
                    if (plain.empty()) {
                        plain = angles_of(lanes, systems - 1);
                        for (std::uint32_t step = 0; step < 3; ++step)
                            plain_sweep(lattice, plain, update, beta.back(), width.back(), systems - 1, random, step, 2);
                    }
                    for (std::uint32_t step = 0; step < 3; ++step) lanes.sweep(update, random, step, 2);
                    const std::vector<double> angles = angles_of(lanes, systems - 1);
                    for (std::size_t i = 0; i < angles.size(); ++i)
                        ASSERT_NEAR(std::remainder(angles[i] - plain[i], 2 * pi), 0, 1e-11) << i;
                    lanes.over_relax();
                    std::vector<XySums> sums(systems);
                    lanes.measure(sums);
                    std::vector<std::byte> result = bytes(lanes);
                    for (const XySums& one : sums) {
                        const auto values = std::as_bytes(std::span(&one, 1));
                        result.insert(result.end(), values.begin(), values.end());
                    }
                    if (instruction_set().starts_with("AVX")) {
                        if (fused.empty()) fused = result;
                        EXPECT_TRUE(fused == result);
                    }
                });
            }
        }
    }
}

/// E and M² of 2 × 2 sites, a ring of four with two bonds between neighbours: Z = Σ_n I_n(2β)⁴.
struct Ring {
    double energy, squared;
    explicit Ring(double beta) {
        double z = 0, next = 0, second = 0;
        for (int n = -60; n <= 60; ++n) {
            const double one = boost::math::cyl_bessel_i(std::abs(n), 2 * beta);
            const double other = boost::math::cyl_bessel_i(std::abs(n + 1), 2 * beta);
            z += std::pow(one, 4), next += std::pow(one, 3) * other, second += one * one * other * other;
        }
        energy = -8 * next / z;
        squared = 4 + 8 * next / z + 4 * second / z;
    }
};

/// Means over independent systems and sweeps, in units of the error that the systems have.
void expect_ring(const char* what, double beta, double width, std::uint64_t seed, bool heat_bath, int over_relaxations) {
    constexpr std::size_t systems = 64;
    constexpr std::uint32_t burn_in = 200, sweeps = 1500;
    const Lattice lattice(LatticeKind::square, 2);
    const RandomStream random(seed, 0);
    XyLanes lanes(lattice, systems);
    lanes.set_beta(std::span(&beta, 1));
    lanes.set_width(std::span(&width, 1));
    lanes.fill_random(random);
    std::vector<XySums> sums(systems);
    std::vector<double> energy(systems), squared(systems);
    for (std::uint32_t step = 0; step < burn_in + sweeps; ++step) {
        lanes.sweep(heat_bath ? LocalUpdate::heat_bath : LocalUpdate::metropolis, random, step);
        for (int k = 0; k < over_relaxations; ++k) lanes.over_relax();
        if (step < burn_in) continue;
        lanes.measure(sums);
        for (std::size_t i = 0; i < systems; ++i) {
            energy[i] -= sums[i].bonds / sweeps;
            squared[i] += (sums[i].x * sums[i].x + sums[i].y * sums[i].y) / sweeps;
        }
    }
    const Ring exact(beta);
    for (const auto& [values, expected] : {std::pair(energy, exact.energy), std::pair(squared, exact.squared)}) {
        double mean = 0, square = 0;
        for (const double value : values) mean += value / systems;
        for (const double value : values) square += (value - mean) * (value - mean);
        const double error = std::sqrt(square / (systems - 1) / systems);
        EXPECT_NEAR(mean, expected, 4 * error) << what << " at " << beta << ", pull " << (mean - expected) / error;
    }
}

TEST(XyLanes, SamplesTheLawOfARing) {
    std::uint64_t seed = 100;
    for (const double beta : {0., 0.4, 1., 2.5}) {
        expect_ring("Metropolis", beta, pi, seed++, false, 0);
        expect_ring("Metropolis, narrow", beta, 0.8, seed++, false, 0);
        expect_ring("heat bath", beta, pi, seed++, true, 0);
        expect_ring("heat bath and mirrors", beta, pi, seed++, true, 2);
    }
}

TEST(XyLanes, MirrorsKeepTheEnergyAndUnitLength) {
    const Lattice lattice(LatticeKind::square, 8);
    const RandomStream random(2, 0);
    XyLanes lanes(lattice, 3);
    lanes.fill_random(random);
    std::vector<XySums> before(3), after(3);
    lanes.measure(before);
    for (int k = 0; k < 2000; ++k) lanes.over_relax();
    lanes.measure(after);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(after[i].bonds, before[i].bonds, 1e-9);
        EXPECT_GT(std::abs(after[i].x - before[i].x), 1e-3);
    }
    std::vector<double> values(2 * 3 * 64);
    const std::vector<std::byte> saved = bytes(lanes);
    ByteReader(saved).get(std::span(values));
    for (std::size_t i = 0; i < 3 * 64; ++i) EXPECT_NEAR(std::hypot(values[i], values[3 * 64 + i]), 1, 1e-15);
}

TEST(XyLanes, MeasuresWhatTheAnglesSay) {
    const RandomStream random(9, 4);
    for (const std::size_t systems : {1, 5, 9}) {
        const Lattice lattice(LatticeKind::square, 6);
        XyLanes lanes(lattice, systems);
        lanes.fill_random(random);
        std::vector<XySums> sums(systems);
        lanes.measure(sums);
        for (std::size_t system = 0; system < systems; ++system) {
            const std::vector<double> angles = angles_of(lanes, system);
            const auto difference = [&](std::size_t site, std::size_t k) {
                return std::remainder(angles[lattice.neighbours(site)[k]] - angles[site], 2 * pi);
            };
            XySums plain;
            std::size_t vortices = 0;
            for (std::size_t site = 0; site < lattice.sites(); ++site) {
                plain.x += std::cos(angles[site]), plain.y += std::sin(angles[site]);
                plain.bonds += std::cos(difference(site, 0)) + std::cos(difference(site, 1));
                plain.x_bonds += std::cos(difference(site, 0)), plain.x_current += std::sin(difference(site, 0));
                const double turn = difference(site, 0) + difference(lattice.neighbours(site)[0], 1) -
                                    difference(lattice.neighbours(site)[1], 0) - difference(site, 1);
                vortices += std::abs(turn) > pi;
            }
            EXPECT_NEAR(sums[system].bonds, plain.bonds, 1e-12);
            EXPECT_NEAR(sums[system].x, plain.x, 1e-12);
            EXPECT_NEAR(sums[system].y, plain.y, 1e-12);
            EXPECT_NEAR(sums[system].x_bonds, plain.x_bonds, 1e-12);
            EXPECT_NEAR(sums[system].x_current, plain.x_current, 1e-12);
            EXPECT_EQ(lanes.vortices(system), vortices);
            EXPECT_GT(vortices, 2u);
        }
    }
}

TEST(XyLanes, SystemsDoNotDependOnHowManyThereAreAndStatesGoOn) {
    const Lattice lattice(LatticeKind::triangular, 5);
    const RandomStream random(3, 1);
    const double beta = 0.7;
    XyLanes few(lattice, 3), many(lattice, 20);
    for (XyLanes* lanes : {&few, &many}) {
        lanes->set_beta(std::span(&beta, 1));
        lanes->fill_random(random);
        for (std::uint32_t step = 0; step < 4; ++step) lanes->sweep(LocalUpdate::heat_bath, random, step);
    }
    EXPECT_EQ(angles_of(few, 2), angles_of(many, 2));
    many.exchange(2, 19);
    EXPECT_EQ(angles_of(few, 2), angles_of(many, 19));
    XyLanes again(lattice, 3);
    again.set_beta(std::span(&beta, 1));
    const std::vector<std::byte> saved = bytes(few);
    ByteReader reader(saved);
    again.load(reader);
    for (XyLanes* lanes : {&few, &again}) lanes->sweep(LocalUpdate::metropolis, random, 4);
    EXPECT_EQ(bytes(few), bytes(again));
    EXPECT_THROW(few.set_beta(std::vector<double>{1, 2}), std::invalid_argument);
    EXPECT_THROW(few.set_width(std::vector<double>{4}), std::invalid_argument);
    EXPECT_THROW((void)few.vortices(0), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
