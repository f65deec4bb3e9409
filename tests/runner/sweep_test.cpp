/// Whole sweeps, run as a user runs them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <thread>
#include <tuple>

#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/points.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;

/// What must not depend on ranks, order or interruptions: all observables and checksums.
struct Numbers {
    std::vector<double> rows;
    std::vector<std::uint64_t> checksums;
    explicit Numbers(const std::filesystem::path& path) {
        const SweepReader reader(path);
        rows = reader.read_rows(0, reader.header().rows());
        checksums = reader.read_checksums(0, reader.header().rows());
    }
    bool operator==(const Numbers& other) const {
        return checksums == other.checksums && rows.size() == other.rows.size() &&
               std::memcmp(rows.data(), other.rows.data(), rows.size() * sizeof(double)) == 0;
    }
};

std::size_t rows_in_state(const std::filesystem::path& path, RowState wanted) {
    const SweepReader reader(path);
    const auto states = reader.states(0, reader.header().rows(), true);
    return static_cast<std::size_t>(std::count(states.begin(), states.end(), wanted));
}

const std::vector<std::string> toy{TOY_SWEEP, "--experiment", "toy_normal", "--p", "linspace(0, 2, 13)", "--replicas", "7"};

std::vector<std::string> with(std::vector<std::string> command, const std::vector<std::string>& more) {
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

TEST(Sweep, GivesTheSameBytesForAnyNumberOfRanksAndNodes) {
    const test::TemporaryDirectory directory;
    const auto alone = directory / "alone.h5";
    ASSERT_EQ(run(with(toy, {"-o", alone})).code, 0);
    const Numbers expected(alone);
    for (const int ranks : {1, 2, 3, 5}) {
        const auto file = directory / ("ranks" + std::to_string(ranks) + ".h5");
        const auto result = run(mpirun(ranks, with(toy, {"-o", file})));
        ASSERT_EQ(result.code, 0) << result.output;
        EXPECT_TRUE(Numbers(file) == expected) << ranks;
    }
    const auto nodes = directory / "nodes.h5";
    const auto result = run(mpirun(5, with(toy, {"-o", nodes})), {"GDM_RANKS_PER_NODE=2"});
    ASSERT_EQ(result.code, 0) << result.output;
    EXPECT_TRUE(Numbers(nodes) == expected);
    const auto groups = directory / "groups.h5";
    const auto grouped = run(mpirun(7, with(toy, {"-o", groups})), {"GDM_RANKS_PER_NODE=1", "GDM_NODES_PER_GROUP=3"});
    ASSERT_EQ(grouped.code, 0) << grouped.output;
    EXPECT_TRUE(Numbers(groups) == expected);
}

TEST(Sweep, GivesAPointTheSameBytesWhereverItSitsInAGrid) {
    const test::TemporaryDirectory directory;
    const auto large = directory / "large.h5", small = directory / "small.h5";
    ASSERT_EQ(run(with(toy, {"-o", large})).code, 0);
    ASSERT_EQ(run({TOY_SWEEP, "--experiment", "toy_normal", "--p", "2, 0.5", "--replicas", "4", "-o", small}).code, 0);
    const SweepReader big(large), little(small);
    const std::size_t place = 3;  // linspace(0, 2, 13)[3] = 0.5
    ASSERT_EQ(Points(big.header())[place]["p"], 0.5);
    const auto expected = big.read_rows(place * 7, 4), found = little.read_rows(4, 4);
    EXPECT_EQ(std::memcmp(expected.data(), found.data(), found.size() * sizeof(double)), 0);
}

TEST(Sweep, StopsAtTheTimeLimitAndResumesToTheSameBytes) {
    const test::TemporaryDirectory directory;
    const auto whole = directory / "whole.h5", parts = directory / "parts.h5";
    const std::vector<std::string> job{TOY_SWEEP, "--experiment", "toy_event", "--p", "arange(0, 16)", "--replicas", "20"};
    ASSERT_EQ(run(mpirun(2, with(job, {"-o", whole}))).code, 0);
    // The signal of the time limit comes while a replica is at work, which is dropped, and meets the second run there again.
    for (int stops = 1; stops <= 2; ++stops) {
        const auto result = run(mpirun(2, with(job, {"-o", parts})), {"TOY_EVENT=9 3 kill -ALRM $PPID; exit 75"});
        ASSERT_EQ(result.code, 75) << result.output;
        EXPECT_NE(result.output.find("stopped by "), std::string::npos) << result.output;
        EXPECT_GT(rows_in_state(parts, RowState::done), 0u);
        EXPECT_GT(rows_in_state(parts, RowState::absent), 0u);
        EXPECT_EQ(SweepReader(parts).sessions().size(), static_cast<std::size_t>(stops));
    }
    ASSERT_EQ(run(mpirun(2, with(job, {"-o", parts}))).code, 0);
    EXPECT_TRUE(Numbers(parts) == Numbers(whole));
    EXPECT_EQ(SweepReader(parts).sessions().size(), 3u);
    // Nothing is left to do, and nothing is done.
    const auto again = run(with(job, {"-o", parts}));
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.output.find("complete already"), std::string::npos) << again.output;
}

TEST(Sweep, StopsByItselfAtTheTimeLimit) {
    const test::TemporaryDirectory directory;
    // Its replicas wait for what never comes.
    const auto result =
        run(mpirun(2, {TOY_SWEEP, "--experiment", "toy_event", "-o", directory / "a.h5", "--time-limit", "0.2"}),
            {"TOY_WAIT=0 /nowhere"});
    EXPECT_EQ(result.code, 75) << result.output;
    EXPECT_NE(result.output.find("stopped by the time limit"), std::string::npos) << result.output;
}

TEST(Sweep, StopsWith75OnSignals) {
    const test::TemporaryDirectory directory;
    for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) {
        const auto file = directory / ("signal" + std::to_string(signal) + ".h5"), mark = directory / "mark";
        std::filesystem::remove(mark);
        // The replica at work would never end: it is dropped, not waited for.
        test::Process sweep({TOY_SWEEP, "--experiment", "toy_event", "--p", "0", "--replicas", "4", "-o", file},
                            {"TOY_EVENT=0 0 touch " + mark.string() + "; exit 75"});
        ASSERT_TRUE(test::wait_for(sweep, [&] { return std::filesystem::exists(mark); }));
        sweep.kill_leader(signal);
        const auto result = sweep.wait();
        EXPECT_EQ(result.code, 75) << result.output;
        EXPECT_EQ(rows_in_state(file, RowState::absent), 4u);
        EXPECT_EQ(run({GDM_STATUS, file}).code, 75);
    }
}

TEST(Sweep, RecordsReplicasThatThrowAndRetriesThemOnDemand) {
    const test::TemporaryDirectory directory;
    const auto file = directory / "throw.h5";
    const std::vector<std::string> job{TOY_SWEEP, "--experiment", "toy_throw", "--p", "0, 1, 2", "--replicas",
                                       "5",       "-o",           file};
    const auto result = run(mpirun(3, with(job, {"--bad_p", "1", "--bad_replica", "3"})));
    EXPECT_EQ(result.code, 3) << result.output;
    EXPECT_NE(result.output.find("1 of 15 replicas failed"), std::string::npos) << result.output;
    EXPECT_EQ(rows_in_state(file, RowState::failed), 1u);
    EXPECT_EQ(rows_in_state(file, RowState::done), 14u);
    const auto failures = SweepReader(file).failures();
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].point, 1u);
    EXPECT_EQ(failures[0].replica, 3u);
    EXPECT_FALSE(failures[0].message.empty());
    EXPECT_EQ(run({GDM_STATUS, file}).code, 3);
    EXPECT_NE(run({GDM_STATUS, file}).output.find(failures[0].message), std::string::npos);
    // The same job leaves the failure alone; --retry-failed computes it again (and fails again).
    EXPECT_EQ(run(with(job, {"--bad_p", "1", "--bad_replica", "3"})).code, 3);
    EXPECT_EQ(SweepReader(file).sessions().size(), 1u);
    EXPECT_EQ(run(with(job, {"--bad_p", "1", "--bad_replica", "3", "--retry-failed"})).code, 3);
    EXPECT_EQ(SweepReader(file).sessions().size(), 2u);
    EXPECT_EQ(SweepReader(file).failures().size(), 1u);
}

TEST(Sweep, ComputesDamagedRowsAgain) {
    const test::TemporaryDirectory directory;
    const auto file = directory / "torn.h5", whole = directory / "whole.h5";
    ASSERT_EQ(run(with(toy, {"-o", file})).code, 0);
    std::filesystem::copy_file(file, whole);
    {
        const hdf5::File opened(H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        const auto dataset = hdf5::open_dataset(opened, "replicas/x");
        auto values = hdf5::read_doubles(dataset);
        values[10] += 1e-12;
        values[77] = 0;
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    EXPECT_EQ(rows_in_state(file, RowState::torn), 2u);
    EXPECT_EQ(run({GDM_STATUS, file, "--verify"}).code, 75);
    const auto result = run(with(toy, {"-o", file}));
    EXPECT_EQ(result.code, 0);
    EXPECT_NE(result.output.find("2 damaged replicas"), std::string::npos) << result.output;
    EXPECT_TRUE(Numbers(file) == Numbers(whole));
}

TEST(Sweep, RunsWith64Ranks) {
    const test::TemporaryDirectory directory;
    const auto file = directory / "many.h5", alone = directory / "alone.h5";
    const auto result = run(mpirun(64, with(toy, {"-o", file})));
    ASSERT_EQ(result.code, 0) << result.output;
    ASSERT_EQ(run(with(toy, {"-o", alone})).code, 0);
    EXPECT_TRUE(Numbers(file) == Numbers(alone));
}

TEST(Sweep, CondensationGivesTheSameBytesForAnyNumberOfRanks) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> job{GDM_SWEEP, "--experiment",        "condensation", "--method",   "levels, dataset",
                                       "--state", "planted, population", "--d",          "3, 40",      "--N",
                                       "1500",    "--samples",           "24",           "--replicas", "3",
                                       "--t",     "0.5, 1, 1.5"};
    const auto alone = directory / "alone.h5";
    ASSERT_EQ(run(with(job, {"-o", alone})).code, 0);
    for (const int ranks : {2, 3}) {
        const auto file = directory / ("ranks" + std::to_string(ranks) + ".h5");
        const auto result = run(mpirun(ranks, with(job, {"-o", file})));
        ASSERT_EQ(result.code, 0) << result.output;
        EXPECT_TRUE(Numbers(file) == Numbers(alone)) << ranks;
    }
}

TEST(Sweep, CondensationOfADatasetResumesToTheSameBytes) {
    const test::TemporaryDirectory directory;
    const auto data = directory / "data.h5", alone = directory / "alone.h5", stopped = directory / "stopped.h5";
    {
        std::vector<double> values;
        for (int i = 0; i < 3000 * 20; ++i) values.push_back(std::sin(1.7 * i) + std::cos(0.3 * i * i));
        const hdf5::File file(H5Fcreate(data.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(file, "x", {3000, 20}, values);
    }
    const std::vector<std::string> job{
        GDM_SWEEP, "--experiment", "condensation", "--dataset", data.string() + ":/x", "--replicas",
        "20",      "--samples",    "200",          "--N",       "3000, 300, 1000, 100"};
    ASSERT_EQ(run(mpirun(2, with(job, {"-o", alone}))).code, 0);
    // Two points in the middle are there, so that the first is written before the last is begun, however fast the machine.
    auto middle = job;
    middle.back() = "300, 1000";
    ASSERT_EQ(run(with(middle, {"-o", stopped})).code, 0);
    // It is stopped while it writes what it has of the first point, and once more before it begins with the last.
    std::size_t before = 40;
    for (const auto& [mark, write] : {std::pair{"mark1", 3}, {"mark2", 1}}) {
        test::Process sweep(with(job, {"-o", stopped, "--grow"}),
                            test::stop_in_write(STOP_IN_WRITE, stopped, directory / mark, write));
        ASSERT_TRUE(test::wait_for(sweep, [&] { return test::has_stopped(directory / mark); }));
        sweep.kill_leader(SIGUSR1);
        sweep.kill_leader(SIGCONT);
        EXPECT_EQ(sweep.wait().code, 75);
        const std::size_t done = rows_in_state(stopped, RowState::done);
        EXPECT_TRUE(done >= before && done < 80) << done;  // what it had of a point, or all: as fast as the machine is
        before = done;
    }
    EXPECT_GT(before, 40u);
    EXPECT_EQ(run(with(job, {"-o", stopped})).code, 0);
    EXPECT_TRUE(Numbers(stopped) == Numbers(alone));
}

TEST(Sweep, ReadsAUsersDataset) {
    const test::TemporaryDirectory directory;
    const auto data = directory / "data.h5", one = directory / "one.h5", two = directory / "two.h5";
    {
        const hdf5::File file(H5Fcreate(data.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(file, "points", {4, 2}, std::vector<double>{1, 0, 2, 0, 3, 0, 4, 0});
    }
    const std::vector<std::string> job{
        TOY_SWEEP, "--experiment", "toy_dataset", "--replicas", "3", "--data", data.string() + ":/points"};
    ASSERT_EQ(run(with(job, {"-o", one})).code, 0);
    ASSERT_EQ(run(mpirun(2, with(job, {"-o", two}))).code, 0);
    EXPECT_TRUE(Numbers(one) == Numbers(two));
    const auto wrong =
        run({TOY_SWEEP, "--experiment", "toy_dataset", "--data", data.string() + ":/pionts", "-o", directory / "none.h5"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.output.find("did you mean '/points'?"), std::string::npos) << wrong.output;
}

}  // namespace
}  // namespace gdm
