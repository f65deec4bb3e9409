/// A file that a sweep holds is left alone, also where locks work as on NFS, and where they do not work at all.

#include <gtest/gtest.h>

#include "gdm/storage/file_lock.hpp"
#include "support/grow_fixture.hpp"

namespace gdm {
namespace {

using test::run;
using test::Words;
using test::operator+;

class Locks : public test::Grow {
  protected:
    test::ProcessResult on_nfs(const Words& command, const Words& more = {}) const {
        return run(command, Words{std::string("LD_PRELOAD=") + NFS_LOCKS, "ASAN_OPTIONS=verify_asan_link_order=0"} + more);
    }
    /// The programs that look at a file which may be in use say `status`, or refuse with `phrase`.
    void left_alone(const Words& environment, const std::string& status, const std::string& phrase) {
        const auto shown = on_nfs({GDM_STATUS, file("a.h5")}, environment);
        EXPECT_NE(shown.output.find(status), std::string::npos) << shown.output;
        for (const Words& command : {Words{GDM_MERGE, file("new.h5"), file("a.h5"), file("b.h5")},
                                     normal("0, 1, 2", "3", file("new.h5")) + Words{"--reuse", file("a.h5")}}) {
            const auto result = on_nfs(command, environment);
            EXPECT_EQ(result.code, 74) << result.output;
            EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
            EXPECT_NE(result.output.find(phrase), std::string::npos) << result.output;
            EXPECT_FALSE(std::filesystem::exists(file("new.h5")));
        }
    }
    void SetUp() override {
        succeeds(normal("0, 1", "3", file("a.h5")));
        succeeds(normal("2", "3", file("b.h5")));
    }
};

TEST_F(Locks, OnNfsARunningSweepIsSeen) {
    const FileLock lock = FileLock::claim(file("a.h5"));
    left_alone({}, "state      running\n", "a.h5 is being written by a running sweep");
    const auto second = on_nfs(normal("0, 1", "3", file("a.h5")));
    EXPECT_EQ(second.code, 74);
    EXPECT_NE(second.output.find("in use by another sweep"), std::string::npos) << second.output;
}

TEST_F(Locks, OnNfsAKilledSweepIsToldFromARunningOne) {
    { const FileLock lock = FileLock::claim(file("a.h5")); }  // the sidecar stays, as after a kill
    ASSERT_TRUE(std::filesystem::exists(FileLock::sidecar_of(file("a.h5"))));
    EXPECT_NE(on_nfs({GDM_STATUS, file("a.h5")}).output.find("state      complete\n"), std::string::npos);
    EXPECT_EQ(on_nfs({GDM_MERGE, file("new.h5"), file("a.h5"), file("b.h5")}).code, 0);
    EXPECT_EQ(on_nfs(normal("0, 1, 2", "3", file("n.h5")) + Words{"--reuse", file("a.h5")}).code, 0);
}

TEST_F(Locks, WhereNothingIsKnownItMayBeRunning) {
    { const FileLock lock = FileLock::claim(file("a.h5")); }
    left_alone({"NO_LOCKS=1"}, "perhaps running, which the file system does not tell",
               "a.h5 may be being written by a running sweep, which the file system does not tell; if none runs, remove " +
                   FileLock::sidecar_of(file("a.h5")).string());
    EXPECT_NE(on_nfs({GDM_STATUS, file("a.h5"), "--json"}, {"NO_LOCKS=1"}).output.find("\"running_is_known\": false"),
              std::string::npos);
    std::filesystem::remove(FileLock::sidecar_of(file("a.h5")));
    EXPECT_NE(on_nfs({GDM_STATUS, file("a.h5")}, {"NO_LOCKS=1"}).output.find("state      complete\n"), std::string::npos);
    // A sweep itself runs there all the same.
    EXPECT_EQ(on_nfs(normal("0, 1", "3", file("c.h5")), {"NO_LOCKS=1"}).code, 0);
}

}  // namespace
}  // namespace gdm
