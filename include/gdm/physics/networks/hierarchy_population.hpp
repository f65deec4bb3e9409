#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/networks/hierarchy_noise.hpp"
#include "gdm/physics/networks/hierarchy_posterior.hpp"

namespace gdm {

/// Density evolution of the random hierarchy model: a population of beliefs in the root of a tree of `level` levels given
/// its leaves, the true symbol called 0. A belief one level higher is made of s members and of fresh rules, so that it is
/// the tree with rules of its own at each node: shared rules, and correlations between branches, are left out. The error of
/// its averages is of order 1/√size, and where the flow is unstable it grows from level to level.
class HierarchyPopulation {
  public:
    /// Up to eight strengths; the levels of the shape are not used. Random numbers stand at (level, member).
    HierarchyPopulation(const HierarchyShape& shape, std::size_t size, LeafNoise noise, std::vector<double> strengths,
                        const RandomStream& random);

    /// The next member of the population one level higher; of that of leaves at first.
    void grow();
    [[nodiscard]] std::size_t level() const noexcept { return at_.level; }     ///< of the population under way
    [[nodiscard]] std::size_t members() const noexcept { return at_.member; }  ///< that it has
    [[nodiscard]] bool complete() const noexcept { return at_.member == size_; }
    /// Averages over the population, which is complete.
    [[nodiscard]] LevelBelief belief() const;
    /// Goes on to the next level.
    void ascend();

    [[nodiscard]] static std::size_t state_size(const HierarchyShape& shape, std::size_t size);
    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);

  private:
    struct Place {
        std::size_t level = 0, member = 0;
    };
    HierarchyShape shape_;
    std::size_t size_;
    LeafNoise noise_;
    std::vector<double> strengths_;
    RandomStream random_;
    Place at_;
    std::vector<HierarchyLanes> below_, here_, children_;
    TupleDraw draw_;
    HierarchyTuples tuples_;
};

}  // namespace gdm
