#pragma once

#include <cstdint>
#include <span>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/spins/xy_lanes.hpp"

/// What the vector lanes do with the memory of XyLanes, which is what to use.
namespace gdm {

void update_xy(XySpins& lanes, const SiteGroups& groups, LocalUpdate update, const NoiseKey& key, std::uint32_t step,
               std::uint32_t part);
void over_relax_xy(XySpins& lanes, const SiteGroups& groups);
/// The sums of each column.
void measure_xy(const XySpins& lanes, const SiteGroups& groups, std::span<XySums> sums);

}  // namespace gdm
