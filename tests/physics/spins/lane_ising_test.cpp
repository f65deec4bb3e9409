#include "gdm/physics/spins/lane_ising.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/on_target.hpp"
#include "gdm/base/statistics.hpp"
#include "physics/spins/plain_decision.hpp"

namespace gdm {
namespace {

using Signs = std::vector<std::int8_t>;

/// −Σ J s s' of spins given site by site.
double bond_energy(const Lattice& lattice, const Signs& spins, const Signs& couplings) {
    double energy = 0;
    for (std::size_t site = 0; site < lattice.sites(); ++site)
        for (std::size_t k = 0; k < lattice.forward(); ++k)
            energy -= couplings[site * lattice.forward() + k] * spins[site] * spins[lattice.neighbours(site)[k]];
    return energy;
}

Signs random_signs(std::size_t count, std::uint32_t sample) {
    RandomSequence sequence(RandomStream(5, 0), Purpose::test, sample);
    Signs signs(count);
    for (auto& sign : signs) sign = sequence.uniform() < 0.5 ? 1 : -1;
    return signs;
}

std::vector<std::byte> bytes(const LaneIsing& lanes) {
    ByteWriter writer;
    lanes.save(writer);
    return writer.take();
}

struct Averages {
    double energy = 0, squared = 0, magnetisation = 0;
};

/// ⟨E⟩, ⟨M²⟩, ⟨M⟩ over all states; E = bonds − h M.
Averages enumerate(const Lattice& lattice, const Signs& couplings, double beta, double field) {
    const std::size_t n = lattice.sites();
    double z = 0;
    Averages sum;
    for (std::uint32_t state = 0; state < 1u << n; ++state) {
        Signs spins(n);
        double m = 0;
        for (std::size_t i = 0; i < n; ++i) m += spins[i] = (state >> i & 1) != 0 ? 1 : -1;
        const double energy = bond_energy(lattice, spins, couplings) - field * m;
        const double weight = std::exp(-beta * (energy + static_cast<double>(2 * n)));
        z += weight;
        sum.energy += weight * energy, sum.squared += weight * m * m, sum.magnetisation += weight * m;
    }
    return {sum.energy / z, sum.squared / z, sum.magnetisation / z};
}

/// One sweep of one system by the definition: sites colour by colour, U from the bits of its lane.
void plain_sweep(const SiteGroups& groups, Signs& spins, const Signs& couplings, const Lattice& lattice, LocalUpdate update,
                 double beta, double field, std::size_t system, const RandomStream& random, std::uint32_t step,
                 std::uint32_t part) {
    for (std::size_t position = 0; position < groups.positions(); ++position) {
        const std::size_t site = groups.site(position);
        if (site == SiteGroups::idle) continue;
        int pulls = 0;
        for (std::size_t k = 0; k < lattice.coordination(); ++k) {
            const std::size_t other = lattice.neighbours(site)[k];
            const std::size_t bond =
                k < lattice.forward() ? site * lattice.forward() + k : other * lattice.forward() + k - lattice.forward();
            pulls += couplings[bond] * spins[other];
        }
        spins[site] =
            static_cast<std::int8_t>(plain_update(update, beta, field, lattice.coordination(), spins[site], pulls, random,
                                                  position + groups.positions() * (system / 64), system % 64, step, part));
    }
}

// Word for word the same as one system alone by the definition, on every instruction set and for every way to lay out words.
TEST(LaneIsing, FollowsTheDefinitionOnEveryInstructionSet) {
    const RandomStream random(11, 3);
    for (const auto& [kind, size] : {std::pair(LatticeKind::square, 4), std::pair(LatticeKind::square, 5),
                                     std::pair(LatticeKind::cubic, 2), std::pair(LatticeKind::triangular, 4)}) {
        const Lattice lattice(kind, static_cast<std::size_t>(size));
        const SiteGroups groups(lattice);
        for (const std::size_t systems : {3, 100, 200, 700}) {
            for (const LocalUpdate update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
                for (const double field : {0., 0.3}) {
                    SCOPED_TRACE(testing::Message() << size << ", " << systems << " systems, heat bath "
                                                    << (update == LocalUpdate::heat_bath) << ", h " << field);
                    std::vector<double> beta(systems);
                    for (std::size_t i = 0; i < systems; ++i) beta[i] = 0.01 * static_cast<double>(i % 90);
                    const std::vector<double> fields(systems, field);
                    std::vector<std::byte> first;
                    const std::size_t watched = systems - 1;
                    const Signs couplings = random_signs(lattice.bonds(), 1);
                    Signs spins = random_signs(lattice.sites(), 2);
                    on_every_target([&] {
                        LaneIsing lanes(lattice, systems);
                        lanes.set_dynamics(update, beta, fields);
                        if (field != 0 || size == 5) lanes.set_couplings(watched, couplings);
                        lanes.fill_random(random);
                        lanes.set_spins(watched, spins);
                        for (std::uint32_t step = 0; step < 3; ++step) lanes.sweep(random, step, 7);
                        if (first.empty()) {
                            first = bytes(lanes);
                            Signs plain = spins, after(lattice.sites());
                            const Signs ones(lattice.bonds(), 1);
                            const Signs& used = field != 0 || size == 5 ? couplings : ones;
                            for (std::uint32_t step = 0; step < 3; ++step)
                                plain_sweep(groups, plain, used, lattice, update, beta[watched], field, watched, random,
                                            step, 7);
                            lanes.spins(watched, after);
                            EXPECT_EQ(plain, after);
                            std::vector<std::int64_t> energy(systems), m(systems), overlap(systems);
                            lanes.bond_energies(energy);
                            lanes.magnetisations(m);
                            EXPECT_EQ(static_cast<double>(energy[watched]), bond_energy(lattice, after, used));
                            EXPECT_EQ(m[watched], std::count(after.begin(), after.end(), 1) * 2 -
                                                      static_cast<std::int64_t>(lattice.sites()));
                            Signs other(lattice.sites());
                            lanes.spins(1, other);
                            lanes.overlaps(lanes, (64 + 1 - watched % 64) % 64, overlap);
                            if (watched < 64) {
                                std::int64_t q = 0;
                                for (std::size_t i = 0; i < after.size(); ++i) q += after[i] * other[i];
                                EXPECT_EQ(overlap[watched], q);
                            }
                        }
                        EXPECT_EQ(bytes(lanes), first);
                    });
                }
            }
        }
    }
}

/// Means of E, M², M over systems and sweeps against the exact ones, in units of the error of independent systems.
void expect_law(const Lattice& lattice, LocalUpdate update, double beta, double field, const Signs& couplings,
                std::uint64_t seed) {
    constexpr std::size_t systems = 512, burn_in = 200, sweeps = 400;
    const Averages exact = enumerate(lattice, couplings, beta, field);
    const RandomStream random(seed, 0);
    LaneIsing lanes(lattice, systems);
    lanes.set_dynamics(update, beta, field);
    for (std::size_t i = 0; i < systems; ++i) lanes.set_couplings(i, couplings);
    lanes.fill_random(random);
    std::vector<std::int64_t> energy(systems), magnetisation(systems);
    std::vector<double> e(systems), m2(systems), m(systems);
    for (std::uint32_t step = 0; step < burn_in + sweeps; ++step) {
        lanes.sweep(random, step);
        if (step < burn_in) continue;
        lanes.bond_energies(energy);
        lanes.magnetisations(magnetisation);
        for (std::size_t i = 0; i < systems; ++i) {
            const auto up = static_cast<double>(magnetisation[i]);
            e[i] += (static_cast<double>(energy[i]) - field * up) / sweeps;
            m2[i] += up * up / sweeps, m[i] += up / sweeps;
        }
    }
    const auto expect = [](const char* what, const std::vector<double>& values, double expected) {
        double mean = 0, square = 0;
        for (const double value : values) mean += value / static_cast<double>(values.size());
        for (const double value : values) square += (value - mean) * (value - mean);
        const auto n = static_cast<double>(values.size());
        const double error = std::sqrt(square / (n - 1) / n);
        EXPECT_NEAR(mean, expected, 4 * error) << what << ", pull " << (mean - expected) / error;
    };
    expect("E", e, exact.energy);
    expect("M^2", m2, exact.squared);
    expect("M", m, exact.magnetisation);
}

// (Metropolis is not ergodic where sites updated together have all neighbours in common and no field.)
TEST(LaneIsing, SamplesTheBoltzmannLaw) {
    std::uint64_t seed = 1;
    for (const LocalUpdate update : {LocalUpdate::metropolis, LocalUpdate::heat_bath}) {
        for (const auto& [kind, size] :
             {std::pair(LatticeKind::square, 2), std::pair(LatticeKind::square, 3), std::pair(LatticeKind::square, 4),
              std::pair(LatticeKind::cubic, 2), std::pair(LatticeKind::triangular, 3)}) {
            const Lattice lattice(kind, static_cast<std::size_t>(size));
            const Signs ones(lattice.bonds(), 1);
            SCOPED_TRACE(testing::Message() << size << " " << (update == LocalUpdate::metropolis));
            const bool shares_neighbours = size == 2 ? kind == LatticeKind::square : kind == LatticeKind::triangular;
            if (update == LocalUpdate::heat_bath || !shares_neighbours) expect_law(lattice, update, 0.3, 0, ones, seed++);
            expect_law(lattice, update, 0.25, 0.4, random_signs(lattice.bonds(), 9), seed++);
        }
    }
}

TEST(LaneIsing, SystemsDoNotDependOnHowManyThereAreAndStatesGoOn) {
    const Lattice lattice(LatticeKind::square, 6);
    const RandomStream random(3, 1);
    LaneIsing few(lattice, 70), many(lattice, 900);
    for (LaneIsing* lanes : {&few, &many}) {
        lanes->set_dynamics(LocalUpdate::heat_bath, 0.4);
        lanes->fill_random(random);
        for (std::uint32_t step = 0; step < 5; ++step) lanes->sweep(random, step);
    }
    Signs one(36), other(36);
    for (const std::size_t system : {0, 63, 69}) {
        few.spins(system, one);
        many.spins(system, other);
        EXPECT_EQ(one, other);
    }
    const std::vector<std::byte> saved = bytes(few);
    few.sweep(random, 5);
    LaneIsing again(lattice, 70);
    again.set_dynamics(LocalUpdate::heat_bath, 0.4);
    ByteReader reader(saved);
    again.load(reader);
    EXPECT_EQ(reader.left(), 0u);
    again.sweep(random, 5);
    EXPECT_EQ(bytes(few), bytes(again));
}

// Equal starts and β: energies of different lanes are uncorrelated, also of the same bit of different words.
TEST(LaneIsing, LanesAreUncorrelated) {
    const Lattice lattice(LatticeKind::square, 4);
    const RandomStream random(17, 0);
    constexpr std::size_t systems = 128, sweeps = 4000;
    LaneIsing lanes(lattice, systems);
    lanes.set_dynamics(LocalUpdate::metropolis, 0.2);
    std::vector<std::int64_t> energy(systems);
    std::vector<double> sum(systems), products(systems * systems);
    for (std::uint32_t step = 0; step < sweeps; ++step) {
        lanes.sweep(random, step);
        if (step < 20) continue;
        lanes.bond_energies(energy);
        for (std::size_t i = 0; i < systems; ++i) {
            sum[i] += static_cast<double>(energy[i]);
            for (std::size_t j = 0; j <= i; ++j) products[i * systems + j] += static_cast<double>(energy[i] * energy[j]);
        }
    }
    const double n = sweeps - 20;
    double chi = 0, count = 0, largest = 0;
    for (std::size_t i = 0; i < systems; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto covariance = [&](std::size_t a, std::size_t b) {
                return products[a * systems + b] / n - sum[a] * sum[b] / (n * n);
            };
            const double rho = covariance(i, j) / std::sqrt(covariance(i, i) * covariance(j, j));
            chi += rho * rho * n, ++count;
            largest = std::max(largest, std::abs(rho) * std::sqrt(n));
        }
    }
    // ρ² n is τ_int of the product of energies times χ²_1; at β = 0.2 that is near 1.
    EXPECT_LT(chi / count, 1.6);
    EXPECT_LT(largest, 6.5);
}

TEST(LaneIsing, LayersAreSummed) {
    for (const auto kind : {LatticeKind::square, LatticeKind::cubic}) {
        const Lattice lattice(kind, 5);
        LaneIsing lanes(lattice, 70);
        lanes.fill_random(RandomStream(4, 0));
        Signs spins(lattice.sites());
        std::vector<std::int64_t> layers(70 * 5);
        for (std::size_t axis = 0, stride = 1; axis < static_cast<std::size_t>(lattice.dimension()); ++axis, stride *= 5) {
            lanes.layer_magnetisations(axis, layers);
            for (const std::size_t system : {0, 63, 69}) {
                std::vector<std::int64_t> plain(5);
                lanes.spins(system, spins);
                for (std::size_t site = 0; site < spins.size(); ++site) plain[site / stride % 5] += spins[site];
                EXPECT_TRUE(std::equal(plain.begin(), plain.end(), layers.begin() + static_cast<long>(system) * 5)) << axis;
            }
        }
        EXPECT_THROW(lanes.layer_magnetisations(3, layers), std::invalid_argument);
    }
}

TEST(LaneIsing, NeighboursAreExchanged) {
    const Lattice lattice(LatticeKind::cubic, 3);
    const RandomStream random(2, 0);
    LaneIsing lanes(lattice, 130);
    lanes.fill_random(random);
    std::vector<Signs> before(130, Signs(27));
    for (std::size_t i = 0; i < 130; ++i) lanes.spins(i, before[i]);
    std::vector<std::uint64_t> chosen{(1u << 3) | (1u << 5), std::uint64_t{1} << 62, 1};
    lanes.exchange_neighbours(chosen);
    for (const std::size_t lower : {3, 5, 126, 128}) std::swap(before[lower], before[lower + 1]);
    Signs now(27);
    for (std::size_t i = 0; i < 130; ++i) {
        lanes.spins(i, now);
        EXPECT_EQ(now, before[i]) << i;
    }
    chosen[0] = 3;
    EXPECT_THROW(lanes.exchange_neighbours(chosen), std::invalid_argument);
    chosen[0] = std::uint64_t{1} << 63;
    EXPECT_THROW(lanes.exchange_neighbours(chosen), std::invalid_argument);
}

TEST(LaneIsing, RefusesWhatDoesNotFit) {
    const Lattice lattice(LatticeKind::square, 4);
    EXPECT_THROW(LaneIsing(lattice, 0), std::invalid_argument);
    LaneIsing lanes(lattice, 2);
    EXPECT_THROW(lanes.set_dynamics(LocalUpdate::metropolis, -1), std::invalid_argument);
    EXPECT_THROW(lanes.set_dynamics(LocalUpdate::metropolis, 1, NAN), std::invalid_argument);
    EXPECT_THROW(lanes.set_couplings(2, Signs(32, 1)), std::invalid_argument);
    EXPECT_THROW(lanes.set_couplings(0, Signs(32, 2)), std::invalid_argument);
    EXPECT_THROW(lanes.set_spins(0, Signs(15, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
