/// sweep-start [POINTS] [REPLICAS] [RANKS]: what every rank, and what rank 0 alone, does before a sweep's first replica, and
/// the memory it takes, for a phase diagram of so many points.

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "gdm/experiments/registry.hpp"
#include "gdm/runner/chunks.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/sweep/costs.hpp"

namespace {

using namespace gdm;

double peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return 1024. * static_cast<double>(usage.ru_maxrss);
}

template <class Action>
auto timed(const char* who, const char* what, const Action& action) {
    const double before = peak_memory();
    const auto start = std::chrono::steady_clock::now();
    auto result = action();
    fmt::print("{:<11} {:<28} {:>8.3f} s {:>9.1f} MB\n", who, what,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
               (peak_memory() - before) / 1e6);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
    const double side = std::floor(std::sqrt(number(1, 1e6) / 2));
    const auto replicas = static_cast<std::size_t>(number(2, 10)), ranks = static_cast<std::size_t>(number(3, 65536));
    const std::vector<Experiment> all = experiments();
    const std::string text = fmt::format(
        "experiment = phase_diagram\nmu = linspace(0.1, 1, {0})\nsigma2 = linspace(0.1, 3, {0})\nd = 1, 16\nreplicas = "
        "{1}\n",
        side, replicas);
    const Job job = timed("every rank", "reads the job", [&] {
        const auto entries = read_job_text(text, "test");
        return make_job(find_experiment(all, "phase_diagram"), entries);
    });
    fmt::print("{} points, {} replicas, {} ranks\n", job.header.points, job.header.rows(), ranks);
    const Job copy = timed("every rank", "keeps a copy of it", [&] { return Job(job); });
    const auto part = (job.header.points + ranks - 1) / ranks;
    timed("every rank", "estimates its part of costs",
          [&] { return costs_of(job.experiment, Points(job.header), 0, part); });
    const auto states =
        timed("every rank", "knows the states of rows", [&] { return std::vector<std::uint8_t>(job.header.rows(), 1); });
    const auto costs = timed("(one rank)", "all costs, as it was before",
                             [&] { return costs_of(job.experiment, Points(job.header), 0, job.header.points); });
    const auto chunks =
        timed("rank 0", "cuts the list of chunks", [&] { return make_chunks(states, costs, job.header.replicas, ranks); });
    fmt::print("{} chunks: {:.1f} MB a node\n", chunks.size(), 1e-6 * static_cast<double>(chunks.size() * sizeof(Chunk)));
    return copy.replicas == job.replicas ? 0 : 1;
}
