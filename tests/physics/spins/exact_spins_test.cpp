/// Exact functions of spin models against enumeration, quadrature, finite differences and each other.
#include <gtest/gtest.h>

#include <bit>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include "gdm/physics/spins/curie_weiss.hpp"
#include "gdm/physics/spins/ising_series.hpp"
#include "gdm/physics/spins/kaufman.hpp"
#include "gdm/physics/spins/onsager.hpp"
#include "gdm/physics/spins/xy_series.hpp"

namespace gdm {
namespace {

/// How many of the 2^N states of a periodic lattice have b unsatisfied bonds.
std::vector<double> states_by_bonds(int columns, int rows) {
    const int sites = columns * rows;
    std::vector<double> states(2 * sites + 1, 0);
    for (std::uint32_t spins = 0; spins < 1u << sites; ++spins) {
        int broken = 0;
        for (int site = 0; site < sites; ++site) {
            const int x = site % columns, y = site / columns;
            for (const int other : {(x + 1) % columns + columns * y, x + (y + 1) % rows * columns})
                broken += (spins >> site ^ spins >> other) & 1;
        }
        states[broken] += 1;
    }
    return states;
}

SpinThermodynamics enumerated(const std::vector<double>& states, double T) {
    const double sites = static_cast<double>(states.size() - 1) / 2;
    double whole = 0, mean = 0, squares = 0;
    for (std::size_t broken = 0; broken < states.size(); ++broken) {
        const double excess = 2 * static_cast<double>(broken), weight = states[broken] * std::exp(-excess / T);
        whole += weight;
        mean += weight * excess;
        squares += weight * excess * excess;
    }
    mean /= whole;
    return thermodynamics(1 / T, 2 / T + std::log(whole) / sites, 2 - mean / sites, (squares / whole - mean * mean) / sites);
}

void expect_equal(const SpinThermodynamics& a, const SpinThermodynamics& b, double tolerance) {
    EXPECT_NEAR(a.log_partition, b.log_partition, tolerance);
    EXPECT_NEAR(a.energy, b.energy, tolerance);
    EXPECT_NEAR(a.heat_capacity, b.heat_capacity, tolerance);
    EXPECT_NEAR(a.entropy, b.entropy, tolerance);
    EXPECT_NEAR(a.free_energy, b.free_energy, tolerance * 10);
}

/// That U and C are the slope and curvature of ln Z, by central differences of fourth order in β.
void expect_consistent(const std::function<SpinThermodynamics(double T)>& law, double T, double tolerance) {
    const double K = 1 / T, step = 3e-5 * K;  // far below the scale K/256 on which the largest lattice changes
    const auto at = [&](int i) { return law(1 / (K + i * step)); };
    const auto slope = [&](auto of) { return (8 * (of(1) - of(-1)) - (of(2) - of(-2))) / (12 * step); };
    const auto here = law(T);
    EXPECT_NEAR(-here.energy, slope([&](int i) { return at(i).log_partition; }), tolerance) << T;
    EXPECT_NEAR(-here.heat_capacity / (K * K), slope([&](int i) { return at(i).energy; }), tolerance) << T;
    EXPECT_NEAR(here.entropy, here.log_partition + K * here.energy, 1e-12) << T;
}

TEST(Kaufman, IsWhatAllStatesGive) {
    for (const auto& [columns, rows] : {std::pair{2, 2}, {3, 3}, {4, 4}, {3, 4}, {4, 3}, {2, 5}}) {
        const auto states = states_by_bonds(columns, rows);
        for (const double T : {0.4, 1., 2., onsager_critical_temperature(), 2.3, 4., 50.})
            expect_equal(kaufman(columns, rows, T), enumerated(states, T), 2e-13);
    }
}

TEST(Kaufman, HasKnownValues) {  // published ones of the 20 × 20 lattice
    EXPECT_NEAR(kaufman(20, 20, 2.3).entropy, 0.3165247, 5e-8);
    EXPECT_NEAR(kaufman(20, 20, 4).entropy, 0.6197884, 5e-8);
}

TEST(Kaufman, SidesMayChangePlaces) {
    for (const double T : {0.01, 0.5, 2.2, onsager_critical_temperature(), 2.5, 30., 1e6})
        expect_equal(kaufman(17, 64, T), kaufman(64, 17, T), 1e-13 * std::max(1., T));
}

TEST(Kaufman, IsSmoothThroughTheCriticalPoint) {
    const double critical = onsager_critical_temperature();
    for (const double distance : {1e-3, 1e-6, 1e-9, 1e-12}) {
        const auto below = kaufman(256, 256, critical - distance), above = kaufman(256, 256, critical + distance);
        EXPECT_NEAR(above.energy - below.energy, 2 * distance * above.heat_capacity, 0.1 * distance + 1e-13);
        EXPECT_NEAR(above.heat_capacity, below.heat_capacity, 300 * distance + 1e-10);
    }
    for (const std::size_t L : {8, 33, 256})
        for (const double T : {1.9, critical, 2.4}) expect_consistent([L](double t) { return kaufman(L, L, t); }, T, 3e-8);
}

TEST(Kaufman, KeepsItsDigitsAtTheEnds) {
    for (const std::size_t L : {2, 7, 256}) {
        const double sites = static_cast<double>(L * L);
        for (const double T : {0.01, 0.05, 0.2}) {
            EXPECT_NEAR(kaufman(L, L, T).entropy, std::log(2) / sites, 1e-12) << L;
            EXPECT_NEAR(kaufman(L, L, T).energy, -2, 1e-13) << L;
            EXPECT_NEAR(kaufman(L, L, T).heat_capacity, 0, 1e-12) << L;
        }
        const double K = 1e-6, bonds = L == 2 ? 2 : 1;  // e = −2K (−4K of double bonds), C = 2K²
        EXPECT_NEAR(kaufman(L, L, 1e6).energy / (-2 * bonds * K), 1, 1e-9);
        EXPECT_NEAR(kaufman(L, L, 1e6).heat_capacity / (2 * bonds * K * K), 1, 1e-9);
        EXPECT_NEAR(kaufman(L, L, 1e6).entropy, std::log(2), 5e-12);
    }
}

TEST(Onsager, IsTheLimitOfKaufman) {
    for (const double T : {0.3, 0.6, 0.65, 1., 1.8, 2.9, 6., 31., 33., 1e3})
        expect_equal(onsager(T), kaufman(256, 256, T), T < 2 ? 2e-5 : 1e-12);  // ln 2/N below T_c
    for (const double T : {0.6, 1.8})
        EXPECT_NEAR(onsager(T).entropy, kaufman(256, 256, T).entropy - std::log(2) / 65536, 1e-13);
}

TEST(Onsager, AtTheCriticalPoint) {
    const double critical = onsager_critical_temperature();
    // ln Z/N = ½ ln 2 + 2G/π with Catalan's G, U = −√2.
    EXPECT_NEAR(onsager(critical).log_partition, std::log(2) / 2 + 2 * 0.915965594177219 / std::numbers::pi, 1e-13);
    EXPECT_NEAR(onsager(critical).energy, -std::numbers::sqrt2, 1e-13);
    EXPECT_GT(onsager(critical + 1e-12).heat_capacity, 10);
    for (const double T : {1.2, 2.2, 2.26, 2.28, 3.}) expect_consistent(onsager, T, 1e-6);
    EXPECT_EQ(onsager_magnetisation(critical + 1e-9), 0);
    EXPECT_NEAR(onsager_magnetisation(1), 0.9992757519570, 1e-12);
    EXPECT_NEAR(onsager_magnetisation(2), std::pow(1 - std::pow(std::sinh(1), -4), 0.125), 1e-15);
}

TEST(IsingSeries, AddsWhatTheLatticeHas) {
    // What is left out is some 35000 z^11.
    for (const double T : {5., 8., 20.})
        expect_equal(ising_high_temperature(T), kaufman(64, 64, T), 1e-13 + 1e8 * std::pow(std::tanh(1 / T), 22));
    for (const double T : {0.4, 0.8, 1.2})
        EXPECT_NEAR(ising_low_temperature(T).entropy, kaufman(64, 64, T).entropy - std::log(2) / 4096,
                    1e-13 + 1e7 * std::exp(-44 / T));
    expect_consistent(ising_high_temperature, 4, 1e-9);
    expect_consistent(ising_low_temperature, 1, 1e-8);
}

TEST(CurieWeissModel, IsWhatAllStatesGive) {
    constexpr int n = 9;
    for (const double h : {0., 0.3}) {
        for (const double T : {0.5, 1., 3.}) {
            double whole = 0, energy = 0, energy2 = 0, m1 = 0, absolute = 0, m2 = 0, m4 = 0;
            for (std::uint32_t spins = 0; spins < 1u << n; ++spins) {
                double pairs = 0, sum = 0;
                for (int i = 0; i < n; ++i) {
                    const double spin = spins >> i & 1 ? 1 : -1;
                    sum += spin;
                    for (int j = 0; j < i; ++j) pairs += spin * (spins >> j & 1 ? 1 : -1);
                }
                const double e = -pairs / n - h * sum, weight = std::exp(-e / T), m = sum / n;
                whole += weight, energy += weight * e, energy2 += weight * e * e, m1 += weight * m;
                absolute += weight * std::abs(m), m2 += weight * m * m, m4 += weight * m * m * m * m;
            }
            const CurieWeiss exact = curie_weiss(n, T, h);
            EXPECT_NEAR(exact.thermodynamics.log_partition, std::log(whole) / n, 1e-13);
            EXPECT_NEAR(exact.thermodynamics.energy, energy / whole / n, 1e-13);
            EXPECT_NEAR(exact.thermodynamics.heat_capacity, (energy2 / whole - std::pow(energy / whole, 2)) / n / (T * T),
                        1e-13);
            EXPECT_NEAR(exact.magnetisation, m1 / whole, 1e-13);
            EXPECT_NEAR(exact.abs_magnetisation, absolute / whole, 1e-13);
            EXPECT_NEAR(exact.magnetisation_squared, m2 / whole, 1e-13);
            EXPECT_NEAR(exact.magnetisation_fourth, m4 / whole, 1e-13);
        }
    }
}

TEST(CurieWeissModel, HasItsLimit) {
    // Above T_c n ⟨m²⟩ → T/(T − 1); below m = tanh(m/T), corrections of order 1/n.
    EXPECT_NEAR(1e5 * curie_weiss(100000, 2).magnetisation_squared, 2, 1e-3);
    double m = 1;
    for (int i = 0; i < 200; ++i) m = std::tanh(m / 0.5);
    EXPECT_NEAR(curie_weiss(100000, 0.5).abs_magnetisation, m, 1e-4);
    // n^{1/4} ⟨|m|⟩ at T_c: ∫|x| e^{−x⁴/12} / ∫e^{−x⁴/12}, Γ(½)/Γ(¼) 12^{1/4}.
    const double expected = std::tgamma(0.5) / std::tgamma(0.25) * std::pow(12, 0.25);
    EXPECT_NEAR(std::pow(1e6, 0.25) * curie_weiss(1000000, 1).abs_magnetisation, expected, 2e-3);
}

/// ∫ f over the torus of four angles of the 2 × 2 lattice, one of them fixed: the trapezoidal rule converges exponentially.
SpinThermodynamics ring_of_four(double T) {
    constexpr int points = 48;
    const double step = 2 * std::numbers::pi / points;
    double whole = 0, energy = 0, squares = 0;
    for (int i = 0; i < points; ++i)
        for (int j = 0; j < points; ++j)
            for (int k = 0; k < points; ++k) {
                const double a = i * step, b = j * step, c = k * step;
                const double e = -2 * (std::cos(a) + std::cos(a - b) + std::cos(b - c) + std::cos(c));
                const double weight = std::exp(-e / T);
                whole += weight, energy += weight * e, squares += weight * e * e;
            }
    energy /= whole;
    return thermodynamics(1 / T, (std::log(whole * std::pow(step, 3) * 2 * std::numbers::pi)) / 4, -energy / 4,
                          (squares / whole - energy * energy) / 4);
}

TEST(Xy, TwoByTwoIsItsQuadrature) {
    for (const double T : {0.7, 1.3, 5.}) expect_equal(xy_two_by_two(T), ring_of_four(T), 1e-11);
    for (const double T : {0.05, 1e3}) expect_consistent(xy_two_by_two, T, 1e-5);
}

TEST(Xy, SpinWavesAreTheColdLimit) {
    // 2 × 2: what is left out is of third order.
    const double coarse = xy_spin_waves(2, 0.08).entropy - xy_two_by_two(0.08).entropy;
    const double fine = xy_spin_waves(2, 0.04).entropy - xy_two_by_two(0.04).entropy;
    EXPECT_LT(std::abs(fine), 1e-5);
    EXPECT_NEAR(coarse / fine, 8, 1);
    expect_consistent([](double T) { return xy_spin_waves(6, T); }, 0.3, 1e-9);
}

TEST(Xy, HotSeriesIsConsistent) {
    for (const double T : {1.6, 3.})
        expect_consistent([](double t) { return xy_high_temperature(t).thermodynamics; }, T, 1e-8);
    EXPECT_LT(xy_high_temperature(2).truncation, 1e-8);
    EXPECT_NEAR(xy_high_temperature(1e6).thermodynamics.entropy, std::log(2 * std::numbers::pi), 1e-11);
}

}  // namespace
}  // namespace gdm
