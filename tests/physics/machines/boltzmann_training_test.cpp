#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/machines/boltzmann_moments.hpp"
#include "gdm/physics/machines/boltzmann_training.hpp"
#include "gdm/physics/machines/planted_spins.hpp"
#include "gdm/physics/machines/rbm_training.hpp"
#include "support/wavy_machine.hpp"

namespace gdm {
namespace {

/// For two spins ⟨s_1 s_2⟩ = tanh J, and the information of J is 1 − tanh² J.
TEST(BoltzmannTraining, TwoSpinsAreLearnedInClosedForm) {
    BinaryData data{2, {}};
    for (int r = 0; r < 3; ++r) data.units.insert(data.units.end(), {0, 0, 1, 1});
    data.units.insert(data.units.end(), {0, 1, 1, 0});  // 6 rows agree, 2 do not: ⟨s_1 s_2⟩ = 1/2
    for (const BoltzmannMethod method : {BoltzmannMethod::exact, BoltzmannMethod::pseudo_likelihood}) {
        const BoltzmannSettings settings{.method = method, .units = UnitKind::spins, .rate = 0.5, .temperature = 2};
        BoltzmannTraining training(data, 0, 0.3, settings, RandomStream(1, 0));
        for (int update = 0; update < 400; ++update) training.update();
        EXPECT_NEAR(training.parameters().couplings[1], 2 * std::atanh(0.5), 1e-9);
        EXPECT_NEAR(training.parameters().biases[0], 0, 1e-9);
    }
    BoltzmannMachine pair = empty_machine(2, 0, Connections::full);
    pair.couplings[1] = pair.couplings[2] = 0.7;
    EXPECT_NEAR(reconstruction_bound(from_spins(pair), 50), std::cosh(0.7) / std::sqrt(50), 1e-12);
}

TEST(BoltzmannTraining, AVisibleMachineLearnsTheMomentsOfItsData) {
    const BinaryData data = hopfield_mixture(6, 2, 0.5, 40, RandomStream(3, 0));
    for (const UnitKind units : {UnitKind::binary, UnitKind::spins}) {
        BoltzmannTraining training(data, 0, 0.1, {.method = BoltzmannMethod::exact, .units = units, .rate = 0.4},
                                   RandomStream(1, 0));
        for (int update = 0; update < 20000; ++update) training.update();
        test::expect_same_moments(training.machine(), model_moments(training.machine()),
                                  data_moments(training.machine(), data), 1e-4);
    }
}

TEST(BoltzmannTraining, ARestrictedMachineFollowsTheRbm) {
    const BinaryData data = bars_and_stripes(2);
    for (const auto& [method, rbm_method] : {std::pair{BoltzmannMethod::exact, TrainingMethod::exact},
                                             {BoltzmannMethod::expected_cd, TrainingMethod::expected_cd}}) {
        const BoltzmannSettings settings{.method = method,
                                         .connections = Connections::restricted,
                                         .steps = 2,
                                         .rate = 0.5,
                                         .decay = 0.01,
                                         .temperature = 1.5};
        BoltzmannTraining training(data, 3, 0.5, settings, RandomStream(1, 0));
        RbmTraining rbm(data, 3, 0.5, {.method = rbm_method, .steps = 2, .rate = 0.5, .decay = 0.01, .temperature = 1.5},
                        RandomStream(1, 0));
        rbm.set_machine(as_rbm(training.parameters()));
        for (int update = 0; update < 50; ++update) {
            training.update();
            rbm.update();
        }
        const Rbm learned = as_rbm(training.parameters());
        for (std::size_t k = 0; k < 12; ++k) EXPECT_NEAR(learned.weights[k], rbm.machine().weights[k], 1e-10);
        for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(learned.visible_bias[i], rbm.machine().visible_bias[i], 1e-10);
    }
}

/// One update of many runs is on average what enumeration gives, with both phases sampled where units couple.
TEST(BoltzmannTraining, SampledUpdatesAreThoseExpected) {
    const BinaryData data = bars_and_stripes(2);
    for (const Connections connections : {Connections::full, Connections::semi_restricted}) {
        for (const auto& [sampled, exact, steps] :
             {std::tuple{BoltzmannMethod::cd, BoltzmannMethod::expected_cd, std::size_t{2}},
              {BoltzmannMethod::pcd, BoltzmannMethod::exact, std::size_t{60}}}) {
            BoltzmannSettings settings{.method = sampled,
                                       .clamped = ClampedPhase::sampled,
                                       .connections = connections,
                                       .units = UnitKind::spins,
                                       .steps = steps,
                                       .clamped_steps = 40,
                                       .rate = 1,
                                       .temperature = 1.4,
                                       .chains = 7};
            const BoltzmannMachine start = test::wavy(4, 3, connections, 0.5);
            BoltzmannSettings counted = settings;
            counted.method = exact;
            counted.clamped = ClampedPhase::exact;
            BoltzmannTraining expected(data, 3, 0, counted, RandomStream(1, 0));
            expected.set_parameters(start);
            expected.update();
            std::vector<RunningMoments> moments(49 + 7);
            for (std::uint32_t replica = 0; replica < 1500; ++replica) {
                BoltzmannTraining training(data, 3, 0, settings, RandomStream(2, replica));
                training.set_parameters(start);
                training.update();
                std::size_t k = 0;
                for (const auto* numbers : {&training.parameters().couplings, &training.parameters().biases})
                    for (const double x : *numbers) moments[k++].add(x);
            }
            std::size_t k = 0;
            for (const auto* numbers : {&expected.parameters().couplings, &expected.parameters().biases}) {
                for (const double x : *numbers) {
                    EXPECT_NEAR(moments[k].mean(), x, 4 * moments[k].standard_error() + 1e-12) << k << " of " << steps;
                    ++k;
                }
            }
        }
    }
}

TEST(BoltzmannTraining, GoesOnFromItsBytes) {
    const BinaryData data = bars_and_stripes(3);
    for (const BoltzmannMethod method : {BoltzmannMethod::cd, BoltzmannMethod::pcd}) {
        const BoltzmannSettings settings{
            .method = method, .clamped = ClampedPhase::sampled, .units = UnitKind::spins, .steps = 2, .batch = 5};
        BoltzmannTraining whole(data, 3, 0.1, settings, RandomStream(1, 0)),
            first(data, 3, 0.1, settings, RandomStream(1, 0)), second(data, 3, 0.1, settings, RandomStream(1, 0));
        for (int update = 0; update < 20; ++update) whole.update();
        for (int update = 0; update < 7; ++update) first.update();
        ByteWriter writer;
        first.save(writer);
        EXPECT_EQ(writer.bytes().size(), BoltzmannTraining::state_size(12, 5, settings));
        ByteReader reader(writer.bytes());
        second.load(reader);
        EXPECT_EQ(reader.left(), 0u);
        for (int update = 7; update < 20; ++update) second.update();
        EXPECT_EQ(second.parameters().couplings, whole.parameters().couplings);
    }
}

TEST(PlantedSpins, RowsAreThoseOfTheirLaw) {
    const BoltzmannMachine spins = planted_spins(6, 1.2, RandomStream(1, 0));
    const BinaryData rows = sampled_rows(spins, 20000, 100, RandomStream(1, 0));
    const UnitMoments law = model_moments(from_spins(spins)), seen = data_moments(from_spins(spins), rows);
    for (std::size_t k = 0; k < 36; ++k)
        EXPECT_NEAR(seen.pairs[k], law.pairs[k], 4 * std::sqrt(law.pairs[k] * (1 - law.pairs[k]) / 20000)) << k;
    const BoltzmannMachine lattice = lattice_spins(3, 2.5);
    EXPECT_NEAR(coupling_norm(lattice), std::sqrt(18) / 2.5, 1e-12);  // 18 bonds
    EXPECT_EQ(reconstruction_error(lattice, lattice), 0);
    EXPECT_NEAR(reconstruction_error(empty_machine(9, 2, Connections::full), lattice), 1, 1e-12);
}

}  // namespace
}  // namespace gdm
