/// Bit-packed Hopfield networks against plain sums, all states and the theory of large networks.

#include "gdm/physics/memories/hopfield_network.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/memories/first_step_error.hpp"
#include "gdm/physics/memories/hopfield_theory.hpp"

namespace gdm {
namespace {

const RandomStream stream(7, 0);

int sign(const PackedPatterns& patterns, std::size_t site, std::size_t pattern) {
    return patterns.up(site, pattern) ? 1 : -1;
}

std::vector<std::int8_t> pattern_of(const PackedPatterns& patterns, std::size_t pattern) {
    std::vector<std::int8_t> spins(patterns.sites());
    for (std::size_t i = 0; i < spins.size(); ++i) spins[i] = static_cast<std::int8_t>(sign(patterns, i, pattern));
    return spins;
}

/// J as a matrix, from its definition.
std::vector<std::vector<double>> couplings(const PackedPatterns& patterns, LearningRule rule) {
    const std::size_t n = patterns.sites(), p = patterns.patterns();
    std::vector<std::vector<double>> j(n, std::vector<double>(n, 0));
    std::vector<double> mean(n, 0);
    if (rule == LearningRule::covariance)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t mu = 0; mu < p; ++mu) mean[i] += sign(patterns, i, mu) / static_cast<double>(p);
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < n; ++b)
            for (std::size_t mu = 0; mu < p && a != b; ++mu)
                j[a][b] += (sign(patterns, a, mu) - mean[a]) * (sign(patterns, b, mu) - mean[b]) / static_cast<double>(n);
    return j;
}

double plain_field(const std::vector<std::vector<double>>& j, std::span<const std::int8_t> spins, std::size_t site) {
    double field = 0;
    for (std::size_t other = 0; other < spins.size(); ++other) field += j[site][other] * spins[other];
    return field;
}

double plain_energy(const std::vector<std::vector<double>>& j, std::span<const std::int8_t> spins) {
    double energy = 0;
    for (std::size_t i = 0; i < spins.size(); ++i) energy -= spins[i] * plain_field(j, spins, i) / 2;
    return energy / static_cast<double>(spins.size());
}

TEST(HopfieldNetwork, FieldsAndEnergiesAreThoseOfTheMatrix) {
    for (const LearningRule rule : {LearningRule::hebb, LearningRule::covariance}) {
        for (const std::size_t sites : {5, 16, 43, 150}) {
            for (const std::size_t p : {1, 3, 64, 130, 700}) {
                if (sites == 150 && p < 700) continue;  // the matrix takes long
                const auto patterns = random_patterns(sites, p, 0.3, stream);
                const auto j = couplings(patterns, rule);
                HopfieldNetwork network(patterns, rule, pattern_of(patterns, 0));
                for (std::uint32_t step = 0; step < 12; ++step) {
                    WordSequence words(stream, Purpose::markov_chain, 0, step);
                    // Hot sweeps by overlaps, cold ones by kept fields.
                    network.heat_bath(step < 6 ? 3 : 0.02, words);
                    if (step == 3 || step == 10) network.descend(words);
                    for (std::size_t i = 0; i < sites; ++i)
                        ASSERT_NEAR(network.field(i), plain_field(j, network.spins(), i), 1e-9)
                            << sites << " " << p << " " << i;
                    ASSERT_NEAR(network.energy(), plain_energy(j, network.spins()), 1e-10);
                    for (std::size_t mu = 0; mu < p; ++mu) {
                        double overlap = 0;
                        for (std::size_t i = 0; i < sites; ++i)
                            overlap += sign(patterns, i, mu) * network.spins()[i] / static_cast<double>(sites);
                        ASSERT_NEAR(network.overlaps()[mu], overlap, 1e-12);
                    }
                }
            }
        }
    }
}

TEST(HopfieldNetwork, InstructionSetsGiveTheSameFieldsAndSpins) {
    const auto numbers = [](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        std::vector<double> all;
        for (const std::size_t count : {3, 130, 700}) {
            const auto patterns = random_patterns(531, count, 0.1, RandomStream(8, 1));
            HopfieldNetwork network(patterns, LearningRule::hebb, pattern_of(patterns, 0));
            for (std::uint32_t step = 0; step < 8; ++step) {
                WordSequence words(stream, Purpose::markov_chain, 0, step);
                step % 4 == 3 ? network.descend(words) : network.heat_bath(1, words);
                all.insert(all.end(), network.spins().begin(), network.spins().end());
                all.push_back(network.energy());
                all.push_back(network.field(530));
                for (const double overlap : network.overlaps()) all.push_back(overlap);
            }
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        return all;
    };
    const auto best = numbers(hwy::SupportedTargets());
    for (const std::int64_t one : {HWY_SSE4, HWY_AVX2, HWY_AVX3}) {
        if ((hwy::SupportedTargets() & HWY_TARGETS & one) != 0) {
            EXPECT_EQ(numbers(one), best) << hwy::TargetName(one);
        }
    }
}

TEST(HopfieldNetwork, DescentLowersTheEnergyToAFixedPoint) {
    for (const std::size_t count : {60, 700}) {
        const auto patterns = random_patterns(300, count, 0, stream);
        HopfieldNetwork network(patterns, LearningRule::hebb, pattern_of(patterns, 5));
        double energy = network.energy();
        std::uint32_t step = 0;
        for (std::size_t turned = 1; turned > 0; ++step) {
            WordSequence words(stream, Purpose::markov_chain, 0, step);
            turned = network.descend(words);
            ASSERT_LE(network.energy(), energy + 1e-14);
            ASSERT_EQ(turned > 0, network.energy() < energy);
            energy = network.energy();
        }
        EXPECT_GT(step, 1u);
        EXPECT_EQ(network.unstable_share(), 0);
    }
}

TEST(HopfieldNetwork, OnePatternIsFoundFromAnySideAndHasTheEnergyOfAllBonds) {
    const auto patterns = random_patterns(101, 1, 0, stream);
    auto spins = pattern_of(patterns, 0);
    for (std::size_t i = 0; i < 49; ++i) spins[2 * i] = static_cast<std::int8_t>(-spins[2 * i]);  // m = 3/101
    HopfieldNetwork network(patterns, LearningRule::hebb, spins);
    WordSequence words(stream, Purpose::markov_chain, 0, 0);
    network.descend(words);
    EXPECT_EQ(network.overlaps()[0], 1);
    EXPECT_NEAR(network.energy() * 101, -50, 1e-12);
}

TEST(HopfieldNetwork, HeatBathSamplesTheLawOfAllStates) {
    constexpr std::size_t n = 10, p = 4;
    constexpr double temperature = 0.7;
    const auto patterns = random_patterns(n, p, 0, stream);
    for (const LearningRule rule : {LearningRule::hebb, LearningRule::covariance}) {
        const auto j = couplings(patterns, rule);
        double z = 0, energy = 0, squared = 0;
        for (unsigned state = 0; state < 1u << n; ++state) {
            std::vector<std::int8_t> spins(n);
            double m = 0;
            for (std::size_t i = 0; i < n; ++i) {
                spins[i] = (state >> i & 1) != 0 ? 1 : -1;
                m += spins[i] * sign(patterns, i, 0) / static_cast<double>(n);
            }
            const double e = plain_energy(j, spins), weight = std::exp(-e * n / temperature);
            z += weight;
            energy += weight * e;
            squared += weight * m * m;
        }
        std::vector<double> energies, squares;
        HopfieldNetwork network(patterns, rule, pattern_of(patterns, 0));
        for (std::uint32_t step = 0; step < 60000; ++step) {
            WordSequence words(stream, Purpose::markov_chain, 1, step);
            network.heat_bath(temperature, words);
            energies.push_back(network.energy());
            squares.push_back(std::pow(network.overlaps()[0], 2));
        }
        const BinnedMean e = binned_mean(energies), s = binned_mean(squares);
        EXPECT_NEAR(e.mean, energy / z, 4 * e.error);
        EXPECT_NEAR(s.mean, squared / z, 4 * s.error);
        EXPECT_LT(e.error, 0.003);
    }
}

TEST(HopfieldNetwork, FirstStepErrorIsTheBinomialOne) {
    RunningMoments share;
    for (std::uint32_t replica = 0; replica < 200; ++replica) {
        const auto patterns = random_patterns(500, 70, 0, RandomStream(3, replica));
        share.add(HopfieldNetwork(patterns, LearningRule::hebb, pattern_of(patterns, 0)).unstable_share());
    }
    EXPECT_NEAR(share.mean(), hopfield_first_step_error(500, 70), 4 * share.standard_error());
    EXPECT_LT(share.standard_error(), 3e-4);
}

TEST(HopfieldTheory, HasTheValuesDerivedByHand) {
    const HopfieldState state = hopfield_retrieval(0.05, 0.5), glass = hopfield_spin_glass(0.05, 0.5);
    EXPECT_NEAR(state.m, 0.904106, 1e-6);
    EXPECT_NEAR(state.q, 0.833358, 1e-6);
    EXPECT_NEAR(state.free_energy, -0.517014, 1e-6);
    EXPECT_NEAR(glass.q, 0.597391, 1e-6);
    EXPECT_NEAR(glass.free_energy, -0.548646, 1e-6);
    EXPECT_NEAR(hopfield_retrieval(0.1, 0).m, 0.997999, 1e-6);
    EXPECT_NEAR(hopfield_retrieval_alpha(0), 0.1379056, 1e-7);
    EXPECT_NEAR(hopfield_retrieval_alpha(0.023), 0.13819, 5e-6);
    EXPECT_NEAR(hopfield_retrieval_temperature(0.05), 0.542255, 1e-6);
    EXPECT_NEAR(hopfield_ground_state_temperature(0.02), 0.591300, 1e-6);
    EXPECT_TRUE(std::isnan(hopfield_retrieval(0.139, 0.1).m));
    EXPECT_TRUE(std::isnan(hopfield_retrieval_temperature(0.14)));
    // Cold and of few patterns, 1 − m is less than rounding.
    EXPECT_NEAR(hopfield_retrieval(0.01, 0.05).energy, -0.5, 1e-9);
    EXPECT_NEAR(hopfield_ground_state_alpha(0.01), 0.05213, 1e-5);
    EXPECT_NEAR(hopfield_instability_temperature(0.1379), 0.0213, 2e-4);
}

/// The self-consistency equations and e = ∂(βf)/∂β, which the solver does not use.
TEST(HopfieldTheory, SolvesItsEquations) {
    const auto check = [](double alpha, double temperature, auto&& state_at) {
        const HopfieldState state = state_at(alpha, temperature);
        const double beta = 1 / temperature;
        double m = 0, q = 0, mass = 0;
        for (double z = -9; z <= 9; z += 1e-3) {
            const double weight = std::exp(-z * z / 2), t = std::tanh(beta * (std::sqrt(alpha * state.r) * z + state.m));
            mass += weight;
            m += weight * t;
            q += weight * t * t;
        }
        EXPECT_NEAR(state.m, m / mass, 1e-9);
        EXPECT_NEAR(state.q, q / mass, 1e-9);
        EXPECT_NEAR(state.r, state.q / std::pow(1 - beta * (1 - state.q), 2), 1e-8 * (1 + state.r));
        const double step = 1e-4 * beta;
        const auto beta_f = [&](double b) { return b * state_at(alpha, 1 / b).free_energy; };
        EXPECT_NEAR(state.energy, (beta_f(beta + step) - beta_f(beta - step)) / (2 * step), 1e-6)
            << alpha << " " << temperature;
    };
    for (const double temperature : {0.1, 0.3, 0.5}) check(0.04, temperature, hopfield_retrieval);
    for (const double temperature : {0.1, 0.6, 1.1}) check(0.04, temperature, hopfield_spin_glass);
    const HopfieldState cold = hopfield_retrieval(0.1, 0), cool = hopfield_retrieval(0.1, 0.002);
    EXPECT_NEAR(cold.m, cool.m, 1e-5);
    EXPECT_NEAR(cold.energy, cool.energy, 1e-5);
    EXPECT_NEAR(hopfield_spin_glass(0.1, 0).energy, hopfield_spin_glass(0.1, 0.01).energy, 1e-4);
}

}  // namespace
}  // namespace gdm
