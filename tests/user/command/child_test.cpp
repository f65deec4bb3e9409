/// Programs that misbehave: each ends in one short line, and in time.

#include "gdm/user/command/child.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "gdm/base/clock.hpp"
#include "gdm/base/error.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

class ChildTest : public testing::Test {
  protected:
    /// The stdout of a script of the shell, or what went wrong.
    std::string shell(const std::string& script, bool wants_output = true) {
        const ChildCommand command{
            "/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin", "A=b"}, folder_.path(), wants_output};
        try {
            return run_child(command, limits_, Stop(&stop_));
        } catch (const std::runtime_error& error) {
            EXPECT_LE(std::string(error.what()).size(), 230u);
            return std::string("failed: ") + error.what();
        }
    }
    /// The number that a script wrote to a file.
    pid_t number_in(const std::string& name) {
        pid_t number = 0;
        std::ifstream(folder_ / name) >> number;
        return number;
    }

    test::TemporaryDirectory folder_;
    ChildLimits limits_{.seconds = 100, .grace = 0.2, .file_bytes = 1 << 20, .output_bytes = 1000, .log_bytes = 1 << 20};
    std::atomic<bool> stop_{false};
};

TEST_F(ChildTest, HasItsArgumentsEnvironmentAndFolder) {
    EXPECT_EQ(shell("echo $A; pwd"), "b\n" + folder_.path().string() + "\n");
    EXPECT_EQ(shell("cat"), "");  // nothing on stdin
    EXPECT_EQ(shell("ulimit -c; echo note >&2"), "0\n");
}

TEST_F(ChildTest, InheritsNoFile) {
    const int open_file = dup(2);  // without close-on-exec, as HDF5 opens a sweep
    EXPECT_EQ(shell("ls /proc/$$/fd | tr '\\n' ' '").substr(0, 6), "0 1 2 ");
    EXPECT_EQ(shell("test -e /proc/$$/fd/" + std::to_string(open_file) + " && echo there"), "failed: exit code 1");
    close(open_file);
}

TEST_F(ChildTest, SignalsAreAsUsual) {
    signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(shell("kill -PIPE $$; echo deaf"), "failed: killed by signal 13 (Broken pipe)");
}

TEST_F(ChildTest, FailuresHaveTheirLastLines) {
    EXPECT_EQ(shell("echo one >&2; echo 'two\t!' >&2; exit 3"), "failed: exit code 3: one | two !");
    EXPECT_EQ(shell("kill -SEGV $$"), "failed: killed by signal 11 (Segmentation fault)");
    EXPECT_EQ(shell("echo reason; exit 1", false), "failed: exit code 1: reason");  // stdout is a log then
    EXPECT_EQ(shell("printf '\\377\\033[1m' >&2; exit 1"), "failed: exit code 1: ??[1m");
    const std::string many =
        shell("i=0; while [ $i -lt 5000 ]; do echo line $i of an error that is long >&2; i=$((i+1)); done; exit 1");
    EXPECT_TRUE(many.ends_with("line 4999 of an error that is long")) << many;
    EXPECT_LE(shell("head -c 900000 /dev/zero | tr '\\0' x >&2; exit 1").size(), 230u);
}

TEST_F(ChildTest, CannotBeStarted) {
    const auto start = [&](const std::string& program) {
        try {
            (void)run_child({program, {program}, {}, {}, true}, limits_, Stop());
        } catch (const std::runtime_error& error) {
            return std::string(error.what());
        }
        return std::string("started");
    };
    EXPECT_EQ(start("/no/such"), "/no/such cannot be started: No such file or directory");
    EXPECT_EQ(start("/tmp"), "/tmp cannot be started: Permission denied");
    const std::string text = folder_ / "text";
    std::ofstream(text) << "hello\n";
    std::filesystem::permissions(text, std::filesystem::perms::owner_all);
    EXPECT_NE(start(text).find("begins with #!"), std::string::npos);
}

TEST_F(ChildTest, WritesNoMoreThanItMay) {
    EXPECT_EQ(shell("yes"), "failed: wrote more than 1000 B to stdout");
    EXPECT_EQ(shell("yes >&2"), "failed: wrote more than 1.0 MiB to stderr: " + shell("yes >&2").substr(43));
    EXPECT_EQ(shell("exec cat /dev/zero > large"), "failed: wrote more than 1.0 MiB to a file");
    EXPECT_LE(std::filesystem::file_size(folder_ / "large"), 1u << 20);
}

TEST_F(ChildTest, EndsWhenItsTimeIsUp) {
    limits_.seconds = 0.1;
    EXPECT_EQ(shell("sleep 1000"), "failed: not done within 100 ms");
    EXPECT_EQ(shell("trap '' TERM; while :; do sleep 1000; done"), "failed: not done within 100 ms");
    EXPECT_EQ(shell("exec >&- 2>&-; trap '' TERM; while :; do sleep 1000; done"), "failed: not done within 100 ms");
}

TEST_F(ChildTest, NothingOutlivesIt) {
    EXPECT_EQ(shell("sleep 1000 & echo $! > daemon; echo done"), "done\n");  // it holds stdout, and nobody waits for it
    const pid_t daemon = number_in("daemon");
    ASSERT_GT(daemon, 1);
    // Killed, it is a zombie at most in a moment, until whoever adopts it looks.
    for (std::string pid, name, state; state != "gone" && state != "Z" && state != "X";) {
        std::ifstream status("/proc/" + std::to_string(daemon) + "/stat");
        if (!(status >> pid >> name >> state)) state = "gone";
        std::this_thread::yield();
    }
}

TEST_F(ChildTest, ADaemonThatLeftItsGroupIsNotWaitedFor) {
    EXPECT_EQ(shell("setsid sh -c 'echo $$ > daemon; exec sleep 1000' & while ! [ -s daemon ]; do :; done; echo done"),
              "done\n");
    kill(number_in("daemon"), SIGKILL);
}

TEST_F(ChildTest, AStopIsNoFailure) {
    std::thread asks([&] {
        while (number_in("started") == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        stop_ = true;
    });
    EXPECT_THROW((void)shell("trap '' TERM; echo 1 > started; while :; do sleep 1000; done"), Stopped);
    asks.join();
    EXPECT_THROW((void)shell("echo never"), Stopped);
}

}  // namespace
}  // namespace gdm
