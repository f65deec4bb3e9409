#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gdm/parallel/communicator.hpp"
#include "gdm/parallel/node_memory.hpp"
#include "gdm/runner/chunks.hpp"

namespace gdm {

/// The list of chunks, once per node, in memory that its ranks share.
class ChunkTable {
  public:
    /// Collective; `list` counts on rank 0 alone. Throws IoError, on all ranks, if a node has no room for it.
    ChunkTable(const Communicator& world, const Communicator& node, const std::vector<Chunk>& list);

    [[nodiscard]] std::span<const Chunk> chunks() const noexcept;

  private:
    std::size_t count_;
    std::optional<NodeMemory> memory_;
};

}  // namespace gdm
