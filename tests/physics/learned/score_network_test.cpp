#include "gdm/physics/learned/score_network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "gdm/physics/learned/noisy_spins.hpp"

namespace gdm {
namespace {

const RandomStream stream(21, 0);
constexpr TrainingRule rule{};

NetworkShape shape_of(NetworkKind kind, std::size_t components) { return {{4, components}, kind, 8, 1}; }

/// All spins alike, up or down (or in one direction of the plane): what a network can learn in some updates.
SpinSet ordered(std::size_t components) {
    SpinSet set{{4, components}, {0.2}, {}};
    for (std::size_t i = 0; i < 16 * components; ++i) set.spins.push_back(i < 16 ? 1.f : 0.f);
    return set;
}

NoisyBatch batch_of(std::size_t components, std::uint32_t step) {
    const SpinSet set = ordered(components);
    return training_batch(set, SignalRange::of(set.shape), 32, RandomSequence(stream, Purpose::noise, 0, step));
}

class Networks : public testing::TestWithParam<std::pair<NetworkKind, std::size_t>> {
  protected:
    void SetUp() override {
        if (!networks_are_built_in()) GTEST_SKIP() << "built without GDM_LEARNED_SCORES";
    }
};

TEST_P(Networks, BeginAsIndependentSpinsAndLearnThatTheyAreAlike) {
    const auto [kind, components] = GetParam();
    ScoreNetwork network(shape_of(kind, components), rule, stream);
    const auto batch = batch_of(components, 1000);
    std::vector<float> mean(batch.fields.size());
    network.denoise(batch.view(), mean);
    if (components == 1) {
        for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], std::tanh(batch.fields[i]), 1e-6);
    }
    double first = 0, last = 0;
    for (std::uint32_t step = 0; step < 200; ++step) {
        const auto one = batch_of(components, step);
        const double loss = network.train(one.clean, one.view());
        (step < 20 ? first : last) = step < 20 ? first + loss / 20 : step >= 180 ? last + loss / 20 : 0;
    }
    EXPECT_LT(last, (components == 1 ? 0.6 : 0.8) * first);
}

TEST_P(Networks, GoOnFromASavedStateToTheSameBits) {
    const auto [kind, components] = GetParam();
    ScoreNetwork whole(shape_of(kind, components), rule, stream), begun(shape_of(kind, components), rule, stream),
        other(shape_of(kind, components), rule, RandomStream(5, 5));
    const auto advance = [&](ScoreNetwork& network, std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t step = from; step < to; ++step) {
            const auto one = batch_of(components, step);
            network.train(one.clean, one.view());
        }
    };
    advance(whole, 0, 12);
    advance(begun, 0, 5);
    ByteWriter writer, end, again;
    begun.save(writer);
    const auto state = writer.take();
    EXPECT_EQ(state.size(), ScoreNetwork::bytes(shape_of(kind, components)));
    ByteReader reader(state);
    other.load(reader);
    EXPECT_EQ(other.updates(), 5u);
    advance(other, 5, 12);
    whole.save(end);
    other.save(again);
    EXPECT_EQ(end.take(), again.take());
}

TEST_P(Networks, RefuseLengthsThatDoNotFit) {
    const auto [kind, components] = GetParam();
    const ScoreNetwork network(shape_of(kind, components), rule, stream);
    const std::vector<float> fields(16 * components), one(1, 1.f);
    std::vector<float> mean(fields.size());
    EXPECT_THROW(network.denoise({std::span(fields).first(3), one, one}, mean), std::invalid_argument);
    EXPECT_THROW(network.denoise({fields, one, {}}, mean), std::invalid_argument);
    EXPECT_THROW(network.denoise({fields, one, one}, std::span(mean).first(2)), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(AllKinds, Networks,
                         testing::Values(std::pair{NetworkKind::unet, 1u}, std::pair{NetworkKind::unet, 2u},
                                         std::pair{NetworkKind::mlp, 1u}, std::pair{NetworkKind::mlp, 2u}));

TEST(ScriptedDenoiser, RefusesWhatIsNoModule) {
    const std::vector<std::byte> nonsense(100, std::byte{7});
    if (networks_are_built_in()) {
        EXPECT_THROW(scripted_denoiser({8, 1}, nonsense), std::invalid_argument);
    } else {
        EXPECT_THROW(scripted_denoiser({8, 1}, nonsense), std::logic_error);
    }
}

}  // namespace
}  // namespace gdm
