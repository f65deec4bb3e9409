#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/physics/networks/convolution_kernel.hpp"

namespace gdm {

/// A random 1-D convolutional network on a ring: h_{c,i} ← Σ W_{c,c′,j} φ(h_{c′,i+j}) + b_c with W ~ N(0, σ_w²/(Ck)) and
/// b ~ N(0, σ_b²), fresh in each layer, the same at all sites or independent.
struct ConvolutionalNetwork {
    std::size_t channels = 1, kernel = 3, sites = 64;
    double weight_variance = 1, bias_variance = 0;
    Activation activation = Activation::tanh;
    bool shared_weights = true;
};

/// Two inputs, and a tangent of the first, on their way through a ConvolutionalNetwork of one replica. The difference of the
/// inputs is carried along instead of the second one, and it and the tangent are multiplied by powers of two where they
/// would leave single precision, so that no difference is too small (below 10^{-11} its own evolution is linear).
class ConvolutionalSignal {
  public:
    /// Preactivations N(0, q0) of correlation 1 − rho0 at each site and channel (Purpose::initial_state). Throws
    /// std::invalid_argument for an even kernel or one beyond 31, sites that are no multiple of 64, no channel, a variance
    /// below 0, rho0 outside (0, 2] or q0 ≤ 0.
    ConvolutionalSignal(const ConvolutionalNetwork& network, double q0, double rho0, const RandomStream& random);

    /// Through the next layer: Purpose::couplings at its number.
    void step(const RandomStream& random);
    /// Layers passed.
    [[nodiscard]] std::uint32_t layer() const noexcept { return layer_; }

    /// Σ h²/(sites channels) of the first input.
    [[nodiscard]] double mean_square() const;
    /// ln ρ, ρ = Σ (h − h̃)²/Σ (h² + h̃²).
    [[nodiscard]] double log_rho() const;
    /// Share of the sites at which Σ_c (h − h̃)²/channels exceeds `threshold`.
    [[nodiscard]] double active_fraction(double threshold) const;
    /// ½ ln of the mean square of the tangent, whose slope is the Lyapunov exponent.
    [[nodiscard]] double log_tangent() const;
    /// ln of the root mean square of h − h̃ in blocks of consecutive sites; their number divides the sites.
    void log_differences(std::span<double> blocks) const;

    [[nodiscard]] const SignalFields& fields() const noexcept { return fields_; }
    /// h − h̃ is what the field d holds times 2^{−exponent}.
    [[nodiscard]] int difference_exponent() const noexcept { return d_exponent_; }

    [[nodiscard]] static std::size_t state_size(const ConvolutionalNetwork& network);
    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    void rescale(LargestSignals largest);
    /// Σ d² of what the field holds.
    [[nodiscard]] double scaled_square(std::size_t first_site, std::size_t last_site) const;

    ConvolutionShape shape_;
    SignalFields fields_, activated_;
    std::vector<float> weights_;
    std::uint32_t layer_ = 0;
    std::int32_t d_exponent_ = 0, v_exponent_ = 0;
};

}  // namespace gdm
