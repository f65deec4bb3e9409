/// What happens to a sweep that is disturbed while it grows: the old file or the new one, whole.

#include <fcntl.h>
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
#include "support/grow_fixture.hpp"

namespace gdm {
namespace {

using test::content;
using test::mpirun;
using test::run;
using test::Words;
using test::operator+;
using namespace std::chrono_literals;

/// A file large enough to be caught while it grows, and the command that does it.
class GrowLarge : public test::Grow {
  protected:
    Words job(const std::string& replicas, const Words& more = {}, const std::string& output = {}) const {
        return Words{TOY_SWEEP,
                     "--experiment",
                     "toy_eight",
                     "--p",
                     "linspace(0, 1, 60000)",
                     "--replicas",
                     replicas,
                     "-o",
                     output.empty() ? file("a.h5") : output} +
               more;
    }
    void make_base() {
        succeeds(job("4"));
        std::filesystem::rename(file("a.h5"), file("base.h5"));
    }
    void restore() {
        std::filesystem::remove(file("a.h5.tmp"));
        std::filesystem::copy_file(file("base.h5"), file("a.h5"), std::filesystem::copy_options::overwrite_existing);
    }
    /// Waits until the new file is on its way; false if the program has ended before.
    bool wait_for_growth(test::Process& sweep) const {
        while (sweep.running() && !std::filesystem::exists(file("a.h5.tmp"))) std::this_thread::sleep_for(500us);
        return sweep.running();
    }
};

TEST_F(GrowLarge, AKillLeavesTheOldFileOrTheNewOneWhole) {
    make_base();
    const std::string base = content(file("base.h5"));
    std::mt19937 random(7);
    int before = 0, after = 0;
    for (int shot = 0; shot < 30 && (before < 4 || after < 2); ++shot) {
        restore();
        // Half of the shots wait for the new name, and fall behind it.
        test::Process sweep(mpirun(2, job("5", {"--grow"})));
        if (!wait_for_growth(sweep)) continue;
        if (shot % 2 == 1) {
            while (sweep.running() && std::filesystem::exists(file("a.h5.tmp"))) std::this_thread::sleep_for(200us);
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 120000)(random)));
        }
        const bool alive = sweep.running();
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        for (int i = 0; i < 1000 && FileLock::held(file("a.h5")) != Held::no; ++i) std::this_thread::sleep_for(10ms);
        const std::size_t replicas = SweepReader(file("a.h5")).header().replicas;
        if (replicas == 4) {
            EXPECT_TRUE(content(file("a.h5")) == base);
            before += alive ? 1 : 0;
        } else {
            const SweepReader reader(file("a.h5"));
            const auto states = reader.states(0, reader.header().rows(), true);
            const auto sessions = reader.read_session_numbers(0, reader.header().rows());
            std::size_t kept = 0;
            for (std::size_t row = 0; row < states.size(); ++row) {
                if (row % 5 == 4) continue;
                kept += states[row] == RowState::done && sessions[row] == 0 ? 1 : 0;
            }
            EXPECT_EQ(kept, 240000u);
            after += alive ? 1 : 0;
        }
    }
    std::printf("[ kills while the new file was made: %d; after it had its name: %d ]\n", before, after);
    EXPECT_GE(before, 4);
    EXPECT_GE(after, 2);
    // What the last kill left does not stand in the way.
    restore();
    std::ofstream(file("a.h5.tmp")) << "half a file";
    succeeds(job("5", {"--grow"}));
    EXPECT_FALSE(std::filesystem::exists(file("a.h5.tmp")));
    EXPECT_EQ(run({GDM_STATUS, file("a.h5"), "--verify"}).code, 0);
}

TEST_F(GrowLarge, ASignalStopsItSoonAndLeavesTheOldFile) {
    make_base();
    const std::string base = content(file("base.h5"));
    int hits = 0;
    for (int shot = 0; shot < 20 && hits < 2; ++shot) {
        restore();
        test::Process sweep(job("8", {"--grow"}));
        if (!wait_for_growth(sweep)) continue;
        const auto start = std::chrono::steady_clock::now();
        sweep.kill_leader(SIGTERM);
        const auto result = sweep.wait();
        if (SweepReader(file("a.h5")).header().replicas != 4) continue;  // it came just too late
        ++hits;
        EXPECT_EQ(result.code, 75) << result.output;
        EXPECT_NE(result.output.find("stopped by SIGTERM before " + file("a.h5") + " was ready; it is what it was"),
                  std::string::npos)
            << result.output;
        EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
        EXPECT_FALSE(std::filesystem::exists(file("a.h5.tmp")));
        EXPECT_TRUE(content(file("a.h5")) == base);
    }
    EXPECT_EQ(hits, 2);
}

TEST_F(GrowLarge, ADiskThatAnotherFillsMeanwhileKeepsTheOldFile) {
    make_base();
    const std::string base = content(file("base.h5"));
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=78m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    const auto large = disk / "a.h5", hog = disk / "hog";
    int hits = 0;
    for (int shot = 0; shot < 8 && hits < 4; ++shot) {
        std::filesystem::remove(hog);
        std::filesystem::copy_file(file("base.h5"), large, std::filesystem::copy_options::overwrite_existing);
        test::Process sweep(job("8", {"--grow", "--time-limit", "3"}, large));
        while (sweep.running() && !std::filesystem::exists(large.string() + ".tmp")) std::this_thread::sleep_for(500us);
        // At the very beginning, then later and later.
        std::this_thread::sleep_for(2ms * shot);
        sweep.kill_leader(SIGSTOP);
        const int descriptor = open(hog.c_str(), O_WRONLY | O_CREAT, 0600);
        const auto space = std::filesystem::space(disk);
        static_cast<void>(posix_fallocate(descriptor, 0, static_cast<off_t>(space.available)));
        close(descriptor);
        sweep.kill_leader(SIGCONT);
        const auto result = sweep.wait();
        std::filesystem::remove(hog);
        if (result.code == 0 || result.code == 75) continue;  // it was done before
        ++hits;
        EXPECT_EQ(result.code, 74) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_NE(result.output.find("No space left on device"), std::string::npos) << result.output;
        EXPECT_FALSE(std::filesystem::exists(large.string() + ".tmp"));
        EXPECT_TRUE(content(large) == base);
    }
    umount(disk.c_str());
    EXPECT_GE(hits, 2);
}

}  // namespace
}  // namespace gdm
