#include "gdm/physics/spins/xy_updates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <map>
#include <string>

#include "gdm/base/binning.hpp"
#include "gdm/physics/spins/planar_sums.hpp"

namespace gdm {
namespace {

double angle_of(PlanarSpin s) { return std::atan2(s.y, s.x); }
double wrapped(double angle) { return std::remainder(angle, 2 * M_PI); }

TEST(PlanarSums, AreThoseOfAngles) {
    for (const std::size_t size : {2, 3, 8, 17}) {
        const Lattice lattice(LatticeKind::square, size);
        std::vector<PlanarSpin> spins(lattice.sites());
        WordSequence random(RandomStream(1, 2), Purpose::test, 0, 0);
        for (auto& spin : spins) spin = random_spin(random);
        double bonds = 0, vortices = 0;
        std::array<double, 2> current{};
        std::array<std::complex<double>, 4> waves{};
        const auto difference = [&](std::size_t a, std::size_t b) {
            return wrapped(angle_of(spins[b]) - angle_of(spins[a]));
        };
        for (std::size_t site = 0; site < lattice.sites(); ++site) {
            const std::size_t right = lattice.neighbours(site)[0], up = lattice.neighbours(site)[1];
            bonds += std::cos(difference(site, right)) + std::cos(difference(site, up));
            current[0] += std::sin(difference(site, right));
            current[1] += std::sin(difference(site, up));
            const std::size_t corner = lattice.neighbours(right)[1];
            vortices += std::abs(std::round(
                (difference(site, right) + difference(right, corner) + difference(corner, up) + difference(up, site)) /
                (2 * M_PI)));
            const auto place = [&](std::size_t n) {
                return std::polar(1., 2 * M_PI * static_cast<double>(n) / static_cast<double>(size));
            };
            for (int axis = 0; axis < 2; ++axis) {
                const auto wave = place(axis == 0 ? site % size : site / size);
                waves[2 * axis] += spins[site].x * wave;
                waves[2 * axis + 1] += spins[site].y * wave;
            }
        }
        double structure = 0;
        for (const auto& wave : waves) structure += std::norm(wave) / 2;
        const PlanarMeasured measured = PlanarSums(lattice).measure(spins);
        EXPECT_NEAR(measured.bonds, bonds, 1e-9);
        EXPECT_NEAR(measured.current[0], current[0], 1e-9);
        EXPECT_NEAR(measured.current[1], current[1], 1e-9);
        EXPECT_EQ(static_cast<double>(measured.vortices), vortices) << size;
        EXPECT_NEAR(measured.structure, structure, 1e-9 * structure);
    }
}

/// Chains of one update: energy per site, m², helicity modulus, vortex density.
std::map<std::string, BinnedMean> chain(const std::string& update, std::size_t size, double beta, std::uint32_t steps) {
    const Lattice lattice(LatticeKind::square, size);
    XyUpdates updates(lattice, beta);
    PlanarSums sums(lattice);
    std::vector<PlanarSpin> spins(lattice.sites());
    std::map<std::string, Binning> averages;
    const double sites = static_cast<double>(lattice.sites());
    for (std::uint32_t step = 0; step < steps; ++step) {
        WordSequence random(RandomStream(11, 0), Purpose::markov_chain, 0, step);
        if (update == "metropolis") updates.metropolis(spins, random);
        if (update == "heat_bath") updates.heat_bath(spins, random);
        if (update == "over_relaxation") updates.heat_bath(spins, random), updates.over_relaxation(spins);
        if (update == "wolff") updates.wolff(spins, random);
        if (update == "cluster") updates.swendsen_wang(spins, random);
        if (step < steps / 50) continue;
        const PlanarMeasured now = sums.measure(spins);
        averages["energy"].add(-now.bonds / sites);
        averages["m2"].add(dot(now.magnetisation, now.magnetisation) / (sites * sites));
        averages["helicity"].add(now.bonds / (2 * sites) -
                                 beta * (std::pow(now.current[0], 2) + std::pow(now.current[1], 2)) / (2 * sites));
        averages["vortices"].add(static_cast<double>(now.vortices) / sites);
        averages["structure"].add(now.structure / sites);
    }
    for (const PlanarSpin& spin : spins) EXPECT_NEAR(dot(spin, spin), 1, 1e-10) << update;
    std::map<std::string, BinnedMean> result;
    for (const auto& [name, average] : averages) result[name] = average.result();
    return result;
}

class XyUpdate : public testing::TestWithParam<const char*> {};

/// Of 2 × 2 sites, where each has two bonds with each of two others, a ring with coupling 2β: Z = Σ_n I_n(2β)⁴.
TEST_P(XyUpdate, IsExactOnFourSites) {
    const double beta = 0.6;
    double z = 0, next = 0, opposite = 0;
    for (int n = -40; n <= 40; ++n) {
        const double here = std::cyl_bessel_i(std::abs(n), 2 * beta), beside = std::cyl_bessel_i(std::abs(n + 1), 2 * beta);
        z += std::pow(here, 4);
        next += std::pow(here, 3) * beside;
        opposite += std::pow(here * beside, 2);
    }
    next /= z;
    opposite /= z;
    const auto measured = chain(GetParam(), 2, beta, 30'000);
    EXPECT_NEAR(measured.at("energy").mean, -2 * next, 4 * measured.at("energy").error);
    EXPECT_NEAR(measured.at("m2").mean, (1 + 2 * next + opposite) / 4, 4 * measured.at("m2").error);
}

/// A second method where there is no closed form.
TEST_P(XyUpdate, AgreesWithHeatBathOnSixteenSites) {
    const auto measured = chain(GetParam(), 4, 1 / 0.9, 16'000), other = chain("heat_bath", 4, 1 / 0.9, 15'000);
    for (const auto& [name, one] : measured)
        EXPECT_NEAR(one.mean, other.at(name).mean, 4 * std::hypot(one.error, other.at(name).error)) << name;
}
INSTANTIATE_TEST_SUITE_P(All, XyUpdate, testing::Values("metropolis", "heat_bath", "over_relaxation", "wolff", "cluster"));

}  // namespace
}  // namespace gdm
