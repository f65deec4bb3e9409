/// bare-loop JOB.ini: computes every replica of a job in one plain loop, with no scheduler, file or MPI, and prints the
/// seconds it took. The bound against which the runner is measured.

#include <fmt/format.h>

#include <chrono>

#include "gdm/base/error.hpp"
#include "gdm/experiments/registry.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/sweep/points.hpp"
#include "support/test_experiments.hpp"

namespace {

using namespace gdm;

void loop(const std::string& path) {
    std::vector<Experiment> all = experiments();
    all.insert(all.end(), test::test_experiments().begin(), test::test_experiments().end());
    const JobEntries entries = read_job_file(path);
    const Job job = make_job(find_experiment(all, entries.at("experiment").value), entries);
    const Layout layout = job.header.layout();
    std::vector<double> block(layout.size());
    const Context context = job.experiment->prepare ? job.experiment->prepare(Points(job.header)[0], {}) : Context();

    const auto start = std::chrono::steady_clock::now();
    for (std::size_t p = 0; p < job.header.points; ++p) {
        const Point point = Points(job.header)[p];
        const std::uint64_t key = point_key(job, point, {});
        for (std::size_t r = 0; r < job.header.replicas; ++r) {
            Values values(layout, block);
            job.experiment->compute(point, context, RandomStream(key, static_cast<std::uint32_t>(r)), Stop(), values);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{} replicas in {:.4f} s\n", job.header.rows(), seconds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: bare-loop JOB.ini\n");
        return 2;
    }
    try {
        loop(argv[1]);
    } catch (const gdm::Error& error) {
        fmt::print(stderr, "bare-loop: {}\n", error.what());
        return static_cast<int>(error.code());
    }
    return 0;
}
