/// A sweep whose file is taken away, exchanged or cut while it runs: never "complete", and a line that says where the data
/// are.

#include <gtest/gtest.h>

#include "gdm/sweep/header.hpp"
#include "support/grow_fixture.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using test::Words;
using test::operator+;

class VanishedFile : public test::Grow {
  protected:
    /// 5 points × 20 replicas, in whose middle the command `event` runs.
    Words job() const {
        return {TOY_SWEEP,    "--experiment", "toy_event", "--p",        "arange(0, 5)",
                "--replicas", "20",           "-o",        file("a.h5"), "--quiet"};
    }
    /// With one rank and with three: exit code 74 and one line that says all of `phrases`.
    void fails(const std::string& event, const Words& phrases) {
        for (const int ranks : {1, 3}) {
            for (const char* name : {"a.h5", "b.h5", "a.rescued.h5"}) std::filesystem::remove(file(name));
            const auto result = run(mpirun(ranks, job()), {"TOY_EVENT=2 5 cd " + directory_.path().string() + "; " + event});
            EXPECT_EQ(result.code, 74) << result.output;
            EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
            for (const auto& phrase : phrases)
                EXPECT_NE(result.output.find(phrase), std::string::npos) << phrase << "\n" << result.output;
            EXPECT_FALSE(std::filesystem::exists(file(".a.h5.lock")));
        }
    }
    /// What the file of this name holds is right, and enough to go on from.
    void continues(const std::string& name) {
        std::filesystem::rename(file(name), file("a.h5"));
        EXPECT_EQ(run(job()).code, 0);
        auto other = job();
        *std::find(other.begin(), other.end(), file("a.h5")) = file("whole.h5");
        EXPECT_EQ(run(other).code, 0);
        EXPECT_TRUE(test::sweep_bytes(file("a.h5")) == test::sweep_bytes(file("whole.h5")));
    }
};

TEST_F(VanishedFile, RemovedIsRescued) {
    fails("rm a.h5", {file("a.h5") + " was removed while the sweep ran", "is rescued in " + file("a.rescued.h5")});
    continues("a.rescued.h5");
}

TEST_F(VanishedFile, RemovedIsLostWhereARescueHasNoPlace) {
    fails("rm a.h5; touch a.rescued.h5", {"was removed", "is lost, because there is a", "a.rescued.h5 already"});
    EXPECT_EQ(std::filesystem::file_size(file("a.rescued.h5")), 0u);
}

TEST_F(VanishedFile, MovedIsFound) {
    fails("mv a.h5 b.h5", {file("a.h5") + " was moved while the sweep ran", "is in " + file("b.h5")});
    continues("b.h5");
}

TEST_F(VanishedFile, ReplacedStaysAsItIs) {
    std::ofstream(file("other")) << "precious";
    fails("cp other c; mv c a.h5", {"was replaced by another file", "is rescued in " + file("a.rescued.h5")});
    EXPECT_EQ(test::content(file("a.h5")), "precious");
    std::filesystem::remove(file("a.h5"));
    continues("a.rescued.h5");
}

TEST_F(VanishedFile, CutOrOverwrittenIsSaid) {
    fails("truncate -s 5000 a.h5", {file("a.h5") + " was cut short", "gdm-status --verify"});
    fails("truncate -s 1500000 a.h5", {file("a.h5") + " was cut short"});
    succeeds(normal("0, 1", "3", file("other.h5")));
    fails("cp other.h5 a.h5", {file("a.h5")});
    // Cut, and as long as before again.
    fails("size=$(stat -c %s a.h5); truncate -s 5000 a.h5; truncate -s $size a.h5", {file("a.h5") + " was overwritten"});
}

// It would go on for half an hour: only the look at every flush interval ends it.
TEST_F(VanishedFile, IsNoticedWhileTheSweepRuns) {
    const auto result = run(mpirun(2, {TOY_SWEEP, "--experiment", "toy_event", "--p", "0", "--replicas", "200000",
                                       "--milliseconds", "20", "-o", file("a.h5"), "--quiet"}),
                            {"TOY_EVENT=0 0 rm " + file("a.h5")});
    EXPECT_EQ(result.code, 74) << result.output;
    EXPECT_NE(result.output.find("was removed while the sweep ran"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace gdm
