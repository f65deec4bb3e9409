#include "gdm/physics/machines/rbm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/log_sum.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "gdm/physics/machines/rbm_training.hpp"
#include "gdm/physics/machines/weight_modes.hpp"

namespace gdm {
namespace {

Rbm test_machine(std::size_t visible, std::size_t hidden, double scale, double biases = 1) {
    Rbm machine{visible, hidden, {}, {}, {}};
    for (std::size_t i = 1; i <= visible; ++i) {
        const auto row = static_cast<double>(i);
        machine.visible_bias.push_back(biases * 0.3 * std::sin(row));
        for (std::size_t j = 1; j <= hidden; ++j) {
            const auto column = static_cast<double>(j);
            machine.weights.push_back(scale * std::cos(row * row + 2 * column * column + 3 * row * column));
        }
    }
    for (std::size_t j = 1; j <= hidden; ++j)
        machine.hidden_bias.push_back(biases * -0.2 * std::cos(2 * static_cast<double>(j)));
    return machine;
}

double mean_log_likelihood(const Rbm& machine, const BinaryData& data, double temperature) {
    return log_likelihood(machine, data, exact_log_partition(machine, temperature), temperature) /
           static_cast<double>(data.rows());
}

TEST(Rbm, PartitionFunctionIsThatOfAllStates) {
    EXPECT_NEAR(exact_log_partition(test_machine(6, 4, 1)), 7.688888362829, 1e-11);
    EXPECT_NEAR(exact_log_partition(test_machine(6, 4, 1), 2), 7.114693313765, 1e-11);
}

TEST(Rbm, BothLayersGiveTheSamePartitionFunction) {
    // 13 and 17 units: blocks, their Gray code and its refresh; the other layer by the sum of products.
    const Rbm machine = test_machine(13, 17, 0.7);
    LogSum total;
    for (std::size_t h = 0; h < std::size_t{1} << 17; ++h) {
        double sum = 0;
        std::vector<double> field = machine.visible_bias;
        for (std::size_t j = 0; j < 17; ++j) {
            if (!(h >> j & 1)) continue;
            sum += machine.hidden_bias[j];
            for (std::size_t i = 0; i < 13; ++i) field[i] += machine.weights[i * 17 + j];
        }
        for (const double x : field) sum += log1p_exp(x);
        total.add(sum);
    }
    EXPECT_NEAR(exact_log_partition(machine), total.log(), 1e-10);
    EXPECT_NEAR(model_moments(machine).log_partition, total.log(), 1e-10);
}

/// Moments are derivatives of ln Z, and their difference that of the log-likelihood.
TEST(Rbm, TheGradientIsTheFiniteDifferenceOfTheLogLikelihood) {
    const BinaryData data = bars_and_stripes(3);
    for (const std::size_t hidden : {std::size_t{4}, std::size_t{11}}) {
        const double temperature = 1.3, step = 1e-5;
        Rbm machine = test_machine(9, hidden, 0.8);
        const RbmMoments seen = data_moments(machine, data, temperature), model = model_moments(machine, temperature);
        const auto slope = [&](double& parameter) {
            const double value = parameter;
            parameter = value + step;
            const double above = mean_log_likelihood(machine, data, temperature);
            parameter = value - step;
            const double below = mean_log_likelihood(machine, data, temperature);
            parameter = value;
            return (above - below) / (2 * step);
        };
        for (std::size_t k = 0; k < machine.weights.size(); k += 5)
            EXPECT_NEAR((seen.weights[k] - model.weights[k]) / temperature, slope(machine.weights[k]), 1e-8) << k;
        for (std::size_t i = 0; i < 9; ++i)
            EXPECT_NEAR((seen.visible[i] - model.visible[i]) / temperature, slope(machine.visible_bias[i]), 1e-8);
        for (std::size_t j = 0; j < hidden; ++j)
            EXPECT_NEAR((seen.hidden[j] - model.hidden[j]) / temperature, slope(machine.hidden_bias[j]), 1e-8);
    }
}

TEST(Rbm, ExpectedContrastiveDivergenceIsBiasedAsEnumerated) {
    const GradientBias one = contrastive_divergence_bias(test_machine(9, 6, 0.3), bars_and_stripes(3), 1);
    EXPECT_NEAR(one.cosine, 0.999895, 1e-6);
    EXPECT_NEAR(one.ratio, 0.987415, 1e-6);
    EXPECT_NEAR(contrastive_divergence_bias(test_machine(9, 6, 0.3), bars_and_stripes(3), 50).cosine, 1, 1e-9);
}

TEST(Rbm, ModesOfWeightsAndData) {
    // By counting pictures, 14 times the covariance of two pixels is 3.5 for the same, 1.5 in a row or column, else −0.5:
    // the modes are the sum, two contrasts of rows and of columns each, and four products of these.
    const DataModes modes = data_modes(bars_and_stripes(3));
    EXPECT_NEAR(modes.variance[0], 7.5 / 14, 1e-12);
    for (std::size_t k = 1; k < 9; ++k) EXPECT_NEAR(modes.variance[k], (k < 5 ? 6 : 0) / 14., 1e-12) << k;
    Rbm machine{9, 2, std::vector<double>(18, 0), std::vector<double>(9, 0), std::vector<double>(2, 0)};
    for (std::size_t i = 0; i < 9; ++i) {
        machine.weights[2 * i] = 3 * modes.directions[2 * 9 + i];
        machine.weights[2 * i + 1] = 2 * modes.directions[8 * 9 + i];
    }
    const auto values = singular_values(machine);
    ASSERT_EQ(values.size(), 2u);
    EXPECT_NEAR(values[0], 3, 1e-12);
    EXPECT_NEAR(values[1], 2, 1e-7);
    const auto shares = mode_shares(machine, modes);
    EXPECT_NEAR(shares[0], 0, 1e-12);
    for (std::size_t k = 1; k < 9; ++k) EXPECT_NEAR(shares[k], (k < 5 ? 9. : 4.) / 13 / 4, 1e-12) << k;
}

TEST(RbmTraining, ContrastiveDivergencePassesThePeakOfTheLikelihood) {
    const BinaryData data = bars_and_stripes(2);
    const auto trained = [&](TrainingMethod method, int updates, double& peak, int& peak_update) {
        RbmTraining training(data, 4, 0, {.method = method, .rate = 0.5}, RandomStream(1, 0));
        training.set_machine(test_machine(4, 4, 0.05, 0));
        peak = -1e9;
        double last = 0;
        for (int update = 1; update <= updates; ++update) {
            training.update();
            last = log_likelihood(training.machine(), data, exact_log_partition(training.machine()));
            if (last <= peak) continue;
            peak = last;
            peak_update = update;
        }
        return last;
    };
    double peak = 0;
    int peak_update = 0;
    EXPECT_NEAR(trained(TrainingMethod::expected_cd, 20000, peak, peak_update), -11.45297, 5e-6);
    EXPECT_NEAR(peak, -11.29928, 5e-6);
    EXPECT_EQ(peak_update, 4518);
    EXPECT_NEAR(trained(TrainingMethod::exact, 20000, peak, peak_update), -10.775, 5e-4);
    EXPECT_NEAR(best_log_likelihood(data), -10.751, 5e-4);
}

/// One update of many runs from one machine is on average what enumeration gives: for cd-k that of its expectation, and for
/// long chains, with and without temperatures, that of the exact gradient.
TEST(RbmTraining, SampledUpdatesAreThoseExpected) {
    const BinaryData data = bars_and_stripes(2);
    const Rbm start = test_machine(4, 3, 1.5);
    struct Case {
        TrainingMethod sampled, exact;
        std::size_t steps;
    };
    for (const Case& one :
         {Case{TrainingMethod::cd, TrainingMethod::expected_cd, 2}, Case{TrainingMethod::pcd, TrainingMethod::exact, 60},
          Case{TrainingMethod::tempering, TrainingMethod::exact, 30}}) {
        const TrainingSettings settings{
            .method = one.sampled, .steps = one.steps, .rate = 1, .decay = 0.1, .temperature = 1.4, .ladder = 4};
        TrainingSettings by_enumeration = settings;
        by_enumeration.method = one.exact;
        RbmTraining expected(data, 3, 0, by_enumeration, RandomStream(1, 0));
        expected.set_machine(start);
        expected.update();
        std::vector<RunningMoments> moments(12 + 4 + 3);
        for (std::uint32_t replica = 0; replica < 1500; ++replica) {
            RbmTraining training(data, 3, 0, settings, RandomStream(2, replica));
            training.set_machine(start);
            training.update();
            std::size_t k = 0;
            for (const auto* numbers :
                 {&training.machine().weights, &training.machine().visible_bias, &training.machine().hidden_bias})
                for (const double x : *numbers) moments[k++].add(x);
        }
        std::size_t k = 0;
        for (const auto* numbers :
             {&expected.machine().weights, &expected.machine().visible_bias, &expected.machine().hidden_bias}) {
            for (const double x : *numbers) {
                EXPECT_NEAR(moments[k].mean(), x, 4 * moments[k].standard_error()) << k << " of " << one.steps;
                ++k;
            }
        }
    }
}

TEST(RbmTraining, GoesOnFromItsBytes) {
    const BinaryData data = bars_and_stripes(3);
    for (const TrainingMethod method : {TrainingMethod::cd, TrainingMethod::pcd, TrainingMethod::tempering}) {
        const TrainingSettings settings{.method = method, .steps = 2, .batch = 5, .ladder = 3};
        RbmTraining whole(data, 4, 0.1, settings, RandomStream(1, 0)), first = whole, second = whole;
        for (int update = 0; update < 20; ++update) whole.update();
        for (int update = 0; update < 7; ++update) first.update();
        ByteWriter writer;
        first.save(writer);
        ByteReader reader(writer.bytes());
        second.load(reader);
        EXPECT_EQ(reader.left(), 0u);
        for (int update = 7; update < 20; ++update) second.update();
        EXPECT_EQ(second.machine().weights, whole.machine().weights);
    }
}

}  // namespace
}  // namespace gdm
