#include "gdm/physics/machines/gibbs_kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "gdm/physics/machines/machine_data.hpp"

namespace gdm {
namespace {

Rbm random_machine(std::size_t visible, std::size_t hidden, double scale) {
    RandomSequence random(RandomStream(5, 0), Purpose::test);
    Rbm machine{visible, hidden, std::vector<double>(visible * hidden), std::vector<double>(visible),
                std::vector<double>(hidden)};
    for (auto* numbers : {&machine.weights, &machine.visible_bias, &machine.hidden_bias})
        for (double& x : *numbers) x = scale * random.normal();
    return machine;
}

UnitPanels random_states(std::size_t units, std::size_t chains) {
    RandomSequence random(RandomStream(6, 0), Purpose::test);
    UnitPanels panels(units, chains);
    for (std::size_t c = 0; c < chains; ++c)
        for (std::size_t i = 0; i < units; ++i) panels.at(c, i) = static_cast<float>(random.bits() >> 63);
    return panels;
}

TEST(GibbsKernel, FieldsAndProbabilitiesAreThoseOfTheMachine) {
    const Rbm machine = random_machine(37, 29, 0.5);
    GibbsKernel kernel(machine);
    std::vector<double> base(37);
    for (std::size_t i = 0; i < 37; ++i) base[i] = 0.1 * static_cast<double>(i) - 1;
    kernel.set_base(base);
    std::vector<float> beta(45);
    for (std::size_t c = 0; c < 45; ++c) beta[c] = static_cast<float>(c) / 44;
    const UnitPanels v = random_states(37, 45), h = random_states(29, 45);
    UnitPanels field(29, 45), probability(29, 45), back(37, 45);
    kernel.fields(RbmLayer::hidden, v, field, beta);
    kernel.probabilities(RbmLayer::hidden, v, probability, beta);
    kernel.fields(RbmLayer::visible, h, back, beta);
    for (std::size_t c = 0; c < 45; ++c) {
        for (std::size_t j = 0; j < 29; ++j) {
            double x = machine.hidden_bias[j];
            for (std::size_t i = 0; i < 37; ++i) x += v.at(c, i) * machine.weights[i * 29 + j];
            EXPECT_NEAR(field.at(c, j), beta[c] * x, 1e-5);
            EXPECT_NEAR(probability.at(c, j), 1 / (1 + std::exp(-beta[c] * x)), 2e-6);
        }
        for (std::size_t i = 0; i < 37; ++i) {
            double x = machine.visible_bias[i];
            for (std::size_t j = 0; j < 29; ++j) x += h.at(c, j) * machine.weights[i * 29 + j];
            EXPECT_NEAR(back.at(c, i), beta[c] * x + (1 - beta[c]) * base[i], 1e-5);
        }
    }
}

TEST(GibbsKernel, DrawsHaveTheirProbabilities) {
    Rbm machine = random_machine(6, 14, 1);
    machine.hidden_bias[3] = 12;   // rare zeros
    machine.hidden_bias[4] = -12;  // rare ones
    const GibbsKernel kernel(machine);
    constexpr std::size_t chains = 64, steps = 4000;
    const UnitPanels v = random_states(6, chains);
    UnitPanels probability(14, chains), h(14, chains);
    kernel.probabilities(RbmLayer::hidden, v, probability);
    std::vector<double> excess(14), variance(14);
    double pairs = 0, pair_variance = 0;
    const RandomStream random(1, 0);
    for (std::uint32_t step = 0; step < steps; ++step) {
        kernel.draw(RbmLayer::hidden, v, h, {random, step});
        for (std::size_t c = 0; c < chains; ++c) {
            for (std::size_t j = 0; j < 14; ++j) {
                const double p = probability.at(c, j);
                excess[j] += h.at(c, j) - p;
                variance[j] += p * (1 - p);
            }
            const double p = probability.at(c, 0), q = probability.at(c, 1);
            pairs += (h.at(c, 0) - p) * (h.at(c, 1) - q);
            pair_variance += p * (1 - p) * q * (1 - q);
        }
    }
    for (std::size_t j = 0; j < 14; ++j) EXPECT_LT(std::abs(excess[j]), 4 * std::sqrt(variance[j]) + 1) << j;
    EXPECT_LT(std::abs(pairs), 4 * std::sqrt(pair_variance));
}

TEST(GibbsKernel, AChainDoesNotDependOnTheOthers) {
    const Rbm machine = random_machine(21, 13, 0.5);
    const GibbsKernel kernel(machine);
    const RandomStream random(1, 0);
    UnitPanels v = random_states(21, 70), h(13, 70), few(21, 3), few_hidden(13, 3);
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < 21; ++i) few.at(c, i) = v.at(40 + c, i);
    for (std::uint32_t step = 0; step < 5; ++step) {
        kernel.step(v, h, {random, step});
        kernel.step(few, few_hidden, {random, step, 40});
    }
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < 21; ++i) EXPECT_EQ(few.at(c, i), v.at(40 + c, i));
    UnitPanels wrong(20, 3);
    EXPECT_THROW(kernel.step(wrong, few_hidden, {random, 0}), std::invalid_argument);
}

TEST(MachineData, HasTheRowsOfTheLiterature) {
    const auto distinct = [](const BinaryData& data) {
        std::set<std::string> rows;
        for (std::size_t r = 0; r < data.rows(); ++r) rows.emplace(data.row(r).begin(), data.row(r).end());
        return rows.size();
    };
    EXPECT_EQ(distinct(bars_and_stripes(4)), 30u);
    EXPECT_EQ(bars_and_stripes(4).rows(), 30u);
    EXPECT_NEAR(best_log_likelihood(bars_and_stripes(4)), -102.036, 5e-4);
    EXPECT_EQ(distinct(labelled_shifter(8)), 768u);
    EXPECT_EQ(labelled_shifter(8).visible, 19u);
    EXPECT_NEAR(best_log_likelihood(labelled_shifter(8)), -5102.43, 5e-3);
    const BinaryData shifted = labelled_shifter(3);  // code 1, shift +1: bit 0 moves to place 1
    const auto row = shifted.row(3 * 1 + 2);
    EXPECT_EQ(std::vector<int>(row.begin(), row.end()), (std::vector<int>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
    const BinaryData mixture = hopfield_mixture(100, 1, 0.8, 500, RandomStream(1, 0));
    double errors = 0;
    for (std::size_t r = 0; r < 500; ++r) {
        double same = 0;
        for (std::size_t i = 0; i < 100; ++i) same += mixture.row(r)[i] == mixture.row(0)[i];
        errors += std::max(same, 100 - same) / 5e4;
    }
    EXPECT_NEAR(errors, 0.9 * 0.9 + 0.1 * 0.1, 0.03);  // row 0 has errors of its own, 10 ± 3
}

}  // namespace
}  // namespace gdm
