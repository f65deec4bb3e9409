#include "gdm/runner/chunk_table.hpp"

#include <algorithm>

namespace gdm {

ChunkTable::ChunkTable(const Communicator& world, const Communicator& node, const std::vector<Chunk>& list)
    : count_(static_cast<std::size_t>(world.broadcast(static_cast<std::int64_t>(list.size())))) {
    world.together([&] { memory_.emplace(node, count_ * sizeof(Chunk)); });
    auto* const chunks = static_cast<Chunk*>(memory_->data());
    if (world.rank() == 0) std::copy(list.begin(), list.end(), chunks);
    const Communicator leaders = world.split(node.rank() == 0 ? 0 : 1);
    if (node.rank() == 0) leaders.broadcast(std::as_writable_bytes(std::span(chunks, count_)));
    node.barrier();
}

std::span<const Chunk> ChunkTable::chunks() const noexcept { return {static_cast<const Chunk*>(memory_->data()), count_}; }

}  // namespace gdm
