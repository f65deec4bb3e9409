/// What happens to a sweep that is disturbed while it grows: the old file or the new one, whole.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/grow_fixture.hpp"
#include "support/kill.hpp"
#include "support/temporaries.hpp"

namespace gdm {
namespace {

using test::content;
using test::mpirun;
using test::run;
using test::Words;
using test::operator+;

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
        std::filesystem::remove(file("mark"));
        std::filesystem::copy_file(file("base.h5"), file("a.h5"), std::filesystem::copy_options::overwrite_existing);
    }
    /// The environment in which a program stops at its write number `at` to the new file, and makes `mark`.
    Words stopping(int at) const { return test::stop_in_write(STOP_IN_WRITE, file(".a.h5."), file("mark"), at); }
    bool has_stopped(test::Process& sweep) const {
        return test::wait_for(sweep, [&] { return test::has_stopped(file("mark")); });
    }
};

TEST_F(GrowLarge, AKillLeavesTheOldFileOrTheNewOneWhole) {
    make_base();
    const std::string base = content(file("base.h5"));
    for (const int write : {1, 5, 30, 80}) {
        restore();
        test::Process sweep(mpirun(2, job("5", {"--grow"})), stopping(write));
        ASSERT_TRUE(has_stopped(sweep)) << write;
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        ASSERT_TRUE(test::wait_until_free(file("a.h5")));
        EXPECT_TRUE(content(file("a.h5")) == base);
        EXPECT_EQ(test::temporaries_of(file("a.h5")).size(), 1u);
    }
    for (int shot = 0; shot < 2; ++shot) {
        restore();
        // Its new replicas wait for ever.
        test::Process sweep(mpirun(2, job("5", {"--grow"})), {"TOY_WAIT=0 /nowhere"});
        ASSERT_TRUE(test::wait_for(sweep, [&] { return SweepReader(file("a.h5")).header().replicas == 5; }));
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        ASSERT_TRUE(test::wait_until_free(file("a.h5")));
        const SweepReader reader(file("a.h5"));
        const auto states = reader.states(0, reader.header().rows(), true);
        const auto sessions = reader.read_session_numbers(0, reader.header().rows());
        std::size_t kept = 0;
        for (std::size_t row = 0; row < states.size(); ++row) {
            if (row % 5 != 4) kept += states[row] == RowState::done && sessions[row] == 0 ? 1 : 0;
        }
        EXPECT_EQ(kept, 240000u);
    }
    // What the last kill left does not stand in the way.
    restore();
    std::ofstream(file("a.h5.tmp")) << "a file of the user's";
    succeeds(job("5", {"--grow"}));
    EXPECT_TRUE(test::temporaries_of(file("a.h5")).empty());
    EXPECT_EQ(content(file("a.h5.tmp")), "a file of the user's");
    EXPECT_EQ(run({GDM_STATUS, file("a.h5"), "--verify"}).code, 0);
}

TEST_F(GrowLarge, ASignalStopsItAndLeavesTheOldFile) {
    make_base();
    const std::string base = content(file("base.h5"));
    for (const int write : {1, 40}) {
        restore();
        test::Process sweep(job("8", {"--grow"}), stopping(write));
        ASSERT_TRUE(has_stopped(sweep)) << write;
        sweep.kill_leader(SIGTERM);
        sweep.kill_leader(SIGCONT);
        const auto result = sweep.wait();
        EXPECT_EQ(result.code, 75) << result.output;
        EXPECT_NE(result.output.find("stopped by SIGTERM before " + file("a.h5") + " was ready; it is what it was"),
                  std::string::npos)
            << result.output;
        EXPECT_TRUE(test::temporaries_of(file("a.h5")).empty());
        EXPECT_TRUE(content(file("a.h5")) == base);
    }
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
    for (const int write : {1, 4, 20, 60}) {
        for (const auto& name : {hog, std::filesystem::path(file("mark"))}) std::filesystem::remove(name);
        std::filesystem::copy_file(file("base.h5"), large, std::filesystem::copy_options::overwrite_existing);
        test::Process sweep(job("8", {"--grow"}, large),
                            test::stop_in_write(STOP_IN_WRITE, disk / ".a.h5.", file("mark"), write));
        ASSERT_TRUE(has_stopped(sweep)) << write;
        const int descriptor = open(hog.c_str(), O_WRONLY | O_CREAT, 0600);
        const auto space = std::filesystem::space(disk);
        static_cast<void>(posix_fallocate(descriptor, 0, static_cast<off_t>(space.available)));
        close(descriptor);
        sweep.kill_leader(SIGCONT);
        const auto result = sweep.wait();
        EXPECT_EQ(result.code, 74) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_NE(result.output.find("No space left on device"), std::string::npos) << result.output;
        EXPECT_TRUE(test::temporaries_of(large).empty());
        EXPECT_TRUE(content(large) == base);
    }
    umount(disk.c_str());
}

}  // namespace
}  // namespace gdm
