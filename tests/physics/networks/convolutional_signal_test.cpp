#include "gdm/physics/networks/convolutional_signal.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/networks/channel_theory.hpp"
#include "gdm/physics/networks/mean_field.hpp"

namespace gdm {
namespace {

double phi(Activation activation, double h) {
    return activation == Activation::tanh ? std::tanh(h) : std::erf(std::sqrt(M_PI) * h / 2);
}

/// Layers in double precision, one site after the other, from the same weights.
class PlainNetwork {
  public:
    PlainNetwork(const ConvolutionalNetwork& network, const SignalFields& start) : network_(network) {
        for (std::size_t c = 0; c < network.channels; ++c) {
            for (std::size_t i = 0; i < network.sites; ++i) {
                h_.push_back(start.h.row(c)[i]);
                other_.push_back(h_.back() + start.d.row(c)[i]);
            }
        }
    }
    void step(const std::vector<float>& weights) {
        std::vector<double> h(h_.size()), other(h_.size());
        const std::size_t C = network_.channels, k = network_.kernel, L = network_.sites;
        for (std::size_t c = 0; c < C; ++c) {
            for (std::size_t i = 0; i < L; ++i) {
                h[c * L + i] = other[c * L + i] = weights[C * C * k + c];
                for (std::size_t from = 0; from < C; ++from) {
                    for (std::size_t j = 0; j < k; ++j) {
                        const std::size_t place = from * L + (i + j + L - k / 2) % L;
                        const double weight = weights[(c * C + from) * k + j];
                        h[c * L + i] += weight * phi(network_.activation, h_[place]);
                        other[c * L + i] += weight * phi(network_.activation, other_[place]);
                    }
                }
            }
        }
        h_ = h, other_ = other;
    }
    [[nodiscard]] double h(std::size_t channel, std::size_t site) const { return h_[channel * network_.sites + site]; }
    [[nodiscard]] double difference(std::size_t channel, std::size_t site) const {
        return other_[channel * network_.sites + site] - h(channel, site);
    }

  private:
    ConvolutionalNetwork network_;
    std::vector<double> h_, other_;
};

TEST(ConvolutionalSignal, FollowsPlainLayersInDoublePrecision) {
    for (const auto activation : {Activation::tanh, Activation::erf}) {
        for (const std::size_t kernel : {1u, 3u, 7u}) {
            const ConvolutionalNetwork network{.channels = 5,
                                               .kernel = kernel,
                                               .sites = 64,
                                               .weight_variance = 2.5,
                                               .bias_variance = 0.1,
                                               .activation = activation};
            const RandomStream random(7, 3);
            ConvolutionalSignal signal(network, 1, 1, random);
            PlainNetwork plain(network, signal.fields());
            const float deviation = std::sqrt(2.5f / static_cast<float>(5 * kernel));
            const ConvolutionShape shape{
                .channels = 5, .kernel = kernel, .weight_deviation = deviation, .bias_deviation = std::sqrt(0.1f)};
            std::vector<float> weights;
            for (std::uint32_t layer = 0; layer < 4; ++layer) {
                draw_weights(shape, NoiseKey(random, Purpose::couplings), layer, weights);
                plain.step(weights);
                signal.step(random);
            }
            for (std::size_t channel = 0; channel < 5; ++channel) {
                for (std::size_t site = 0; site < 64; ++site) {
                    ASSERT_NEAR(signal.fields().h.row(channel)[site], plain.h(channel, site), 2e-5);
                    ASSERT_NEAR(signal.fields().d.row(channel)[site], plain.difference(channel, site), 2e-5);
                }
            }
        }
    }
}

/// The second input of a difference that is far below what single precision resolves of h.
TEST(ConvolutionalSignal, TinyDifferencesFollowTheTangent) {
    for (const auto activation : {Activation::tanh, Activation::erf}) {
        const ConvolutionalNetwork network{
            .channels = 4, .sites = 64, .weight_variance = 1.5, .bias_variance = 0.1, .activation = activation};
        const RandomStream random(5, 1);
        // Nonlinear arithmetic on one side of the bound, linear on the other: ln rho shifts by ln of the square of the
        // ratio.
        ConvolutionalSignal above(network, 1, 1e-20, random), below(network, 1, 1e-28, random);
        EXPECT_EQ(above.difference_exponent(), 0);
        EXPECT_NE(below.difference_exponent(), 0);
        const double start = above.log_rho() - below.log_rho();
        for (int layer = 0; layer < 200; ++layer) above.step(random), below.step(random);
        EXPECT_NEAR(above.log_rho() - below.log_rho(), start, 2e-3);
        EXPECT_LT(below.log_rho(), -80);
    }
}

TEST(ConvolutionalSignal, FirstLayerHasTheLengthOfTheory) {
    for (const bool shared : {true, false}) {
        const ConvolutionalNetwork network{
            .channels = 3, .kernel = 5, .sites = 64, .weight_variance = 2, .bias_variance = 0.3, .shared_weights = shared};
        RunningMoments lengths;
        for (std::uint32_t replica = 0; replica < 400; ++replica) {
            const RandomStream random(11, replica);
            ConvolutionalSignal signal(network, 1.7, 1, random);
            signal.step(random);
            lengths.add(signal.mean_square());
        }
        const double expected = next_length({Activation::tanh, 2, 0.3}, 1.7);
        EXPECT_NEAR(lengths.mean(), expected, 4 * std::sqrt(lengths.variance() / 400)) << shared;
    }
}

TEST(ConvolutionalSignal, TheSameFromAnySavedState) {
    for (const bool shared : {true, false}) {
        const ConvolutionalNetwork network{
            .channels = 2, .sites = 64, .weight_variance = 1.2, .bias_variance = 0.1, .shared_weights = shared};
        const RandomStream random(2, 9);
        ConvolutionalSignal one(network, 1, 0.5, random);
        for (int layer = 0; layer < 90; ++layer) one.step(random);
        ByteWriter state;
        one.save(state);
        EXPECT_EQ(state.bytes().size(), ConvolutionalSignal::state_size(network));
        ConvolutionalSignal other(network, 1, 0.5, RandomStream(0, 0));
        ByteReader reader(state.bytes());
        other.load(reader);
        for (int layer = 0; layer < 90; ++layer) one.step(random), other.step(random);
        EXPECT_EQ(one.log_rho(), other.log_rho());
        EXPECT_EQ(one.log_tangent(), other.log_tangent());
        EXPECT_EQ(one.layer(), 180u);
    }
}

TEST(ConvolutionalSignal, TheSameBitsOnAllInstructionSetsThatFuse) {
    for (const bool shared : {true, false}) {
        const ConvolutionalNetwork network{
            .channels = 5, .sites = 64, .weight_variance = 2, .bias_variance = 0.1, .shared_weights = shared};
        const RandomStream random(6, 0);
        std::vector<double> results;
        for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
            if ((hwy::SupportedTargets() & HWY_TARGETS & target) == 0) continue;
            hwy::SetSupportedTargetsForTest(target);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
            ConvolutionalSignal signal(network, 1, 1, random);
            for (int layer = 0; layer < 50; ++layer) signal.step(random);
            results.push_back(signal.log_rho() + 3 * signal.log_tangent() + 7 * signal.fields().h.row(4)[63]);
            hwy::SetSupportedTargetsForTest(0);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        }
        for (const double one : results) EXPECT_EQ(one, results[0]);
    }
}

TEST(ConvolutionalSignal, IndependentWeightsDoNotDependOnTheRing) {
    // Site i of a long ring has the weights of site i of a short one: only the ends differ.
    const RandomStream random(4, 4);
    const ConvolutionShape small{.channels = 2, .sites = 64}, large{.channels = 2, .sites = 192};
    SignalFields from_small(2, 64), to_small(2, 64), from_large(2, 192), to_large(2, 192);
    for (std::size_t c = 0; c < 2; ++c) {
        for (std::size_t i = 0; i < 64; ++i) from_small.h.row(c)[i] = std::sin(static_cast<float>(c + 3 * i));
        for (std::size_t i = 0; i < 192; ++i) from_large.h.row(c)[i] = std::sin(static_cast<float>(c + 3 * i));
    }
    convolve_independent(small, NoiseKey(random, Purpose::couplings), 3, from_small, to_small);
    convolve_independent(large, NoiseKey(random, Purpose::couplings), 3, from_large, to_large);
    for (std::size_t i = 0; i + 1 < 64; ++i) EXPECT_EQ(to_small.h.row(1)[i], to_large.h.row(1)[i]);
    EXPECT_NE(to_small.h.row(1)[10], to_small.h.row(1)[11]);
}

TEST(ConvolutionalSignal, OneChannelHasTheExponentOfTheUniformState) {
    const ConvolutionalNetwork network{
        .channels = 1, .kernel = 3, .sites = 192, .weight_variance = 1.5, .bias_variance = 0.1};
    RunningMoments exponents;
    for (std::uint32_t replica = 0; replica < 16; ++replica) {
        const RandomStream random(21, replica);
        ConvolutionalSignal signal(network, 1, 1, random);
        for (int layer = 0; layer < 500; ++layer) signal.step(random);
        const double start = signal.log_tangent();
        for (int layer = 0; layer < 4000; ++layer) signal.step(random);
        exponents.add((signal.log_tangent() - start) / 4000);
    }
    const double expected = uniform_lyapunov(Activation::tanh, 1.5, 0.1, 3);
    // By a grid four times as fine; 10^8 draws of the chain give -0.42586(9).
    EXPECT_NEAR(expected, -0.4257716, 1e-6);
    // Neighbouring waves are nearly as fast: the sum of them is ahead by some ln(waves)/layers.
    EXPECT_NEAR(exponents.mean(), expected, 4 * std::sqrt(exponents.variance() / 16) + 5e-4);
}

TEST(ChannelTheory, CriticalPointsOfManyChannels) {
    // tanh: quadrature elsewhere, σ_b² = 0.1 and 1; erf: in closed form.
    const RandomLayer tanh_layer{Activation::tanh, 1.98607264, 0.1}, large{Activation::tanh, 3.44321091, 1};
    EXPECT_NEAR(fixed_length(tanh_layer), 0.805799, 1e-6);
    EXPECT_NEAR(growth_factor(tanh_layer, fixed_length(tanh_layer)), 1, 1e-7);
    EXPECT_NEAR(growth_factor(large, fixed_length(large)), 1, 1e-7);
    const RandomLayer erf_layer{Activation::erf, 1.89058934, 0.1};
    EXPECT_NEAR(fixed_length(erf_layer), 0.819434, 1e-6);
    EXPECT_NEAR(growth_factor(erf_layer, fixed_length(erf_layer)), 1, 1e-7);
}

TEST(ConvolutionalSignal, RefusesWhatIsNoNetwork) {
    const RandomStream random(1, 0);
    EXPECT_THROW(ConvolutionalSignal({.channels = 1, .kernel = 2, .sites = 64}, 1, 1, random), std::invalid_argument);
    EXPECT_THROW(ConvolutionalSignal({.channels = 1, .kernel = 33, .sites = 64}, 1, 1, random), std::invalid_argument);
    EXPECT_THROW(ConvolutionalSignal({.channels = 1, .sites = 96}, 1, 1, random), std::invalid_argument);
    EXPECT_THROW(ConvolutionalSignal({.channels = 1, .sites = 64}, 1, 0, random), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
