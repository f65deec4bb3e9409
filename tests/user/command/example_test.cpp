/// examples/command from the job to the reduced file, beside exact sums over all states of the ring.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/storage/hdf5.hpp"
#include "support/process.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

/// <s_i s_(i+r)> of a ring of Ising spins, by the sum over its 2^L states.
double exact_correlation(double beta, int size, int r) {
    double weight = 0, sum = 0;
    for (unsigned state = 0; state < 1u << size; ++state) {
        const auto spin = [&](int i) { return (state >> (i % size)) & 1u ? 1 : -1; };
        int bonds = 0;
        for (int i = 0; i < size; ++i) bonds += spin(i) * spin(i + 1);
        weight += std::exp(beta * bonds);
        sum += std::exp(beta * bonds) * spin(0) * spin(r);
    }
    return sum / weight;
}

TEST(CommandExample, IsTheIsingRing) {
    const test::TemporaryDirectory folder;
    const std::string sweep = folder / "ring.h5", again = folder / "again.h5", reduced = folder / "ring.reduced.h5";
    const std::vector<std::string> job{GDM_SWEEP, EXAMPLE, "--replicas", "12", "--beta", "0.2, 0.6", "--L", "8", "-q", "-o"};
    const auto run_job = [&](int ranks, const std::string& output) {
        auto words = job;
        words.push_back(output);
        const auto result = test::run(test::mpirun(ranks, words));
        ASSERT_EQ(result.code, 0) << result.output;
    };
    run_job(2, sweep);
    run_job(1, again);
    EXPECT_EQ(test::sweep_bytes(sweep), test::sweep_bytes(again));
    const auto result = test::run({GDM_REDUCE, sweep});
    ASSERT_EQ(result.code, 0) << result.output;

    const hdf5::File file = hdf5::open_for_reading(reduced);
    EXPECT_EQ(hdf5::read_text(file, "experiment"), "ising_ring");
    EXPECT_EQ(hdf5::read_text(hdf5::open_dataset(file, "energy"), "units"), "J");
    const auto read = [&](const char* name) { return hdf5::read_doubles(hdf5::open_dataset(file, name)); };
    const auto energy = read("energy"), error = read("energy_stderr");
    const auto correlation = read("correlation"), errors = read("correlation_stderr");
    ASSERT_EQ(energy.size(), 2u);
    ASSERT_EQ(correlation.size(), 10u);
    const double betas[] = {0.2, 0.6};
    for (std::size_t b = 0; b < 2; ++b) {
        EXPECT_NEAR(energy[b], -exact_correlation(betas[b], 8, 1), 4 * error[b]);
        EXPECT_NEAR(correlation[5 * b], 1, 1e-9);
        for (std::size_t r = 1; r < 5; ++r) {
            EXPECT_NEAR(correlation[5 * b + r], exact_correlation(betas[b], 8, static_cast<int>(r)), 4 * errors[5 * b + r])
                << r;
        }
    }
}

}  // namespace
}  // namespace gdm
