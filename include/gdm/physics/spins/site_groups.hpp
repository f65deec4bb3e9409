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

/// How what 64-bit lanes hold of many systems stands in memory: `columns` at each position, one after the other; a power of
/// two of them below `group`, whole groups from there on. With less than a group of columns a vector holds several sites of
/// one colour, whose neighbours are gathered.
struct LaneLayout {
    std::size_t columns;
    std::vector<std::uint32_t> gathered;   ///< where neighbours stand, at `bond_place`; empty from a group of columns on
    std::vector<std::uint8_t> contiguous;  ///< of each group of `gathered`: whether they follow one another
    std::vector<std::uint64_t> active;     ///< all bits where a site is not idle; empty from a group of columns on

    LaneLayout(const SiteGroups& groups, std::size_t columns_needed);

    [[nodiscard]] std::size_t word(std::size_t position, std::size_t column) const noexcept {
        return position * columns + column;
    }
    /// Where what belongs to the bond in a direction of z of a word's site stands: vectors of words have vectors of it.
    [[nodiscard]] std::size_t bond_place(std::size_t word, std::size_t direction, std::size_t z) const noexcept {
        const std::size_t width = columns < SiteGroups::group ? SiteGroups::group : columns;
        return (word / width * z + direction) * width + word % width;
    }
};

}  // namespace gdm
