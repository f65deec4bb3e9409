#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/machines/rbm.hpp"

/// Gibbs steps of many chains of a restricted Boltzmann machine at once: products with W in single precision, in tiles of 12
/// units of one layer and panels of 32 chains, to which probabilities and draws are joined before they leave the cache. Each
/// sum runs over the units of the other layer in their order with fused multiply-adds, and a unit draws from its own place,
/// so that the state of a chain does not depend on the other chains, on their number or on the lanes.
namespace gdm {

enum class RbmLayer { visible, hidden };

/// A number for each unit of a layer and each chain, in panels of 32 chains: panel[unit · 32 + chain].
class UnitPanels {
  public:
    static constexpr std::size_t width = 32;  ///< chains in a panel; a last one is filled up, by chains that nobody reads
    UnitPanels() = default;
    UnitPanels(std::size_t units, std::size_t chains)
        : units_(units), chains_(chains), values_((chains + width - 1) / width * width * units, 0) {}

    [[nodiscard]] std::size_t units() const noexcept { return units_; }
    [[nodiscard]] std::size_t chains() const noexcept { return chains_; }
    [[nodiscard]] std::size_t panels() const noexcept { return (chains_ + width - 1) / width; }
    [[nodiscard]] float& at(std::size_t chain, std::size_t unit) { return values_[place(chain, unit)]; }
    [[nodiscard]] float at(std::size_t chain, std::size_t unit) const { return values_[place(chain, unit)]; }
    [[nodiscard]] std::span<float> values() noexcept { return values_; }  ///< all panels, one after the other
    [[nodiscard]] std::span<const float> values() const noexcept { return values_; }

  private:
    [[nodiscard]] std::size_t place(std::size_t chain, std::size_t unit) const {
        return (chain / width * units_ + unit) * width + chain % width;
    }
    std::size_t units_ = 0, chains_ = 0;
    std::vector<float> values_;
};

/// Where draws stand in a stream: blocks {draw = 2^30 layer + unit/4, step, sample = 2^31 + first_chain + chain}; a step
/// draws each layer once.
struct GibbsDraws {
    const RandomStream& random;
    std::uint32_t step = 0;
    std::uint32_t first_chain = 0;  ///< tells sets of chains apart that share a stream
    Purpose purpose = Purpose::markov_chain;
};

class GibbsKernel {
  public:
    explicit GibbsKernel(const Rbm& machine) { set(machine); }
    /// Takes other parameters, rounded to single precision.
    void set(const Rbm& machine);
    /// Biases a_B of the visible layer at β = 0; 0 until they are set: fields are (1 − β) a_B + β(a + W h). For annealing.
    void set_base(std::span<const double> visible_bias);

    [[nodiscard]] std::size_t visible() const noexcept { return to_visible_.units; }
    [[nodiscard]] std::size_t hidden() const noexcept { return to_hidden_.units; }

    /// Of the units of `layer`, given the other one: β (b_j + Σ_i W_ij v_i), or the same with the roles exchanged. `beta`
    /// 1/T of each chain, one for all, or empty for 1. All throw std::invalid_argument for other shapes.
    void fields(RbmLayer layer, const UnitPanels& given, UnitPanels& result, std::span<const float> beta = {}) const;
    /// Their probabilities 1/(1 + e^{−field}) of being 1, relative error below 1e-6.
    void probabilities(RbmLayer layer, const UnitPanels& given, UnitPanels& result, std::span<const float> beta = {}) const;
    /// 0 or 1 with these probabilities; that of the less likely value is right to 2^{-32} and 1e-6 of itself.
    void draw(RbmLayer layer, const UnitPanels& given, UnitPanels& result, const GibbsDraws& draws,
              std::span<const float> beta = {}) const;
    /// A Gibbs step: `hidden` given `visible`, then `visible` given `hidden`.
    void step(UnitPanels& visible, UnitPanels& hidden, const GibbsDraws& draws, std::span<const float> beta = {}) const {
        draw(RbmLayer::hidden, visible, hidden, draws, beta);
        draw(RbmLayer::visible, hidden, visible, draws, beta);
    }

    /// What the kernel reads of one layer.
    struct Side {
        std::size_t units = 0, given = 0;
        std::vector<float> tiles;       ///< weights in tiles of 12 units: tile[k · 12 + i], k of the other layer
        std::vector<float> bias, base;  ///< one for each unit of all tiles
    };

  private:
    [[nodiscard]] const Side& side(RbmLayer layer) const noexcept {
        return layer == RbmLayer::hidden ? to_hidden_ : to_visible_;
    }
    Side to_visible_, to_hidden_;
};

}  // namespace gdm
