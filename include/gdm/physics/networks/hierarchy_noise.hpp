#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/networks/hierarchy_posterior.hpp"

namespace gdm {

/// What is done to the leaves of a tree, whose symbols are one-hot vectors. gaussian: x + noise at a signal-to-noise ratio
/// snr = e^{−2t}/(1 − e^{−2t}). mask: a leaf is erased with a probability. epsilon: a leaf says 1 − ε + ε/v of its symbol
/// and ε/v of each other, the same in each leaf: the noise of mean-field theory, and no channel.
enum class LeafNoise { gaussian, mask, epsilon };
inline constexpr Words leaf_noise_words{
    std::array{Word{LeafNoise::gaussian, "gaussian"}, Word{LeafNoise::mask, "mask"}, Word{LeafNoise::epsilon, "epsilon"}}};

/// What the noisy leaf says of its v symbols, at up to eight strengths of the noise (lanes beyond repeat the last one) with
/// the same random numbers; strength is snr, probability or ε. Gaussian: ln belief(b) = snr δ_{b, truth} + √snr z_b + const.
void leaf_belief(LeafNoise noise, std::span<const double> strengths, std::size_t truth, RandomSequence& random,
                 Beliefs belief);

/// The mean of the belief in the true one of v symbols. Gaussian: E[w_0/Σ_b w_b], w_b = e^{snr δ_{b0} + √snr z_b}, =
/// −∫ h′(y + snr) h(y)^{v−1} dy with h(y) = E exp(−e^{y + √snr z}), by trapezoidal rules to 1e-10 (1 above snr = 300).
[[nodiscard]] double mean_leaf_belief(LeafNoise noise, double strength, std::size_t symbols);

}  // namespace gdm
