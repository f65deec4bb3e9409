#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/rbm_sampling.hpp"
#include "gdm/physics/machines/gibbs_spectrum.hpp"
#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(double word, const char* machine, double visible, double hidden, double temperature) {
    Point point;
    point.set("machine", word, machine);
    point.set("visible", visible);
    point.set("hidden", hidden);
    point.set("J", 1);
    point.set("J0", 0);
    point.set("density", 1);
    point.set("T", temperature);
    point.set("runs", 64);
    point.set("chains", 8);
    point.set("samples", 256);
    point.set("thermalisation", 64);
    point.set_axis("annealing_steps", {100, 400});
    point.set_axis("k", {0, 4});
    return point;
}

TEST(RbmSampling, AnnealedPartitionFunctionsAreUnbiasedAndTheirErrorsCover) {
    const auto replicas = test::run_replicas(rbm_sampling(), point_of(1, "spins", 14, 7, 1), 60, 11);
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) {
        const RunningMoments ratio = replicas.moments("partition_ratio", k), covered = replicas.moments("covered", k);
        EXPECT_NEAR(ratio.mean(), 1, 4 * ratio.standard_error());
        EXPECT_NEAR(covered.mean(), 0.6827, 4 * std::sqrt(0.6827 * 0.3173 / 60));
    }
    const RunningMoments zero = replicas.moments("magnetisation_minus_exact");
    EXPECT_NEAR(zero.mean(), 0, 4 * zero.standard_error());
}

/// Hidden units of the normal law, and those that take two values: overlaps of states are those of all states.
TEST(RbmSampling, OverlapsAreThoseOfAllStates) {
    for (const auto& [word, name] :
         std::vector<std::pair<double, const char*>>{{3, "gaussian"}, {1, "spins"}, {0, "binary"}}) {
        Point point = point_of(word, name, 10, 4, 0.8);
        point.set("density", 0.5);
        const auto replicas = test::run_replicas(rbm_sampling(), point, 40, 5);
        const RunningMoments zero = replicas.moments("overlap_squared_minus_exact");
        EXPECT_NEAR(zero.mean(), 0, 4 * zero.standard_error()) << name;
        EXPECT_LT(zero.standard_error(), 0.02);
        EXPECT_GT(replicas.moments("overlap_squared").mean(), 0.102) << name;  // 1/10 without couplings
    }
}

TEST(RbmSampling, GoesOnFromAnyStateToTheSameBits) {
    Point point = point_of(0, "binary", 7, 5, 1.3);
    point.set("chains", 34);  // two panels
    point.set_axis("annealing_steps", {1, 7, 20});
    point.set_axis("k", {0, 4, 90});
    EXPECT_EQ(test::expect_same_bits_from_states(rbm_sampling(), point, 5), (1 + 7 + 20 + 90 + 256 + 4) / 5u);
}

Array array_of(std::vector<std::size_t> shape, const std::vector<double>& numbers) {
    std::shared_ptr<double[]> values(new double[numbers.size()]);
    std::copy(numbers.begin(), numbers.end(), values.get());
    return {std::move(shape), values, 0, "machines.h5:/weights"};
}

TEST(RbmSampling, StoredMachinesAreReadOneAReplica) {
    // Two replicas of a point.
    std::vector<double> weights(12, 0.25), bias(6, -0.1);
    for (std::size_t i = 0; i < 6; ++i) weights[6 + i] = 0.3 * static_cast<double>(i) - 0.5;
    for (std::size_t i = 0; i < 3; ++i) bias[3 + i] = 0.1 * static_cast<double>(i);
    const Inputs inputs{{"weights", array_of({1, 2, 3, 2}, weights)}, {"visible_bias", array_of({1, 2, 3}, bias)}};
    const auto replicas = test::run_replicas(rbm_sampling(), point_of(2, "dataset", 3, 2, 1), 3, 1, inputs);
    const Rbm first{3, 2, std::vector<double>(6, 0.25), std::vector<double>(3, -0.1), {0, 0}},
        second{3, 2, {-0.5, -0.2, 0.1, 0.4, 0.7, 1.0}, {0, 0.1, 0.2}, {0, 0}};
    for (std::size_t k = 0; k < 3; ++k)
        EXPECT_NEAR(Combined(replicas.layout, replicas.blocks[k]).scalar("log_partition_exact"),
                    exact_log_partition(k == 1 ? second : first), 1e-12);
    const auto implied = rbm_sampling().implied({{"weights", {1, 2, 3, 2}}});
    EXPECT_EQ(implied[1].expression, "3");
    EXPECT_EQ(implied[2].expression, "2");
    EXPECT_THROW((void)rbm_sampling().implied({{"weights", {3, 2}}, {"visible_bias", {2}}}), UsageError);
    EXPECT_THROW((void)rbm_sampling().implied({{"visible_bias", {3}}}), UsageError);
}

Rbm cosine_machine(double scale) {
    Rbm machine{9, 6, {}, {}, {}};
    for (int i = 1; i <= 9; ++i) {
        machine.visible_bias.push_back(0.3 * std::sin(i));
        for (int j = 1; j <= 6; ++j) machine.weights.push_back(scale * std::cos(i * i + 2 * j * j + 3 * i * j));
    }
    for (int j = 1; j <= 6; ++j) machine.hidden_bias.push_back(-0.2 * std::cos(2 * j));
    return machine;
}

TEST(ContrastiveDivergence, BarsAndStripesHaveTheKnownBias) {
    const GradientBias bias = contrastive_divergence_bias(cosine_machine(0.3), bars_and_stripes(3), 1);
    EXPECT_NEAR(bias.cosine, 0.999895, 1e-6);
    EXPECT_NEAR(bias.ratio, 0.987415, 1e-6);
    EXPECT_NEAR(std::pow(bias.distance, 2), 1 + bias.ratio * bias.ratio - 2 * bias.ratio * bias.cosine, 1e-10);
}

/// The distance from the gradient falls by λ_2 at each step, once the faster modes are gone.
TEST(ContrastiveDivergence, TheBiasFallsBySecondEigenvalue) {
    const Rbm machine = cosine_machine(2);
    const auto distance = [&](std::size_t steps) {
        const RbmMoments gibbs = expected_gibbs_moments(machine, bars_and_stripes(3), steps), model = model_moments(machine);
        double sum = 0;
        for (std::size_t k = 0; k < model.weights.size(); ++k) sum += std::pow(gibbs.weights[k] - model.weights[k], 2);
        return std::sqrt(sum);
    };
    // Late enough for the third mode to be gone, and early enough for rounding not to be seen.
    EXPECT_NEAR(distance(41) / distance(40), second_eigenvalue(machine), 1e-3);
    // One pair of units: λ_2 is the squared correlation of v and h.
    const Rbm pair{1, 1, {1.5}, {0.2}, {-0.4}};
    const double z = 1 + std::exp(0.2) + std::exp(-0.4) + std::exp(1.3), both = std::exp(1.3) / z;
    const double v = (std::exp(0.2) + std::exp(1.3)) / z, h = (std::exp(-0.4) + std::exp(1.3)) / z;
    EXPECT_NEAR(second_eigenvalue(pair), std::pow(both - v * h, 2) / (v * (1 - v) * h * (1 - h)), 1e-12);
}

}  // namespace
}  // namespace gdm
