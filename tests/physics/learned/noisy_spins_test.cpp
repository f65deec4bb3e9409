#include "gdm/physics/learned/noisy_spins.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "gdm/physics/learned/score_network.hpp"

namespace gdm {
namespace {

constexpr std::size_t states = 16;
const SpinShape two_by_two{2, 1};

float spin(std::size_t state, std::size_t site) { return (state >> site & 1) == 1 ? 1 : -1; }
/// Two bonds between neighbours, as Lattice has at L = 2.
double energy(std::size_t state) {
    double bonds = 0;
    for (const auto& [a, b] : {std::pair{0, 1}, {2, 3}, {0, 2}, {1, 3}}) bonds += 2 * spin(state, a) * spin(state, b);
    return -bonds;
}

/// The law at a temperature, by enumeration.
struct Law {
    std::array<double, states> probability{};
    double entropy = 0;  ///< of a spin
    explicit Law(double temperature) {
        double sum = 0;
        for (std::size_t s = 0; s < states; ++s) sum += probability[s] = std::exp(-energy(s) / temperature);
        for (double& p : probability) {
            p /= sum;
            entropy -= p * std::log(p) / 4;
        }
    }
};

/// E[X | y] by enumeration.
class ExactDenoiser : public Denoiser {
  public:
    void denoise(const NoisySpins& noisy, std::span<float> mean) const override {
        for (std::size_t i = 0; i < noisy.count(); ++i) {
            const Law law(noisy.temperature[i]);
            std::array<double, 4> sums{};
            double all = 0;
            for (std::size_t s = 0; s < states; ++s) {
                double exponent = 0;
                for (std::size_t site = 0; site < 4; ++site) exponent += noisy.fields[4 * i + site] * (spin(s, site) - 1);
                const double weight = law.probability[s] * std::exp(exponent);
                all += weight;
                for (std::size_t site = 0; site < 4; ++site) sums[site] += weight * spin(s, site);
            }
            for (std::size_t site = 0; site < 4; ++site) mean[4 * i + site] = static_cast<float>(sums[site] / all);
        }
    }
};

/// One that knows nothing of the others: a network before it is trained.
class IndependentDenoiser : public Denoiser {
  public:
    void denoise(const NoisySpins& noisy, std::span<float> mean) const override {
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = std::tanh(noisy.fields[i]);
    }
};

SpinSet draw(double temperature, std::size_t count, std::uint32_t replica) {
    const Law law(temperature);
    SpinSet set{two_by_two, {temperature}, {}};
    RandomSequence random(RandomStream(8, replica), Purpose::initial_state);
    for (std::size_t i = 0; i < count; ++i) {
        double left = random.uniform();
        std::size_t state = 0;
        while (state + 1 < states && (left -= law.probability[state]) > 0) ++state;
        for (std::size_t site = 0; site < 4; ++site) set.spins.push_back(spin(state, site));
    }
    return set;
}

/// ln 2 − ∫ d ln γ, of the gain and of the distance.
std::array<double, 2> entropies(const Denoiser& denoiser, double temperature, std::uint32_t replica) {
    constexpr std::size_t strata = 24;
    const SpinSet set = draw(temperature, 400, replica);
    const SignalRange range = SignalRange::of(two_by_two);
    const RandomSequence noise(RandomStream(9, replica), Purpose::noise);
    const Divergence found = divergence(denoiser, set, 0, range, strata, noise);
    const double width = range.logarithm() / strata;
    return {std::numbers::ln2 - width * std::accumulate(found.gain.begin(), found.gain.end(), 0.),
            std::numbers::ln2 - width * std::accumulate(found.distance.begin(), found.distance.end(), 0.)};
}

TEST(NoisySpins, TheExactDenoiserTellsTheEntropyByBothIdentities) {
    for (const double temperature : {1.5, 3., 6.}) {
        constexpr std::uint32_t repeats = 16;
        std::array<double, 2> sum{}, squares{};
        for (std::uint32_t replica = 0; replica < repeats; ++replica) {
            const auto found = entropies(ExactDenoiser(), temperature, replica);
            for (std::size_t i = 0; i < 2; ++i) {
                sum[i] += found[i] / repeats;
                squares[i] += found[i] * found[i] / repeats;
            }
        }
        for (std::size_t i = 0; i < 2; ++i) {
            const double error = std::sqrt((squares[i] - sum[i] * sum[i]) / (repeats - 1));
            EXPECT_LT(error, 0.01);
            EXPECT_NEAR(sum[i], Law(temperature).entropy, 4 * error) << "T = " << temperature << ", identity " << i;
        }
    }
}

TEST(NoisySpins, ADenoiserThatKnowsNothingTellsTheEntropyOfIndependentSpins) {
    const auto found = entropies(IndependentDenoiser(), 3, 0);
    EXPECT_NEAR(found[0], std::numbers::ln2, 1e-6);
    EXPECT_NEAR(found[1], std::numbers::ln2, 1e-6);
}

TEST(NoisySpins, ABatchHoldsConfigurationsOfTheSetTurned) {
    SpinSet set{{4, 2}, {0.5, 2}, {}};
    for (int k = 0; k < 2; ++k) {
        for (int i = 0; i < 16; ++i) set.spins.push_back(static_cast<float>(std::cos(0.1 * i + k)));
        for (int i = 0; i < 16; ++i) set.spins.push_back(static_cast<float>(std::sin(0.1 * i + k)));
    }
    const auto batch =
        training_batch(set, SignalRange::of(set.shape), 32, RandomSequence(RandomStream(1, 0), Purpose::noise));
    ASSERT_EQ(batch.clean.size(), 32 * 32u);
    double mean_0 = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        // Turning spins and lattice leaves all products of spins, so the length of the sum.
        double x = 0, y = 0, from_x = 0, from_y = 0;
        for (std::size_t site = 0; site < 16; ++site) {
            x += batch.clean[32 * i + site];
            y += batch.clean[32 * i + 16 + site];
            from_x += set.at(0, 0)[site];
            from_y += set.at(0, 0)[16 + site];
            EXPECT_NEAR(std::hypot(batch.clean[32 * i + site], batch.clean[32 * i + 16 + site]), 1, 1e-6);
        }
        EXPECT_NEAR(std::hypot(x, y), std::hypot(from_x, from_y), 1e-4);
        mean_0 += x / 32 / 16;
    }
    EXPECT_LT(std::abs(mean_0), 0.5);
    EXPECT_LT(batch.gamma.front(), 2e-4);
    EXPECT_GT(batch.gamma.back(), 5e3);
}

TEST(ScoreNetwork, ShapesWithoutANetworkAreRefused) {
    EXPECT_THROW(weight_shapes({.spins = {7, 1}, .kind = NetworkKind::unet}), std::invalid_argument);
    EXPECT_THROW(weight_shapes({.spins = {8, 3}, .kind = NetworkKind::mlp}), std::invalid_argument);
    EXPECT_THROW(weight_shapes({.spins = {8, 1}, .width = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
