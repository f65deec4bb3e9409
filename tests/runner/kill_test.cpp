/// kill −9 at any moment: the file opens, every replica that claims to be done is right, and a run that is continued ends
/// with the bytes of one that was never disturbed. Kills count only if they are shown to have hit what they were meant for.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/kill.hpp"
#include "support/temporaries.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using test::Victim;
using namespace std::chrono_literals;

class Kill : public testing::Test {
  protected:
    /// Rows done; every one of them must equal the reference, bit for bit.
    std::size_t check_rows(const std::filesystem::path& file) {
        const auto found = test::compare_rows(file, reference_);
        EXPECT_EQ(found.wrong, 0u);
        return found.done.size();
    }
    std::vector<std::string> command(const std::filesystem::path& file) const {
        return {TOY_SWEEP,    "--experiment", "toy_slow", "--p",        "linspace(1.9, 2.1, 25)",
                "--replicas", "160",          "-o",       file.string()};
    }
    std::mt19937 random_{20240607};
    test::TemporaryDirectory directory_;
    std::filesystem::path reference_ = directory_ / "reference.h5";
};

TEST_F(Kill, DuringWritingAndResumeLosesNothingWrittenAndDistortsNothing) {
    ASSERT_EQ(run(command(reference_)).code, 0);
    const std::size_t rows = SweepReader(reference_).header().rows();
    const auto file = directory_ / "killed.h5";
    // The last point waits until the kills are over, so that every one of them hits a running sweep; each comes when the
    // file holds a few rows more than after the one before, and then within some replicas.
    const auto gate = directory_ / "gate";
    const std::vector<std::string> environment{"TOY_WAIT=2.1 " + gate.string()};
    std::size_t before = 0;
    constexpr int kills = 20;
    for (int shot = 0; shot < kills; ++shot) {
        test::Process sweep(mpirun(2, command(file)), environment);
        const std::size_t goal = std::max<std::size_t>(1, (rows - 160) * static_cast<std::size_t>(shot) / kills);
        ASSERT_TRUE(test::wait_for(
            sweep, [&] { return test::rows_done(file).size() >= goal && FileLock::held(file) == Held::yes; }));
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 20000)(random_)));
        test::strike(sweep, static_cast<Victim>(shot % 3), random_);
        EXPECT_NE(sweep.wait().code, 0);
        ASSERT_TRUE(test::wait_until_free(file));
        const std::size_t done = check_rows(file);
        // With a flush at least every second, and after every chunk, rows never become fewer.
        EXPECT_GE(done, std::max(before, goal));
        EXPECT_LT(done, rows);
        before = done;
    }
    std::ofstream(gate) << "open";
    const auto result = run(mpirun(2, command(file)), environment);
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(check_rows(file), rows);
}

TEST_F(Kill, DuringCreationLeavesNoHalfFile) {
    const auto file = directory_ / "large.h5";
    const std::vector<std::string> large{TOY_SWEEP,    "--experiment", "toy_eight", "--p",        "linspace(0, 1, 200000)",
                                         "--replicas", "10",           "-o",        file.string()};
    const auto mark = directory_ / "mark";
    int shot = 0;
    for (const int write : {1, 2, 7, 30, 60, 90}) {
        std::filesystem::remove(mark);
        test::Process sweep(mpirun(2, large), test::stop_in_write(STOP_IN_WRITE, directory_ / ".large.h5.", mark, write));
        ASSERT_TRUE(test::wait_for(sweep, [&] { return std::filesystem::exists(mark); })) << write;
        test::strike(sweep, Victim::everything, random_);
        static_cast<void>(sweep.wait());
        ASSERT_TRUE(test::wait_until_free(file));
        EXPECT_FALSE(std::filesystem::exists(file));
        EXPECT_EQ(test::temporaries_of(file).size(), 1u) << ++shot;
    }
    // The leftovers of a killed creation do not stand in the way.
    const auto result = run(mpirun(2, large), {"TOY_EVENT=0 0 kill -USR1 $PPID; exit 75"});
    EXPECT_EQ(result.code, 75) << result.output;
    EXPECT_EQ(SweepReader(file).header().points, 200000u);
    EXPECT_TRUE(test::temporaries_of(file).empty());
}

TEST_F(Kill, DuringCloseKeepsEverything) {
    ASSERT_EQ(run(command(reference_)).code, 0);
    const std::size_t rows = SweepReader(reference_).header().rows();
    for (int shot = 0; shot < 2; ++shot) {
        const auto file = directory_ / ("close" + std::to_string(shot) + ".h5"),
                   mark = directory_ / ("mark" + std::to_string(shot));
        auto environment = test::stop_in_write(STOP_IN_WRITE, file, mark, 0);
        environment.push_back("STOP_IN_CLOSE=1");
        test::Process sweep(mpirun(2, command(file)), environment);
        ASSERT_TRUE(test::wait_for(sweep, [&] { return std::filesystem::exists(mark); }));
        test::strike(sweep, Victim::everything, random_);
        EXPECT_NE(sweep.wait().code, 0);
        ASSERT_TRUE(test::wait_until_free(file));
        EXPECT_EQ(check_rows(file), rows);
        EXPECT_EQ(run({GDM_STATUS, file, "--verify"}).code, 0);
    }
}

/// Rows of 64 numbers, each of this many microseconds.
std::vector<std::string> spin(const std::string& replicas, const std::string& microseconds,
                              const std::filesystem::path& file) {
    return {TOY_SWEEP, "--experiment",   "toy_spin",   "--p", "arange(0, 10)", "--i", "arange(0, 64)", "--replicas",
            replicas,  "--microseconds", microseconds, "-o",  file.string()};
}

TEST_F(Kill, InTheMiddleOfAnyWriteLeavesNoRowHalfWritten) {
    ASSERT_EQ(run(spin("10", "0", reference_)).code, 0);
    const auto file = directory_ / "half.h5", mark = directory_ / "mark";
    int writes = 0;
    // Those of the creation, under a temporary name, and those of the sweep.
    for (const auto& watched : {directory_ / ".half.h5.", file}) {
        for (int write = 1;; ++write, ++writes) {
            for (const auto& name : {file, mark}) std::filesystem::remove(name);
            test::Process sweep(spin("10", "0", file), test::stop_in_write(STOP_IN_WRITE, watched, mark, write));
            while (sweep.running() && !std::filesystem::exists(mark)) std::this_thread::sleep_for(200us);
            if (!std::filesystem::exists(mark)) break;
            sweep.kill_group(SIGKILL);
            static_cast<void>(sweep.wait());
            if (std::filesystem::exists(file)) check_rows(file);
            const auto result = run(spin("10", "0", file));
            EXPECT_EQ(result.code, 0) << write << "\n" << result.output;
            EXPECT_EQ(check_rows(file), 100u) << write;
        }
    }
    EXPECT_GE(writes, 20) << "creation alone takes more writes";
}

TEST_F(Kill, OnADiskThatFillsUpMeanwhileLosesNothing) {
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=6m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    ASSERT_EQ(run(spin("200", "500", reference_), {"TOY_AT_ONCE=1"}).code, 0);
    const auto file = disk / "a.h5";
    std::size_t done = 0;
    {
        test::Process sweep(mpirun(2, spin("200", "500", file)), {"TOY_WAIT=9 /nowhere"});
        ASSERT_TRUE(test::wait_for(sweep, [&] { return !test::rows_done(file).empty(); }));
        std::ofstream hog(disk / "hog");
        while (hog << std::string(4096, 'x') << std::flush) continue;
        EXPECT_EQ(std::filesystem::space(disk).available, 0u);
        const std::size_t until_now = test::rows_done(file).size();
        EXPECT_TRUE(test::wait_for(sweep, [&] { return test::rows_done(file).size() > until_now || until_now == 1800; }));
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        EXPECT_TRUE(test::wait_until_free(file));
        done = check_rows(file);
        EXPECT_GT(done, 0u);
        EXPECT_LT(done, 2000u);
    }
    // All room was taken when the file was made: the sweep goes on where not a byte is free.
    const auto result = run(mpirun(2, spin("200", "500", file)));
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(check_rows(file), 2000u);
    EXPECT_EQ(std::filesystem::space(disk).available, 0u);
    umount(disk.c_str());
}

}  // namespace
}  // namespace gdm
