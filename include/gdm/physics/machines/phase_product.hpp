#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/machines/gibbs_kernel.hpp"

namespace gdm {

/// Σ_c w_c v_i p_j over the chains of several phases, each with a weight w of its own, as one product in single precision
/// whose sums run over the chains in their order; and Σ_c w_c v_i, Σ_c w_c p_j. Keeps its memory from one product to the
/// next.
class PhaseProduct {
  public:
    /// Forgets what was added; `chains` of all phases together will follow.
    void begin(std::size_t visible, std::size_t hidden, std::size_t chains);
    void add(const UnitPanels& units, const UnitPanels& probability, double weight);
    /// (visible, hidden), once all chains are there.
    [[nodiscard]] std::span<const double> weights();
    [[nodiscard]] std::span<const double> visible() const noexcept { return visible_; }
    [[nodiscard]] std::span<const double> hidden() const noexcept { return hidden_; }

  private:
    std::size_t chains_ = 0, stride_ = 0, filled_ = 0;
    std::vector<float> tiles_, panels_, product_;
    std::vector<double> weights_, visible_, hidden_;
};

}  // namespace gdm
