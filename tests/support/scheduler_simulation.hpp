#pragma once

#include <cstdint>
#include <vector>

#include "gdm/runner/allotment.hpp"

/// The rules by which the program hands out chunks (make_chunks, NodeTree, Allotment), run against a simulated clock: ranks
/// take, ask, wait and compute as Scheduler and its servers do, but nothing is sent or computed.
namespace gdm::test {

struct Machine {
    int ranks = 128;
    int ranks_per_node = 128;
    int nodes_per_group = 0;        ///< as Scheduler::Options
    double latency = 3e-6;          ///< s, of a message
    double service = 2e-6;          ///< s, that a server takes for a request
    double poll_interval = 2.6e-4;  ///< s, between looks of a server without requests; a sleep of 0.2 ms takes that long
    double idle_interval = 1.1e-4;  ///< s, between looks of a rank without work (a sleep of 0.05 ms)
    double slowdown = 1;            ///< how much longer the last node takes for everything
};

struct Workload {
    std::size_t replicas = 1;     ///< of each point
    std::vector<double> cost;     ///< of each point, as the experiment estimates it
    std::vector<double> seconds;  ///< of each row, as it turns out
};

struct Outcome {
    double seconds = 0;           ///< until the last rank has found that nothing is left
    double bound = 0;             ///< max(all work / ranks, longest replica): no schedule takes less
    double list = 0;              ///< the same replicas, in the same order, one by one from a queue that costs nothing
    std::int64_t chunks = 0;
    std::int64_t requests = 0;    ///< answered by all servers
    double busiest = 0;           ///< part of the time that the busiest server is at work
    double asking = 0;            ///< part of all ranks' time spent in asking and in waiting for others that ask
};

[[nodiscard]] Outcome simulate(const Machine& machine, const Workload& workload);

}  // namespace gdm::test
