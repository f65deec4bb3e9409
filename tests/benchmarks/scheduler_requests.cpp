/// mpirun -n RANKS scheduler-requests: what a request costs the thread that answers it, each rank being a node; the figure
/// that scheduler-simulation --service takes.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gdm/runner/scheduler.hpp"

int main(int argc, char** argv) {
    using namespace gdm;
    const MpiSession mpi(argc, argv);
    const Communicator world = Communicator::world();
    const Communicator node = world.node(1);
    std::vector<Chunk> chunks;
    for (std::size_t i = 0; i < 100000; ++i) chunks.push_back({i, 1, 1, static_cast<double>(i)});
    std::vector<double> times;
    std::int64_t requests = 0;
    for (int round = 0; round < 200; ++round) {
        Scheduler scheduler(world, node, chunks, {mpi.threads_may_communicate(), 0});
        while (scheduler.next()) {
        }
        scheduler.finish();
        world.barrier();
        const Service service = scheduler.service();
        if (service.requests == 0) continue;
        requests += service.requests;
        times.push_back(1e6 * service.seconds / static_cast<double>(service.requests));
    }
    if (world.rank() == 0 && !times.empty()) {
        std::sort(times.begin(), times.end());
        fmt::print("{} nodes, {} requests in {} rounds: {:.2f} us a request (median of rounds; least {:.2f})\n", world.size(),
                   requests, times.size(), times[times.size() / 2], times.front());
    }
    return 0;
}
