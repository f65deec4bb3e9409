#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

#include "gdm/parallel/communicator.hpp"

namespace gdm {

/// Memory that all ranks of a node see: one allocation, a file in /dev/shm or, where that is too small, in the temporary
/// folder, which loses its name as soon as all have mapped it: nothing is left behind even after kill -9. Zero at first.
/// Construction is collective over `node`; destruction is not, and may come at any time, also after MPI has ended.
class NodeMemory {
  public:
    /// Throws IoError, on every rank of the node, if the node has no room for so much.
    NodeMemory(const Communicator& node, std::size_t bytes);
    ~NodeMemory();
    NodeMemory(const NodeMemory&) = delete;
    NodeMemory& operator=(const NodeMemory&) = delete;

    [[nodiscard]] void* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_; }

  private:
    void* data_ = nullptr;
    std::size_t bytes_;
};

/// One object in node memory, of lock-free atomics and plain numbers. Built by the first rank, seen by all afterwards.
template <class T>
class NodeObject {
    static_assert(std::is_trivially_destructible_v<T>);

  public:
    explicit NodeObject(const Communicator& node) : memory_(node, sizeof(T)) {
        if (node.rank() == 0) new (memory_.data()) T();
        node.barrier();
    }
    T* operator->() const noexcept { return static_cast<T*>(memory_.data()); }
    T& operator*() const noexcept { return *static_cast<T*>(memory_.data()); }

  private:
    NodeMemory memory_;
};

}  // namespace gdm
