#include "gdm/parallel/node_memory.hpp"

namespace gdm {

NodeMemory::NodeMemory(const Communicator& node, std::size_t bytes) : bytes_(bytes) {
    void* own = nullptr;
    const auto wanted = static_cast<MPI_Aint>(node.rank() == 0 ? bytes : 0);
    MPI_Win_allocate_shared(wanted, 1, MPI_INFO_NULL, node.get(), &own, &window_);
    MPI_Aint size = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, 0, &size, &unit, &data_);
}

NodeMemory::~NodeMemory() { MPI_Win_free(&window_); }

}  // namespace gdm
