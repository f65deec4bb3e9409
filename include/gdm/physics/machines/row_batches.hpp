#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/machine_data.hpp"

namespace gdm {

/// The `size` rows of update number `update`: each row once in an epoch, in an order of its own (Purpose::noise); the last
/// batch of an epoch may be smaller.
[[nodiscard]] BinaryData batch_of(const BinaryData& data, std::size_t size, std::uint64_t update,
                                  const RandomStream& random);

/// Chains of `units` units, as many as there are rows, whose first units are those of the rows; the others are 0.
[[nodiscard]] UnitPanels panels_of(const BinaryData& rows, std::size_t units);

}  // namespace gdm
