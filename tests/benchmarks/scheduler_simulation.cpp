/// scheduler-simulation [--largest RANKS] [--service MICROSECONDS] [--latency MICROSECONDS] [--ranks-per-node N]
/// [--group N] [--seed N]: how long a sweep of 16 replicas a rank takes on up to 65,536 simulated ranks, beside what no
/// schedule can beat.

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "gdm/base/random_stream.hpp"
#include "support/scheduler_simulation.hpp"

namespace {

using namespace gdm;
using test::Machine;
using test::Workload;

constexpr std::size_t replicas_per_rank = 16;
std::uint64_t seed = 11;

/// What is known of the costs beforehand, and what is not.
enum class Costs { each_known, alike_in_point, scattered_in_point, mixture, unknown };

std::string title(Costs costs) {
    switch (costs) {
        case Costs::each_known:
            return "costs known, one replica a point";
        case Costs::alike_in_point:
            return "costs known, 16 replicas of a point alike";
        case Costs::scattered_in_point:
            return "means of points known, replicas log-normal around them (sigma 0.5)";
        case Costs::mixture:
            return "means known; a tenth of the points 20 times dearer, replicas scattered (sigma 0.25)";
        case Costs::unknown:
            return "nothing known: all estimates equal, replicas log-normal";
    }
    return {};
}

Workload workload(Costs costs, std::size_t ranks, double sigma, double mean) {
    Workload load;
    load.replicas = costs == Costs::each_known ? 1 : 16;
    const std::size_t points = ranks * replicas_per_rank / load.replicas;
    RandomSequence random(RandomStream(seed, 0), Purpose::test);
    const auto log_normal = [&](double width) { return std::exp(width * random.normal() - width * width / 2); };
    for (std::size_t p = 0; p < points; ++p) {
        double cost = mean;
        if (costs != Costs::unknown) cost *= log_normal(sigma);
        if (costs == Costs::mixture) cost *= (p % 10 == 3 ? 20 : 1) / 2.9;
        load.cost.push_back(cost);
        for (std::size_t r = 0; r < load.replicas; ++r) {
            double seconds = cost;
            if (costs == Costs::scattered_in_point) seconds *= log_normal(0.5);
            if (costs == Costs::mixture) seconds *= log_normal(0.25);
            if (costs == Costs::unknown) seconds *= log_normal(sigma);
            load.seconds.push_back(seconds);
        }
    }
    return load;
}

void table(Costs costs, Machine machine, int largest) {
    fmt::print("\n{}\n{:>8} {:>6} {:>8} {:>12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}\n", title(costs), "mean", "sigma",
               "ranks", "bound / s", "bound/t", "bound/list", "chunks", "requests", "busiest", "asking");
    for (const double mean : {1e-3, 1e-2, 1.}) {
        for (const double sigma : {0.5, 1.}) {
            for (int ranks = 64; ranks <= largest; ranks *= 4) {
                machine.ranks = ranks;
                const auto outcome = test::simulate(machine, workload(costs, static_cast<std::size_t>(ranks), sigma, mean));
                fmt::print("{:>5g} ms {:>6} {:>8} {:>12.4g} {:>9.3f} {:>9.3f} {:>9} {:>9} {:>8.1f}% {:>7.2f}%\n", 1e3 * mean,
                           sigma, ranks, outcome.bound, outcome.bound / outcome.seconds, outcome.bound / outcome.list,
                           outcome.chunks, outcome.requests, 100 * outcome.busiest, 100 * outcome.asking);
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    Machine machine;
    int largest = 65536;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string key = argv[i];
        const double value = std::atof(argv[i + 1]);
        if (key == "--largest") {
            largest = static_cast<int>(value);
        } else if (key == "--service") {
            machine.service = value * 1e-6;
        } else if (key == "--latency") {
            machine.latency = value * 1e-6;
        } else if (key == "--ranks-per-node") {
            machine.ranks_per_node = static_cast<int>(value);
        } else if (key == "--seed") {
            seed = static_cast<std::uint64_t>(value);
        } else if (key == "--group") {
            machine.nodes_per_group = static_cast<int>(value);
        } else {
            fmt::print(stderr, "scheduler-simulation: unknown option {}\n", key);
            return 2;
        }
    }
    fmt::print(
        "{} ranks a node, messages {:.3g} us, a request {:.3g} us of a server; bound = max(work / ranks, longest "
        "replica), t = time, list = one queue that costs nothing\n",
        machine.ranks_per_node, 1e6 * machine.latency, 1e6 * machine.service);
    for (const Costs costs :
         {Costs::each_known, Costs::alike_in_point, Costs::scattered_in_point, Costs::mixture, Costs::unknown}) {
        table(costs, machine, largest);
    }
    return 0;
}
