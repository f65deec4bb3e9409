/// How often a sweep writes: far less than once a replica where replicas are short.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "gdm/base/error.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/runner/placement.hpp"
#include "gdm/runner/sweep.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

const MpiSession* mpi = nullptr;

SweepOutcome sweep_of(const std::string& job_text) {
    const JobEntries entries = read_job_text(job_text, "test");
    const Job job = make_job(find_experiment(test::test_experiments(), entries.at("experiment").value), entries);
    const test::TemporaryFolder folder;
    SweepOptions options;
    options.output = folder / "a.h5";
    options.quiet = true;
    return run_sweep(*mpi, Communicator::world(), job, {}, options);
}

TEST(Writes, AreFewForReplicasWithoutWork) {
    const auto outcome = sweep_of("experiment = toy_eight\np = linspace(0, 1, 500)\nreplicas = 10\n");
    EXPECT_EQ(outcome.computed, 5000);
    EXPECT_GE(outcome.writes, 11);   // eight observables, seconds, session, checksum
    EXPECT_LE(outcome.writes, 250);  // a twentieth of a replica; more than 33 only if the machine stalls for a second
}

TEST(Writes, AreFewWhereCostsAlternateAlongTheLastAxis) {
    std::string values;
    for (int i = 0; i < 200; ++i) values += fmt::format("{}{:.4f}, {:.4f}", i == 0 ? "" : ", ", i * 1e-4, 0.8 + i * 1e-4);
    const auto outcome = sweep_of("experiment = toy_slow\np = " + values + "\nreplicas = 16\n");
    EXPECT_EQ(outcome.computed, 6400);
    EXPECT_LE(outcome.writes, 320);
}

TEST(Placement, ReadsBytesAndHints) {
    EXPECT_EQ(parse_alignment("4194304"), std::size_t{4} << 20);
    EXPECT_EQ(parse_alignment("4M"), std::size_t{4} << 20);
    EXPECT_EQ(parse_alignment("512k"), std::size_t{512} << 10);
    for (const char* wrong : {"", "M", "4T", "-1", "0", "2G", "1.5", "4 M B"})
        EXPECT_THROW((void)parse_alignment(wrong), UsageError);
    const MpiHints expected{{"cb_nodes", "4"}, {"romio_ds_write", "disable"}};
    EXPECT_EQ(parse_mpi_hints("cb_nodes=4, romio_ds_write = disable"), expected);
    for (const char* wrong : {"", "cb_nodes", "=4", "cb_nodes=", "a=1,,b=2"})
        EXPECT_THROW((void)parse_mpi_hints(wrong), UsageError);
}

}  // namespace
}  // namespace gdm

int main(int argc, char** argv) {
    const gdm::MpiSession session(argc, argv);
    gdm::mpi = &session;
    gdm::hdf5::silence();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
