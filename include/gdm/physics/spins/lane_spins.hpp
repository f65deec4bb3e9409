#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/site_groups.hpp"

/// The memory of LaneIsing and what the vector lanes do with it; LaneIsing is what to use.
namespace gdm {

/// Words of spins at the positions of SiteGroups, `columns` at each (padded_columns). With fewer columns than a vector has
/// lanes a unit of eight words holds several sites of one colour, whose neighbours are gathered.
struct LaneSpins {
    std::size_t columns;
    std::vector<std::uint64_t> spins;     ///< (positions, columns); a set bit is s = +1
    std::vector<std::uint64_t> negative;  ///< J < 0, at `bond_place`; empty if there is none
    std::vector<std::uint32_t> gathered;  ///< words of neighbours, at `bond_place`; empty from eight columns on
    std::vector<std::uint64_t> active;    ///< all bits where a site is not idle; empty from eight columns on

    LaneSpins(const SiteGroups& groups, std::size_t words);

    [[nodiscard]] std::size_t word(std::size_t position, std::size_t column) const noexcept {
        return position * columns + column;
    }
    /// Where the bond in a direction of z of a word's site stands: vectors of words have vectors of bonds.
    [[nodiscard]] std::size_t bond_place(std::size_t word, std::size_t direction, std::size_t z) const noexcept {
        const std::size_t width = columns < SiteGroups::group ? SiteGroups::group : columns;
        return (word / width * z + direction) * width + word % width;
    }
};

/// One update of every site, see LaneIsing::sweep.
void update_lanes(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const NoiseKey& key,
                  std::uint32_t step, std::uint32_t part);

/// Counts of each lane (64 columns): bonds with J s s' < 0, spins up, and spins that differ from those `shift` lanes further
/// of other words.
void count_unsatisfied(const LaneSpins& lanes, const SiteGroups& groups, std::span<std::uint64_t> counts);
void count_up(const LaneSpins& lanes, const SiteGroups& groups, std::span<std::uint64_t> counts);
void count_different(const LaneSpins& lanes, const LaneSpins& other, std::size_t shift, const SiteGroups& groups,
                     std::span<std::uint64_t> counts);

}  // namespace gdm
