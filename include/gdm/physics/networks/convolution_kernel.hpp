#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/networks/activation.hpp"

/// What a layer of a convolutional network does, over lanes of sites.
namespace gdm {

/// Channels on a ring of sites, (channel, site) with a margin of 16 sites on both sides of a row, for the sites that a
/// kernel reaches beyond the ends.
class ChannelField {
  public:
    static constexpr std::size_t margin = 16;
    ChannelField(std::size_t channels, std::size_t sites) : sites_(sites), values_(channels * (sites + 2 * margin), 0.0f) {}
    [[nodiscard]] std::size_t stride() const noexcept { return sites_ + 2 * margin; }
    /// The sites of a channel, with `margin` numbers before and after them.
    [[nodiscard]] float* row(std::size_t channel) noexcept { return values_.data() + channel * stride() + margin; }
    [[nodiscard]] const float* row(std::size_t channel) const noexcept {
        return values_.data() + channel * stride() + margin;
    }
    /// Fills the margins of all rows, as far as a ring of `reach` ≤ margin sites needs.
    void close_ring(std::size_t reach);

  private:
    std::size_t sites_;
    std::vector<float> values_;
};

/// Three signals: preactivations h of one input, the difference d of the other input's from them, and a tangent v.
struct SignalFields {
    ChannelField h, d, v;
    SignalFields(std::size_t channels, std::size_t sites) : h(channels, sites), d(channels, sites), v(channels, sites) {}
};

/// A layer: channels, odd kernel, sites (a multiple of 64); standard deviations of a weight and of a bias.
struct ConvolutionShape {
    std::size_t channels = 1, kernel = 3, sites = 64;
    float weight_deviation = 1, bias_deviation = 0;
    Activation activation = Activation::tanh;  ///< or erf
    bool shared_weights = true;
    /// Weights, then biases, of the layer or of a site of it.
    [[nodiscard]] std::size_t numbers() const noexcept { return channels * channels * kernel + channels; }
};

/// φ(h), φ(h + d) − φ(h) and φ′(h) v, without cancellation for any d; with linear, φ′(h) d in the place of the difference.
void activate(const ConvolutionShape& shape, bool linear, const SignalFields& from, SignalFields& to);

/// The largest |d| and |v| of a layer.
struct LargestSignals {
    float d = 0, v = 0;
};

/// The weights and biases of a layer with shared weights: blocks of `key` at (draw 0, step = layer), four numbers each.
void draw_weights(const ConvolutionShape& shape, const NoiseKey& key, std::uint32_t layer, std::vector<float>& weights);

/// h_{c,i} = Σ W_{c,c′,j} φ_{c′,i+j} + b_c of activations whose rings are closed, and the same without b of the differences
/// and tangents; weights (c, c′, j), then biases.
LargestSignals convolve(const ConvolutionShape& shape, std::span<const float> weights, const SignalFields& from,
                        SignalFields& to);
/// The same with weights and biases of each site's own: blocks of `key` at (draw, step = layer, sample = site).
LargestSignals convolve_independent(const ConvolutionShape& shape, const NoiseKey& key, std::uint32_t layer,
                                    const SignalFields& from, SignalFields& to);

/// Bytes of a layer's numbers depend on neither lanes nor their number: every number is summed in the order (c′, j), and no
/// lane meets another but in maxima.

}  // namespace gdm
