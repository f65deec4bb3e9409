#pragma once

#include <array>
#include <vector>

#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm.hpp"

namespace gdm {

/// What is averaged over Gibbs chains of the experiment rbm_sampling, s = 2v − 1.
inline constexpr std::array chain_quantities{"energy",          "magnetisation", "magnetisation_abs",
                                             "overlap_squared", "active_hidden", "largest_hidden"};

/// Means of these over a set of chains of one machine.
class ChainSnapshot {
  public:
    /// `gaussian`: hidden units have the normal law of variance 1 around their fields. `machine` must outlive this.
    ChainSnapshot(const Rbm& machine, bool gaussian, std::size_t chains);
    [[nodiscard]] std::array<double, chain_quantities.size()> of(const GibbsKernel& kernel, const UnitPanels& visible);

  private:
    const Rbm& machine_;
    bool gaussian_;
    UnitPanels fields_;
    std::vector<double> column_, absolute_;  ///< Σ_i W_ij, Σ_i |W_ij|
};

}  // namespace gdm
