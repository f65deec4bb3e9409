#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/physics/networks/mean_field.hpp"

namespace gdm {

/// mlp: h′ = W φ(h) + b. resnet: h′ = h + α (W φ(h) + b).
enum class Architecture { mlp, resnet };
inline constexpr Words architecture_words{std::array{Word{Architecture::mlp, "mlp"}, Word{Architecture::resnet, "resnet"}}};

/// Two inputs and a small perturbation on their way through independent random networks of `width` units, without
/// weights: given the layer before, the preactivations of a layer are Gaussian, independent from unit to unit, with
/// covariances that are averages over the units before. With u = h_1 and d = h_2 − h_1,
///     u = √q z_1,  d = (g/√q) z_1 + √(D − g²/q) z_2,
///     q′ = σ_w²⟨φ(u)²⟩ + σ_b²,  g′ = σ_w²⟨φ(u)δ⟩,  D′ = σ_w²⟨δ²⟩,  δ = φ(u + d) − φ(u),
/// and the same with δ = φ′(u) d for the perturbation, whose norm is kept at 1. This is the law of explicit weights that
/// are drawn afresh for each layer, at 2N normal numbers a layer instead of N². In a resnet these are the increments, and
/// q, g, D the averages over the units themselves. Each network draws its own numbers (Purpose::couplings, its number the
/// sample, the layer the step), and its results do not depend on how many there are.
class RandomNetworks {
  public:
    /// `branch` is α of a resnet. Lengths start at q0, correlations at 1 − rho0, 0 ≤ rho0 ≤ 2.
    RandomNetworks(const RandomLayer& layer, Architecture architecture, double branch, std::size_t width,
                   std::size_t networks, double q0, double rho0);

    /// To the next layer.
    void advance(const RandomStream& random);

    [[nodiscard]] std::size_t networks() const noexcept { return networks_; }
    [[nodiscard]] std::uint32_t layer() const noexcept { return layer_; }
    /// q of the first input. 0 where all units of a relu network are off.
    [[nodiscard]] double length(std::size_t network) const { return units_law_.length[network]; }
    /// ln ρ, ρ = 1 − c ≥ 0, also where ρ is below the smallest number.
    [[nodiscard]] double log_rho(std::size_t network) const;
    /// ln of the squared norm of the perturbation in units of its norm at the start: |Jv|²/|v|², J = ∂h^l/∂h^0. Its mean is
    /// ‖J‖²_F/N.
    [[nodiscard]] double log_growth(std::size_t network) const { return log_growth_[network]; }

    void save(ByteWriter& writer);
    void load(ByteReader& reader);
    /// How many bytes `save` puts.
    [[nodiscard]] static std::size_t bytes(Architecture architecture, std::size_t width, std::size_t networks);

  private:
    /// Covariances of u, d and the perturbation t, one for each network.
    struct Law {
        std::vector<double> length, cross, gap, tangent_cross, tangent;
    };
    void draw(const RandomStream& random, std::uint32_t step);
    void grow_small_gaps();
    [[nodiscard]] std::vector<std::vector<double>*> parts();

    RandomLayer layer_law_;
    Architecture architecture_;
    double branch_;
    std::size_t width_, networks_, lanes_;
    std::uint32_t layer_ = 0;
    Law drawn_;                                   ///< of what is drawn next: the units of an mlp, the increments of a resnet
    Law units_law_;                               ///< of the units of this layer
    std::vector<double> log_scale_, log_growth_;  ///< D is e^{log_scale} gap
    // Units of a resnet, those of one number of all networks in a row: u, d, t; t in units of its norm.
    std::vector<double> units_[3], norm_;
    std::vector<double> sums_;
};

}  // namespace gdm
