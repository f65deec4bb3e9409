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

/// Words of spins, see LaneLayout.
struct LaneSpins : LaneLayout {
    std::vector<std::uint64_t> spins;     ///< (positions, columns); a set bit is s = +1
    std::vector<std::uint64_t> negative;  ///< J < 0, at `bond_place`; empty if there is none

    LaneSpins(const SiteGroups& groups, std::size_t words)
        : LaneLayout(groups, words), spins(groups.positions() * columns, ~std::uint64_t{0}) {}
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
