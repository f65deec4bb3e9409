#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"

/// Where the spins of many systems stand in memory, so that vector lanes update spins that do not touch each other.
namespace gdm {

/// The sites of a lattice by colour: no two neighbours share one, so those of a colour are updated together. Colours are
/// given greedily in the order of sites: the checkerboard on square and cubic lattices of even L, three or four colours
/// elsewhere.
///
/// Each colour fills whole groups of `group` positions; the positions beyond its sites are idle: they have themselves for
/// neighbours, are updated like others, and count in nothing.
class SiteGroups {
  public:
    /// The sites of the widest vector of 64-bit lanes.
    static constexpr std::size_t group = 8;
    static constexpr std::uint32_t idle = 0xffffffffu;

    explicit SiteGroups(const Lattice& lattice);

    [[nodiscard]] std::size_t sites() const noexcept { return position_.size(); }
    [[nodiscard]] std::size_t bonds() const noexcept { return sites() * coordination_ / 2; }
    [[nodiscard]] std::size_t coordination() const noexcept { return coordination_; }
    [[nodiscard]] std::size_t colours() const noexcept { return colours_; }
    /// A multiple of `group`, at least the number of sites.
    [[nodiscard]] std::size_t positions() const noexcept { return site_.size(); }
    [[nodiscard]] std::size_t position(std::size_t site) const { return position_[site]; }
    [[nodiscard]] std::uint32_t site(std::size_t position) const { return site_[position]; }  ///< or `idle`
    /// The positions of the neighbours, in the order of Lattice::neighbours; (positions, z).
    [[nodiscard]] std::span<const std::uint32_t> neighbours() const noexcept { return neighbours_; }

  private:
    std::size_t coordination_, colours_ = 0;
    std::vector<std::uint32_t> position_, site_, neighbours_;
};

/// Systems side by side at each position: a power of two of them below `group`, whole groups from there on.
[[nodiscard]] std::size_t padded_columns(std::size_t columns);

}  // namespace gdm
