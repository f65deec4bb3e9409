#include "gdm/physics/spins/ising_updates.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <functional>
#include <string>

#include "gdm/base/binning.hpp"
#include "gdm/physics/spins/complete_graph.hpp"
#include "gdm/physics/spins/ising_sums.hpp"

namespace gdm {
namespace {

/// −E/J without the field, M and the structure, bond by bond and site by site.
IsingMeasured measured_plainly(const Lattice& lattice, std::span<const std::int8_t> spins) {
    IsingMeasured result;
    const std::size_t size = lattice.size();
    std::array<std::complex<double>, 3> waves{};
    for (std::size_t site = 0; site < lattice.sites(); ++site) {
        for (const auto other : lattice.neighbours(site).first(lattice.forward()))
            result.bonds += spins[site] * spins[other];
        result.magnetisation += spins[site];
        std::size_t rest = site;
        for (auto& wave : waves) {
            wave += std::polar(1. * spins[site], 2 * M_PI * static_cast<double>(rest % size) / static_cast<double>(size));
            rest /= size;
        }
    }
    for (int axis = 0; axis < lattice.dimension(); ++axis) result.structure += std::norm(waves[axis]) / lattice.dimension();
    return result;
}

TEST(IsingSums, AreThoseOfBondsAndSites) {
    for (const LatticeKind kind : {LatticeKind::square, LatticeKind::triangular, LatticeKind::cubic}) {
        for (const std::size_t size : {2, 3, 8, 17, 40}) {
            const Lattice lattice(kind, size);
            std::vector<std::int8_t> spins(lattice.sites());
            WordSequence random(RandomStream(1, 2), Purpose::test, 0, 0);
            for (auto& spin : spins) spin = random.next() % 3 == 0 ? 1 : -1;
            const IsingMeasured fast = IsingSums(lattice).measure(spins), plain = measured_plainly(lattice, spins);
            EXPECT_EQ(fast.bonds, plain.bonds) << size;
            EXPECT_EQ(fast.magnetisation, plain.magnetisation) << size;
            EXPECT_NEAR(fast.structure, plain.structure, 1e-9 * (1 + plain.structure)) << size;
        }
    }
}

/// Averages of e^{−βE} over all configurations.
struct Enumerated {
    double energy = 0, absolute = 0, squared = 0, fourth = 0, structure = 0;
    Enumerated(const Lattice& lattice, double beta, double h) {
        double z = 0;
        std::vector<std::int8_t> spins(lattice.sites());
        for (std::size_t code = 0; code < std::size_t{1} << spins.size(); ++code) {
            for (std::size_t i = 0; i < spins.size(); ++i) spins[i] = (code >> i) & 1 ? 1 : -1;
            const IsingMeasured at = measured_plainly(lattice, spins);
            const double m = static_cast<double>(at.magnetisation), e = -static_cast<double>(at.bonds) - h * m;
            const double weight = std::exp(-beta * e);
            z += weight;
            energy += weight * e;
            absolute += weight * std::abs(m);
            squared += weight * m * m;
            fourth += weight * m * m * m * m;
            structure += weight * at.structure;
        }
        for (double* one : {&energy, &absolute, &squared, &fourth, &structure}) *one /= z;
    }
};

void expect_near(const Binning& measured, double exact, const std::string& what) {
    const BinnedMean mean = measured.result();
    EXPECT_NEAR(mean.mean, exact, 4 * mean.error) << what;
    EXPECT_GT(mean.error, 0) << what;
}

class IsingUpdate : public testing::TestWithParam<const char*> {};

TEST_P(IsingUpdate, LeavesTheBoltzmannLawInvariant) {
    const std::string update = GetParam();
    struct Case {
        LatticeKind kind;
        std::size_t size;
        double beta, h;
    };
    for (const Case& at : {Case{LatticeKind::square, 3, 0.4, 0},
                           {LatticeKind::square, 2, 0.3, 0.1},
                           {LatticeKind::triangular, 3, 0.2, 0.15},
                           {LatticeKind::cubic, 2, 0.15, 0}}) {
        const Lattice lattice(at.kind, at.size);
        const Enumerated exact(lattice, at.beta, at.h);
        IsingUpdates updates(lattice, at.beta, at.h);
        IsingSums sums(lattice);
        std::vector<std::int8_t> spins(lattice.sites(), 1);
        Binning energy, absolute, squared, fourth, structure, improved_squared, improved_fourth, improved_structure;
        for (std::uint32_t step = 0; step < 40'000; ++step) {
            WordSequence random(RandomStream(7, 0), Purpose::markov_chain, 0, step);
            ClusterEstimates estimates;
            if (update == "metropolis") updates.metropolis(spins, random);
            if (update == "heat_bath") updates.heat_bath(spins, random);
            if (update == "wolff") updates.wolff(spins, random);
            if (update == "cluster") updates.swendsen_wang(spins, random, &estimates);
            if (step < 100) continue;
            const IsingMeasured now = sums.measure(spins);
            const double m = static_cast<double>(now.magnetisation);
            energy.add(-static_cast<double>(now.bonds) - at.h * m);
            absolute.add(std::abs(m));
            squared.add(m * m);
            fourth.add(m * m * m * m);
            structure.add(now.structure);
            improved_squared.add(estimates.squared);
            improved_fourth.add(estimates.fourth);
            improved_structure.add(estimates.structure);
        }
        const std::string what = update + " L = " + std::to_string(at.size);
        expect_near(energy, exact.energy, what + " energy");
        expect_near(absolute, exact.absolute, what + " |m|");
        expect_near(squared, exact.squared, what + " m2");
        expect_near(fourth, exact.fourth, what + " m4");
        expect_near(structure, exact.structure, what + " structure");
        if (update != "cluster" || at.h != 0) continue;
        expect_near(improved_squared, exact.squared, what + " improved m2");
        expect_near(improved_fourth, exact.fourth, what + " improved m4");
        expect_near(improved_structure, exact.structure, what + " improved structure");
        EXPECT_LT(improved_squared.result().error, squared.result().error);
        EXPECT_LT(improved_structure.result().error, 0.8 * structure.result().error);
    }
}
INSTANTIATE_TEST_SUITE_P(All, IsingUpdate, testing::Values("metropolis", "heat_bath", "wolff", "cluster"));

TEST_P(IsingUpdate, OnTheCompleteGraphLeavesTheBoltzmannLawInvariant) {
    const std::string update = GetParam();
    constexpr std::uint32_t sites = 12;
    for (const double h : {0., 0.05}) {
        const CompleteGraph graph(sites, 0.9, h);
        double z = 0, energy_exact = 0, squared_exact = 0, fourth_exact = 0;
        for (std::uint32_t up = 0; up <= sites; ++up) {
            const double m = 2. * up - sites, e = graph.energy(up);
            const double weight =
                std::exp(std::lgamma(sites + 1.) - std::lgamma(up + 1.) - std::lgamma(sites - up + 1.) - 0.9 * e);
            z += weight;
            energy_exact += weight * e;
            squared_exact += weight * m * m;
            fourth_exact += weight * m * m * m * m;
        }
        Binning energy, squared, improved_squared, improved_fourth;
        std::uint32_t up = sites, turned = 0;
        for (std::uint32_t step = 0; step < 40'000; ++step) {
            WordSequence random(RandomStream(8, 0), Purpose::markov_chain, 0, step);
            CompleteGraph::Estimates estimates;
            if (update == "metropolis") up = graph.metropolis(up, random);
            if (update == "heat_bath") up = graph.heat_bath(up, random);
            if (update == "wolff") up = graph.wolff(up, random, turned);
            if (update == "cluster") up = graph.swendsen_wang(up, random, &estimates);
            const double m = 2. * up - sites;
            energy.add(graph.energy(up));
            squared.add(m * m);
            improved_squared.add(estimates.squared);
            improved_fourth.add(estimates.fourth);
        }
        expect_near(energy, energy_exact / z, update + " energy");
        expect_near(squared, squared_exact / z, update + " m2");
        if (update != "cluster" || h != 0) continue;
        expect_near(improved_squared, squared_exact / z, "improved m2");
        expect_near(improved_fourth, fourth_exact / z, "improved m4");
    }
}

TEST(WordSequence, IsThatOfPhiloxBlocks) {
    const RandomStream stream(0x123456789abcdefu, 77);
    WordSequence words(stream, Purpose::markov_chain, 5, 9);
    for (std::uint32_t block = 0; block < 100; ++block)
        for (const std::uint32_t word : stream.block(Purpose::markov_chain, {.draw = 5, .step = 9, .sample = block}))
            ASSERT_EQ(words.next(), word) << block;
}

TEST(WordSequence, DrawsWithTheProbabilityAskedFor) {
    WordSequence words(RandomStream(3, 0), Purpose::test, 0, 0);
    constexpr int many = 100'000;
    for (const double p : {0., 1e-3, 0.3, 1.}) {
        int hits = 0;
        for (int i = 0; i < many; ++i) hits += words.bernoulli(bernoulli_threshold(p)) ? 1 : 0;
        EXPECT_NEAR(hits, many * p, 4 * std::sqrt(many * p * (1 - p))) << p;
    }
    std::array<int, 3> counts{};
    for (int i = 0; i < many; ++i) ++counts[words.below(3)];
    for (const int count : counts) EXPECT_NEAR(count, many / 3., 4 * std::sqrt(many * 2 / 9.));
}

}  // namespace
}  // namespace gdm
