#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// The random hierarchy model (Cagnetta et al. 2024; Sclocchi, Favero and Wyart, arXiv:2402.16991): a tree of `levels` above
/// its s^levels leaves, whose nodes carry one of v symbols. A symbol of one level is written as one of its m tuples of s
/// symbols of the level below.
struct HierarchyShape {
    std::size_t symbols;    ///< v
    std::size_t synonyms;   ///< m ≤ v^{s−1}
    std::size_t branching;  ///< s ≥ 2
    std::size_t levels;     ///< L ≥ 1
    /// s^{L − level}, the number of nodes of a level; leaves have level 0, the root has level L.
    [[nodiscard]] std::size_t nodes(std::size_t level) const noexcept {
        std::size_t count = 1;
        for (; level < levels; ++level) count *= branching;
        return count;
    }
};

/// The tuples of one level: tuple μ of symbol y stands from place (y m + μ) s on.
using HierarchyTuples = std::vector<std::uint16_t>;

/// Draws the m v different tuples of one level out of all v^s without replacement, time O(m v s) each after O(v^s) once.
class TupleDraw {
  public:
    explicit TupleDraw(const HierarchyShape& shape);
    void operator()(RandomSequence& random, HierarchyTuples& tuples);

  private:
    HierarchyShape shape_;
    std::vector<std::uint32_t> order_;  ///< the numbers of all tuples; in their order between two draws
    std::vector<std::uint32_t> swapped_;
};

/// The rules of a tree: shared by all nodes of a level, or drawn anew for each node, as density evolution assumes.
class HierarchyRules {
  public:
    HierarchyRules(const HierarchyShape& shape, bool shared);
    [[nodiscard]] bool shared() const noexcept { return shared_; }
    /// Draws all, from numbers (couplings, `tree`, level).
    void draw(const RandomStream& random, std::uint32_t tree);
    /// The tuples that write this node of level + 1 in symbols of `level`.
    [[nodiscard]] const HierarchyTuples& of(std::size_t level, std::size_t node) const {
        return tuples_[level][shared_ ? 0 : node];
    }

  private:
    bool shared_;
    TupleDraw draw_;
    std::vector<std::vector<HierarchyTuples>> tuples_;
};

/// Symbols of all nodes of a tree by level, leaves first: a uniform root, and synonyms chosen uniformly and independently.
[[nodiscard]] std::vector<std::vector<std::uint16_t>> draw_tree(const HierarchyShape& shape, const HierarchyRules& rules,
                                                                RandomSequence& random);

}  // namespace gdm
