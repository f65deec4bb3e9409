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
#include "gdm/storage/sweep_file.hpp"
#include "support/kill.hpp"

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
    int hits = 0, completed = 0;
    std::size_t before = 0;
    for (int attempt = 0; attempt < 120 && (hits < 20 || completed == 0); ++attempt) {
        test::Process sweep(mpirun(2, command(file)));
        // From the start of computing on: the lock is taken before the file is looked at.
        while (sweep.running() && !(std::filesystem::exists(file) && FileLock::held(file) == Held::yes))
            std::this_thread::sleep_for(2ms);
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 450000)(random_)));
        const bool alive = sweep.running();
        test::strike(sweep, static_cast<Victim>(attempt % 3), random_);
        const auto result = sweep.wait();
        ASSERT_TRUE(test::wait_until_free(file));
        const std::size_t done = check_rows(file);
        // With a flush at least every second, and after every chunk, rows never become fewer.
        EXPECT_GE(done, before);
        before = done;
        if (alive && result.code != 0 && done < rows) ++hits;
        if (done == rows) {
            ++completed;
            EXPECT_EQ(run(command(file)).code, 0);
            std::filesystem::remove(file);
            before = 0;
        }
    }
    EXPECT_GE(hits, 20);
    std::printf("[ kills that hit a running sweep: %d; sweeps carried to the end: %d ]\n", hits, completed);
    const auto result = run(mpirun(2, command(file)));
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(check_rows(file), rows);
}

TEST_F(Kill, DuringCreationLeavesNoHalfFile) {
    const auto file = directory_ / "large.h5";
    const std::vector<std::string> large{TOY_SWEEP,    "--experiment", "toy_eight", "--p",        "linspace(0, 1, 200000)",
                                         "--replicas", "10",           "-o",        file.string()};
    int hits = 0;
    for (int attempt = 0; attempt < 40 && hits < 6; ++attempt) {
        test::Process sweep(mpirun(2, large));
        while (sweep.running() && !std::filesystem::exists(file.string() + ".tmp")) std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 60000)(random_)));
        test::strike(sweep, attempt % 2 == 0 ? Victim::everything : Victim::one_rank, random_);
        static_cast<void>(sweep.wait());
        ASSERT_TRUE(test::wait_until_free(file));
        if (!std::filesystem::exists(file)) {
            ++hits;
        } else {
            EXPECT_EQ(SweepReader(file).header().points, 200000u);
            std::filesystem::remove(file);
        }
    }
    EXPECT_GE(hits, 6);
    // The leftovers of a killed creation do not stand in the way.
    auto limited = large;
    limited.insert(limited.end(), {"--time-limit", "2"});
    const auto result = run(mpirun(2, limited));
    EXPECT_TRUE(result.code == 75 || result.code == 0) << result.output;
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".tmp"));
}

TEST_F(Kill, DuringCloseKeepsEverything) {
    ASSERT_EQ(run(command(reference_)).code, 0);
    const std::size_t rows = SweepReader(reference_).header().rows();
    int hits = 0;
    for (int attempt = 0; attempt < 30 && hits < 4; ++attempt) {
        const auto file = directory_ / ("close" + std::to_string(attempt) + ".h5");
        test::Process sweep(mpirun(2, command(file)));
        while (sweep.running() && !std::filesystem::exists(file)) std::this_thread::sleep_for(1ms);
        const SweepReader reader(file);
        const auto complete = [&] {
            const auto sums = reader.read_checksums(0, rows);
            return std::find(sums.begin(), sums.end(), checksum_absent) == sums.end();
        };
        while (sweep.running() && !complete()) std::this_thread::sleep_for(200us);
        test::strike(sweep, Victim::everything, random_);
        if (sweep.wait().code != 0) ++hits;
        ASSERT_TRUE(test::wait_until_free(file));
        EXPECT_EQ(check_rows(file), rows);
        EXPECT_EQ(run({GDM_STATUS, file, "--verify"}).code, 0);
    }
    EXPECT_GE(hits, 4);
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
    int write = 1;
    for (;; ++write) {
        for (const auto& name : {file, mark}) std::filesystem::remove(name);
        test::Process sweep(spin("10", "0", file), {std::string("LD_PRELOAD=") + STOP_IN_WRITE, "STOP_FILE=" + file.string(),
                                                    "STOP_MARK=" + mark.string(), "STOP_AT=" + std::to_string(write),
                                                    "ASAN_OPTIONS=verify_asan_link_order=0"});
        while (sweep.running() && !std::filesystem::exists(mark)) std::this_thread::sleep_for(200us);
        if (!std::filesystem::exists(mark)) break;
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        if (std::filesystem::exists(file)) check_rows(file);
        const auto result = run(spin("10", "0", file));
        EXPECT_EQ(result.code, 0) << write << "\n" << result.output;
        EXPECT_EQ(check_rows(file), 100u) << write;
    }
    EXPECT_GE(write, 20) << "creation alone takes more writes";
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
        test::Process sweep(mpirun(2, spin("200", "500", file)));
        while (sweep.running() && test::rows_done(file).empty()) std::this_thread::sleep_for(1ms);
        std::ofstream hog(disk / "hog");
        while (hog << std::string(4096, 'x') << std::flush) continue;
        EXPECT_EQ(std::filesystem::space(disk).available, 0u);
        std::this_thread::sleep_for(100ms);
        EXPECT_TRUE(sweep.running());
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
