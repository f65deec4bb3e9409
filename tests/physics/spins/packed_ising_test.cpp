#include "gdm/physics/spins/packed_ising.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/ellint_1.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/on_target.hpp"
#include "physics/spins/plain_decision.hpp"

namespace gdm {
namespace {

using Signs = std::vector<std::int8_t>;

Signs spins_of(const PackedIsing& ising) {
    Signs spins(ising.sites());
    ising.spins(spins);
    return spins;
}

std::vector<std::byte> bytes(const PackedIsing& ising) {
    ByteWriter writer;
    ising.save(writer);
    return writer.take();
}

/// One sweep by the definition: row after row, in each the even x before the odd ones.
void plain_sweep(const Lattice& lattice, Signs& spins, LocalUpdate update, double beta, double field,
                 const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    const std::size_t size = lattice.size(), turn = size / 64, length = lattice.dimension() == 3 ? size : 1;
    for (std::size_t row = 0; row < turn * length; ++row) {
        for (std::size_t parity = 0; parity < 2; ++parity) {
            for (std::size_t k = 0; k < size / 2; ++k) {
                for (std::size_t lane = 0; lane < 64; ++lane) {
                    const std::size_t last = lane * turn + row / length, y = row % length;
                    const std::size_t site = (last * length + y) * size + 2 * k + parity;
                    int pulls = 0;
                    for (const std::uint32_t other : lattice.neighbours(site)) pulls += spins[other];
                    spins[site] = static_cast<std::int8_t>(
                        plain_update(update, beta, field, lattice.coordination(), spins[site], pulls, random,
                                     (2 * row + parity) * size / 2 + k, lane, step, part));
                }
            }
        }
    }
}

TEST(PackedIsing, FollowsTheDefinitionOnEveryInstructionSet) {
    const RandomStream random(4, 2);
    for (const auto& [kind, size] : {std::pair(LatticeKind::square, 192), std::pair(LatticeKind::triangular, 128),
                                     std::pair(LatticeKind::cubic, 128)}) {
        const Lattice lattice(kind, static_cast<std::size_t>(size));
        const bool small = lattice.dimension() == 2;
        for (const LocalUpdate update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
            for (const double field : {0., -0.2}) {
                if (!small && (update == LocalUpdate::heat_bath) == (field == 0)) continue;  // two million sites
                SCOPED_TRACE(testing::Message()
                             << size << ", heat bath " << (update == LocalUpdate::heat_bath) << ", h " << field);
                Signs plain;
                on_every_target([&] {
                    PackedIsing ising(kind, static_cast<std::size_t>(size));
                    ising.set_dynamics(update, 0.3, field);
                    ising.fill_random(random);
                    Signs spins = spins_of(ising);
                    for (std::uint32_t step = 0; step < 2; ++step) {
                        ising.sweep(random, step, 3);
                        if (plain.empty()) plain_sweep(lattice, spins, update, 0.3, field, random, step, 3);
                    }
                    if (plain.empty()) plain = spins;
                    EXPECT_TRUE(spins_of(ising) == plain);
                    std::int64_t energy = 0, magnetisation = 0;
                    for (std::size_t site = 0; site < lattice.sites(); ++site) {
                        magnetisation += plain[site];
                        for (std::size_t k = 0; k < lattice.forward(); ++k)
                            energy -= plain[site] * plain[lattice.neighbours(site)[k]];
                    }
                    EXPECT_EQ(ising.bond_energy(), energy);
                    EXPECT_EQ(ising.magnetisation(), magnetisation);
                });
            }
        }
    }
}

/// Onsager's energy a site.
double onsager(double beta) {
    const double k = 2 * std::sinh(2 * beta) / std::pow(std::cosh(2 * beta), 2);
    const double t = std::tanh(2 * beta);
    return -(1 + 2 / std::numbers::pi * (2 * t * t - 1) * boost::math::ellint_1(k)) / t;
}

// At ξ ≪ L the finite lattice has the energy of the infinite one.
TEST(PackedIsing, HasOnsagersEnergy) {
    for (const LocalUpdate update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
        for (const double beta : {0.2, 0.35, 0.6}) {
            constexpr std::uint32_t replicas = 24, thermalisation = 200, sweeps = 1000;
            double sum = 0, squares = 0;
            for (std::uint32_t replica = 0; replica < replicas; ++replica) {
                const RandomStream random(8, replica);
                PackedIsing ising(LatticeKind::square, 128);
                ising.set_dynamics(update, beta);
                if (beta < 0.44) ising.fill_random(random);
                double energy = 0;
                for (std::uint32_t step = 0; step < thermalisation + sweeps; ++step) {
                    ising.sweep(random, step);
                    if (step >= thermalisation)
                        energy += static_cast<double>(ising.bond_energy()) / static_cast<double>(ising.sites()) / sweeps;
                }
                sum += energy, squares += energy * energy;
            }
            const double mean = sum / replicas;
            const double error = std::sqrt((squares / replicas - mean * mean) / (replicas - 1));
            EXPECT_NEAR(mean, onsager(beta), 4 * error) << beta << ", pull " << (mean - onsager(beta)) / error;
            EXPECT_LT(error, 3e-4);
        }
    }
}

TEST(PackedIsing, GoesOnFromSavedStatesAndSpins) {
    for (const auto kind : {LatticeKind::square, LatticeKind::triangular}) {
        const RandomStream random(6, 0);
        PackedIsing one(kind, 128), other(kind, 128), third(kind, 128);
        for (PackedIsing* ising : {&one, &other, &third}) ising->set_dynamics(LocalUpdate::metropolis, 0.3);
        one.fill_random(random);
        one.sweep(random, 0);
        const std::vector<std::byte> saved = bytes(one);
        EXPECT_EQ(saved.size(), 128u * 128 / 8);
        ByteReader reader(saved);
        other.load(reader);
        third.set_spins(spins_of(one));
        for (PackedIsing* ising : {&one, &other, &third}) ising->sweep(random, 1);
        EXPECT_EQ(bytes(other), bytes(one));
        EXPECT_EQ(bytes(third), bytes(one));
    }
}

TEST(PackedIsing, RefusesWhatDoesNotFit) {
    EXPECT_THROW(PackedIsing(LatticeKind::square, 64), std::invalid_argument);
    EXPECT_THROW(PackedIsing(LatticeKind::square, 200), std::invalid_argument);
    EXPECT_THROW(PackedIsing(LatticeKind::square, 128).set_dynamics(LocalUpdate::metropolis, -1), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
