#include "gdm/physics/spins/spin_glass.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/binning.hpp"
#include "gdm/physics/spins/enumerated_glass.hpp"

namespace gdm {
namespace {

constexpr CouplingLaw both_laws[] = {CouplingLaw::bimodal, CouplingLaw::gaussian};

TEST(Couplings, HaveTheirVarianceAndJoinEveryPairOnce) {
    const Lattice lattice(LatticeKind::cubic, 20);
    for (const CouplingLaw law : both_laws) {
        const auto bonds = edwards_anderson(lattice, law, RandomStream(1, 2));
        ASSERT_EQ(bonds.size(), lattice.bonds());
        double sum = 0, squares = 0, above = 0;
        for (const Coupling& one : bonds) {
            sum += one.value;
            squares += one.value * one.value;
            above += one.value > 0 ? 1 : 0;
        }
        const double n = static_cast<double>(bonds.size());
        EXPECT_NEAR(sum / n, 0, 4 / std::sqrt(n));
        EXPECT_NEAR(above / n, 0.5, 2 / std::sqrt(n));
        EXPECT_NEAR(squares / n, 1, law == CouplingLaw::bimodal ? 0 : 4 * std::sqrt(2 / n));
    }
    const auto pairs = sherrington_kirkpatrick(9, CouplingLaw::bimodal, RandomStream(1, 2));
    EXPECT_EQ(pairs.size(), 36u);
    EXPECT_DOUBLE_EQ(std::abs(pairs[7].value), 1 / 3.);
}

/// Two spins and one coupling: E = ∓J, and the copies agree with probability (1 + tanh²)/2 ...
TEST(EnumeratedGlass, OfTwoSpinsAndOfNone) {
    const double coupling = 0.7, beta = 1.3, t = std::tanh(beta * coupling);
    const EnumeratedGlass pair(SpinGlass(2, {{0, 1, coupling}}));
    const auto averages = pair.at(beta);
    EXPECT_NEAR(averages.energy, -coupling * t, 1e-14);
    EXPECT_NEAR(averages.heat_capacity, std::pow(beta * coupling, 2) * (1 - t * t), 1e-14);
    EXPECT_NEAR(averages.overlap_moment(2), (1 + t * t) / 2, 1e-14);
    EXPECT_EQ(pair.ground_energy(), -coupling);
    // Free spins: q is a mean of n independent signs.
    const auto free = EnumeratedGlass(SpinGlass(9, {})).at(2);
    EXPECT_NEAR(free.overlap_moment(2), 1 / 9., 1e-14);
    EXPECT_NEAR(free.overlap_moment(4), (3. * 9 - 2) / (9 * 81), 1e-14);
}

/// ⟨q²⟩ = Σ_ij ⟨s_i s_j⟩²/n², with correlations by the sum over all states.
TEST(EnumeratedGlass, OverlapsAreSquaredCorrelations) {
    const Lattice lattice(LatticeKind::square, 3);
    for (const CouplingLaw law : both_laws) {
        const SpinGlass glass(9, edwards_anderson(lattice, law, RandomStream(5, 0)));
        const double beta = 0.8;
        double whole = 0, energy = 0, lowest = 0, correlation[9][9] = {};
        for (unsigned state = 0; state < 512; ++state) {
            std::vector<std::int8_t> spins(9);
            for (int i = 0; i < 9; ++i) spins[i] = state >> i & 1 ? 1 : -1;
            const double here = glass.energy(spins), weight = std::exp(-beta * here);
            whole += weight;
            energy += weight * here;
            lowest = std::min(lowest, here);
            for (int i = 0; i < 9; ++i)
                for (int j = 0; j < 9; ++j) correlation[i][j] += weight * spins[i] * spins[j];
        }
        double squared = 0;
        for (const auto& row : correlation)
            for (const double one : row) squared += std::pow(one / whole, 2) / 81;
        const EnumeratedGlass all(glass);
        EXPECT_NEAR(all.at(beta).energy, energy / whole, 1e-12);
        EXPECT_NEAR(all.at(beta).overlap_moment(2), squared, 1e-12);
        EXPECT_NEAR(all.ground_energy(), lowest, 1e-12);
        EXPECT_NEAR(all.at(beta).overlap_moment(1), 0, 1e-12);
    }
}

/// A long chain at one temperature against all states, and the energy that a sweep returns against a sum over bonds.
TEST(SpinGlass, UpdatesLeadToTheBoltzmannLaw) {
    for (const bool complete : {false, true}) {
        for (const CouplingLaw law : both_laws) {
            const RandomStream random(11, 3);
            const SpinGlass glass(
                12, complete ? sherrington_kirkpatrick(12, law, random) : [&] {
                    auto bonds = edwards_anderson(Lattice(LatticeKind::square, 4), law, random);
                    std::erase_if(bonds, [](const Coupling& one) { return one.a >= 12 || one.b >= 12; });
                    return bonds;
                }());
            for (const auto update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
                std::vector<std::int8_t> spins(12, 1), other(12, -1);
                std::vector<double> fields(12);
                Binning energy, squared;
                const double beta = 0.7;
                for (std::uint32_t step = 0; step < 40000; ++step) {
                    double here = 0;
                    for (std::uint32_t copy = 0; copy < 2; ++copy) {
                        auto& of = copy == 0 ? spins : other;
                        here =
                            glass.sweep(of, beta, update, RandomSequence(random, Purpose::markov_chain, copy, step), fields);
                    }
                    if (step < 100) {
                        ASSERT_NEAR(here, glass.energy(other), 1e-12);
                    }
                    energy.add(here);
                    int product = 0;
                    for (std::size_t i = 0; i < 12; ++i) product += spins[i] * other[i];
                    squared.add(product * product / 144.);
                }
                const auto exact = EnumeratedGlass(glass).at(beta);
                EXPECT_NEAR(energy.result().mean, exact.energy, 4 * energy.result().error);
                EXPECT_NEAR(squared.result().mean, exact.overlap_moment(2), 4 * squared.result().error);
            }
        }
    }
}

}  // namespace
}  // namespace gdm
