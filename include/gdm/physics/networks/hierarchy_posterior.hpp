#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/networks/hierarchy_rules.hpp"

/// Exact posteriors in the random hierarchy model by belief propagation on its tree: from the leaves up, and down again.
namespace gdm {

/// That many strengths of the noise are computed side by side: the rules, and so all steps, are the same for them. Each
/// lane is added and multiplied by itself, so that bytes do not depend on the processor.
inline constexpr std::size_t hierarchy_lanes = 8;
using HierarchyLanes = std::array<double, hierarchy_lanes>;

/// Beliefs in the v symbols of a node, in each lane; their sum over symbols is 1.
using Beliefs = std::span<HierarchyLanes>;
using ConstBeliefs = std::span<const HierarchyLanes>;

/// What the `children` (s × v, one after the other) say of their parent: u(y) ∝ Σ_μ Π_k u_k(a_k^μ(y)). Time s m v lanes.
void belief_of_parent(const HierarchyShape& shape, const HierarchyTuples& tuples, ConstBeliefs children, Beliefs parent);

/// What all others say of each child (s × v): o_k(a) ∝ Σ_{y, μ: a_k^μ(y) = a} o(y) Π_{j ≠ k} u_j(a_j^μ(y)), o what all
/// others say of the parent.
void beliefs_of_others(const HierarchyShape& shape, const HierarchyTuples& tuples, ConstBeliefs children,
                       ConstBeliefs parent, Beliefs others);

/// Averages over the nodes of a level.
struct LevelBelief {
    HierarchyLanes agreement{};  ///< the posterior of the true symbol
    HierarchyLanes certainty{};  ///< Σ_y posterior(y)², of the same mean for noise that is a channel
    HierarchyLanes entropy{};    ///< −Σ_y posterior ln posterior, nats
};
/// Of posteriors one after the other, and the true symbols.
[[nodiscard]] LevelBelief level_belief(ConstBeliefs posteriors, std::span<const std::uint16_t> truth);

class HierarchyPosterior {
  public:
    explicit HierarchyPosterior(const HierarchyShape& shape);

    /// What the noise says of each leaf, s^L × v; to be filled before `infer`.
    [[nodiscard]] Beliefs leaves() noexcept { return upward_.front(); }
    /// The posterior of all nodes given all leaves, averaged by level (leaves first). `truth` as of draw_tree.
    [[nodiscard]] std::vector<LevelBelief> infer(const HierarchyRules& rules,
                                                 std::span<const std::vector<std::uint16_t>> truth, const Stop& stop);

  private:
    HierarchyShape shape_;
    std::vector<std::vector<HierarchyLanes>> upward_, others_;
};

}  // namespace gdm
