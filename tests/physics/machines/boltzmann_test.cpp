#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/boltzmann_moments.hpp"
#include "gdm/physics/machines/pseudo_likelihood.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "support/wavy_machine.hpp"

namespace gdm {
namespace {

/// −E(s), of units that take the values `zero` and 1.
double log_weight_of(const BoltzmannMachine& machine, std::size_t state, double zero) {
    const std::size_t n = machine.units();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double s = state >> i & 1 ? 1 : zero;
        sum += machine.biases[i] * s;
        for (std::size_t j = 0; j < i; ++j) sum += machine.couplings[i * n + j] * s * (state >> j & 1 ? 1 : zero);
    }
    return sum;
}

struct CountedLaw {
    double log_partition = 0;
    UnitMoments moments;
};
CountedLaw counted(const BoltzmannMachine& machine, double zero) {
    const std::size_t n = machine.units();
    CountedLaw law{0, {std::vector<double>(n * n, 0), std::vector<double>(n, 0)}};
    LogSum total;
    for (std::size_t s = 0; s < std::size_t{1} << n; ++s) total.add(log_weight_of(machine, s, zero));
    law.log_partition = total.log();
    for (std::size_t state = 0; state < std::size_t{1} << n; ++state) {
        const double p = std::exp(log_weight_of(machine, state, zero) - law.log_partition);
        const auto value = [&](std::size_t i) { return state >> i & 1 ? 1 : zero; };
        for (std::size_t i = 0; i < n; ++i) {
            law.moments.means[i] += p * value(i);
            for (std::size_t j = 0; j < n; ++j) law.moments.pairs[i * n + j] += p * value(i) * value(j);
        }
    }
    return law;
}

TEST(BoltzmannMachine, MomentsAreThoseOfAllStates) {
    for (const Connections connections : {Connections::full, Connections::semi_restricted, Connections::restricted}) {
        const BoltzmannMachine machine = test::wavy(6, 4, connections, 1);
        const CountedLaw law = counted(machine, 0);
        EXPECT_NEAR(exact_log_partition(machine), law.log_partition, 1e-11);
        test::expect_same_moments(machine, model_moments(machine), law.moments, 1e-12);
    }
    const BoltzmannMachine large = test::wavy(18, 0, Connections::full, 0.3);  // two units held in turn
    EXPECT_NEAR(exact_log_partition(large), counted(large, 0).log_partition, 1e-10);
    EXPECT_THROW((void)model_moments(test::wavy(21, 0, Connections::full, 1)), std::invalid_argument);
}

TEST(BoltzmannMachine, UnitsOfEitherKindHaveOneLaw) {
    const BoltzmannMachine spins = test::wavy(5, 3, Connections::full, 0.5), binary = from_spins(spins);
    const CountedLaw law = counted(spins, -1);
    test::expect_same_moments(spins, spin_moments(model_moments(binary)), law.moments, 1e-12);
    const BoltzmannMachine back = to_spins(binary);
    for (std::size_t k = 0; k < back.couplings.size(); ++k) EXPECT_NEAR(back.couplings[k], spins.couplings[k], 1e-14);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(back.biases[i], spins.biases[i], 1e-14);
}

/// The map to units ±1 of a restricted machine: W/4, a/2 + W1/4, b/2 + Wᵀ1/4.
TEST(BoltzmannMachine, RestrictedOnesAreThoseOfTheRbm) {
    const BoltzmannMachine machine = test::wavy(7, 5, Connections::restricted, 1.2), spins = to_spins(machine);
    BoltzmannMachine full = machine;
    full.connections = Connections::full;  // the same couplings, counted as if all pairs had one
    const Rbm rbm = as_rbm(machine);
    const BinaryData data = hopfield_mixture(7, 3, 0.6, 20, RandomStream(1, 0));
    EXPECT_EQ(as_boltzmann_machine(rbm).couplings, machine.couplings);
    EXPECT_NEAR(exact_log_partition(full), exact_log_partition(rbm), 1e-11);
    const double log_z = exact_log_partition(rbm);
    EXPECT_NEAR(log_likelihood(full, data, log_z), log_likelihood(rbm, data, log_z), 1e-10);
    EXPECT_NEAR(log_likelihood(machine, data, log_z), log_likelihood(rbm, data, log_z), 1e-10);
    double row_sum = 0;
    for (std::size_t j = 0; j < 5; ++j) row_sum += rbm.weights[2 * 5 + j];
    EXPECT_NEAR(spins.biases[2], rbm.visible_bias[2] / 2 + row_sum / 4, 1e-14);
    for (const std::size_t steps : {std::size_t{0}, std::size_t{1}, std::size_t{3}}) {
        const RbmMoments expected = steps == 0 ? data_moments(rbm, data) : expected_gibbs_moments(rbm, data, steps);
        for (const auto& moments : {steps == 0 ? data_moments(full, data) : expected_sweep_moments(full, data, steps),
                                    steps == 0 ? data_moments(machine, data) : expected_sweep_moments(machine, data, steps)})
            for (std::size_t i = 0; i < 7; ++i) {
                EXPECT_NEAR(moments.means[i], expected.visible[i], 1e-12);
                for (std::size_t j = 0; j < 5; ++j) {
                    EXPECT_NEAR(moments.means[7 + j], expected.hidden[j], 1e-12);
                    EXPECT_NEAR(moments.pairs[i * 12 + 7 + j], expected.weights[i * 5 + j], 1e-12);
                }
            }
    }
}

/// Of units ±1 too: the gradient to spin parameters is the difference of spin moments.
TEST(BoltzmannMachine, TheGradientIsTheFiniteDifferenceOfTheLogLikelihood) {
    const BinaryData data = hopfield_mixture(5, 2, 0.5, 12, RandomStream(1, 0));
    for (const Connections connections : {Connections::full, Connections::semi_restricted, Connections::restricted}) {
        BoltzmannMachine spins = test::wavy(5, 3, connections, 0.6);
        const auto likelihood = [&] {
            const BoltzmannMachine binary = from_spins(spins);
            return log_likelihood(binary, data, exact_log_partition(binary)) / static_cast<double>(data.rows());
        };
        const BoltzmannMachine binary = from_spins(spins);
        const UnitMoments gradient = spin_moments(difference(data_moments(binary, data), model_moments(binary)), true);
        const double step = 1e-5;
        for (std::size_t i = 0; i < 8; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                if (i != j && !spins.couples(i, j)) continue;
                const auto move = [&](double by) {
                    if (i == j) {
                        spins.biases[i] += by;
                    } else {
                        spins.couplings[i * 8 + j] += by;
                        spins.couplings[j * 8 + i] += by;
                    }
                };
                move(step);
                const double above = likelihood();
                move(-2 * step);
                const double below = likelihood();
                move(step);
                EXPECT_NEAR(i == j ? gradient.means[i] : gradient.pairs[i * 8 + j], (above - below) / (2 * step), 1e-8)
                    << i << " " << j;
            }
        }
    }
}

TEST(BoltzmannMachine, PseudoLikelihoodAndItsGradient) {
    const BinaryData data = hopfield_mixture(5, 2, 0.5, 12, RandomStream(2, 0));
    BoltzmannMachine machine = test::wavy(5, 0, Connections::full, 0.8);
    const UnitMoments gradient = difference(data_moments(machine, data), pseudo_moments(machine, data));
    double sum = 0;  // by quotients of the law
    for (std::size_t r = 0; r < data.rows(); ++r) {
        std::size_t state = 0;
        for (std::size_t i = 0; i < 5; ++i) state |= static_cast<std::size_t>(data.row(r)[i]) << i;
        for (std::size_t i = 0; i < 5; ++i) {
            const double here = log_weight_of(machine, state, 0), other = log_weight_of(machine, state ^ 1u << i, 0);
            sum += here - log_add_exp(here, other);
        }
    }
    EXPECT_NEAR(pseudo_log_likelihood(machine, data), sum, 1e-11);
    const double step = 1e-5;
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const auto at = [&](double by) {
                BoltzmannMachine moved = machine;
                if (i == j) {
                    moved.biases[i] += by;
                } else {
                    moved.couplings[i * 5 + j] += by;
                    moved.couplings[j * 5 + i] += by;
                }
                return pseudo_log_likelihood(moved, data) / static_cast<double>(data.rows());
            };
            EXPECT_NEAR(i == j ? gradient.means[i] : gradient.pairs[i * 5 + j], (at(step) - at(-step)) / (2 * step), 1e-8);
        }
    }
}

TEST(BoltzmannMachine, TheMeanFieldIsSelfConsistentAndABound) {
    const BoltzmannMachine machine = test::wavy(4, 4, Connections::full, 1);
    const BinaryData row{4, {1, 0, 1, 1}};
    const UnitMoments field = data_moments(machine, row, ClampedPhase::mean_field), exact = data_moments(machine, row);
    double bound = 0;  // −⟨E⟩ + entropy of the hidden units
    for (std::size_t j = 0; j < 8; ++j) {
        double sum = machine.biases[j];
        for (std::size_t k = 0; k < 8; ++k) sum += machine.couplings[j * 8 + k] * field.means[k];
        bound += field.means[j] * 0.5 * (sum + machine.biases[j]);
        if (j < 4) continue;
        const double p = field.means[j];
        EXPECT_NEAR(p, 1 / (1 + std::exp(-sum)), 1e-9);
        EXPECT_GT(std::abs(p - exact.means[j]), 1e-5);  // and an approximation
        bound -= p * std::log(p) + (1 - p) * std::log(1 - p);
    }
    const double exact_bound = log_likelihood(machine, row, 0);
    EXPECT_LT(bound, exact_bound);
    EXPECT_NEAR(bound, exact_bound, 0.3);
    const BoltzmannMachine one = test::wavy(4, 1, Connections::full, 1);  // nothing to approximate
    test::expect_same_moments(one, data_moments(one, row, ClampedPhase::mean_field), data_moments(one, row), 1e-12);
}

TEST(BoltzmannMachine, AnnealingIsUnbiased) {
    const BoltzmannMachine machine = test::wavy(5, 4, Connections::full, 1.5);
    const AnnealingSettings settings{.steps = 5, .runs = 20000, .base = {0.3, -0.5, 0, 1, -1}};
    const auto weights = annealed_log_weights(machine, settings, RandomStream(1, 0));
    const auto estimate = annealed_estimate(weights, base_log_partition(machine, settings.base));
    EXPECT_NEAR(estimate.log_partition, exact_log_partition(machine), 4 * estimate.error);
    EXPECT_LT(estimate.error, 0.02);
    EXPECT_GT(estimate.relative_variance, 0.05);  // so that it tests something
}

}  // namespace
}  // namespace gdm
