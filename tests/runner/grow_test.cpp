/// Growing sweeps and taking over what other files hold, as a user does it.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>

#include "gdm/storage/sweep_reader.hpp"
#include "support/grow_fixture.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::content;
using test::Grow;
using test::mpirun;
using test::run;
using test::sweep_bytes;
using test::Words;
using test::operator+;

TEST_F(Grow, AGrownSweepIsTheOneRunAtOnceAndComputesOnlyWhatIsNew) {
    succeeds(normal("linspace(0, 1, 5)", "3", file("a.h5")));
    succeeds(mpirun(2, normal("linspace(0, 1, 9), 7", "4", file("a.h5")) + Words{"--grow"}));
    succeeds(normal("linspace(0, 1, 9), 7", "4", file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    const SweepReader grown(file("a.h5"));
    const auto sessions = grown.read_session_numbers(0, 40);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 15);  // five points of three replicas
    EXPECT_EQ(grown.sessions().size(), 2u);
    EXPECT_EQ(SweepReader(file("once.h5")).sessions().size(), 1u);
    // Again: nothing is left to do, and --grow is a plain resume.
    const auto again = run(normal("linspace(0, 1, 9), 7", "4", file("a.h5")) + Words{"--grow"});
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.output.find("complete already"), std::string::npos) << again.output;
    // Without a file it is a plain start.
    succeeds(normal("1", "1", file("new.h5")) + Words{"--grow"});
}

TEST_F(Grow, TakesAnotherGridParameterAndWordsIn) {
    const auto ising = [&](const Words& more, const std::string& output) {
        return Words{TOY_SWEEP, "--experiment", "toy_ising", "--sweeps", "32", "--replicas", "2", "-o", output} + more;
    };
    succeeds(ising({"--update", "heat_bath", "--L", "4"}, file("a.h5")));
    const Words wide{"--update", "metropolis, heat_bath", "--L", "2, 4", "--T", "3, 2.5, 2"};
    succeeds(ising(wide, file("a.h5")) + Words{"--grow"});
    succeeds(ising(wide, file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    const auto sessions = SweepReader(file("a.h5")).read_session_numbers(0, 24);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 6);
}

TEST_F(Grow, LosesNothingAndSaysWhatTo) {
    const std::string a = file("a.h5");
    succeeds(normal("0, 1, 2", "3", a));
    refuses(normal("0, 1, 2, 3", "3", a), 2, {"the number of values of p is 3 in the file", "--grow makes it this job's"});
    refuses(normal("0, 1", "3", a), 2, {"the number of values of p is 3", "--reuse " + a});
    refuses(normal("0, 1, 3", "3", a) + Words{"--grow"}, 2,
            {"a.h5 holds 3 replicas that this job does not contain (the first: p = 2, replica 0)", "--reuse " + a});
    refuses(normal("0, 1, 2", "2", a) + Words{"--grow"}, 2, {"holds 3 replicas", "p = 0, replica 2"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--samples", "21"}, 2,
            {"cannot be grown into this job: samples is 100 in the file, but 21 in this job"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--seed", "2"}, 2, {"seed is 1 in the file"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--overwrite"}, 2, {"give one of them"});
    refuses(normal("0, 1, 2", "3", a) + Words{"--grow", "--reuse", a}, 2, {"is the output itself"});
    refuses(mpirun(2, normal("0, 1, 3", "3", a) + Words{"--grow"}), 2, {"p = 2, replica 0"});
}

TEST_F(Grow, TakesOverFromTwoFilesWhatTheyHold) {
    succeeds(normal("0, 1", "2", file("a.h5")));
    succeeds(normal("2, 1, 5", "3", file("b.h5")));
    const auto job = normal("0, 1, 2", "3", file("c.h5")) + Words{"--reuse", file("a.h5"), file("b.h5")};
    const auto before = content(file("a.h5")) + content(file("b.h5"));
    const auto result = run(job);
    ASSERT_EQ(result.code, 0) << result.output;
    EXPECT_NE(result.output.find("took over 4 replicas from " + file("a.h5")), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("took over 4 replicas from " + file("b.h5") + " (2 more were there already)"),
              std::string::npos)
        << result.output;
    EXPECT_NE(result.output.find("complete: 1 replicas"), std::string::npos) << result.output;
    EXPECT_EQ(content(file("a.h5")) + content(file("b.h5")), before);
    succeeds(normal("0, 1, 2", "3", file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("c.h5")) == sweep_bytes(file("once.h5")));
    const SweepReader reader(file("c.h5"));
    EXPECT_EQ(reader.read_session_numbers(0, 9), (std::vector<std::uint32_t>{0, 0, 2, 0, 0, 1, 1, 1, 1}));
    EXPECT_EQ(reader.sessions().size(), 3u);
    // The same command continues the new file; with --grow a file that exists takes more.
    EXPECT_NE(run(job).output.find("exists and is continued"), std::string::npos);
    succeeds(normal("0, 1, 2, 5", "3", file("c.h5")) + Words{"--grow", "--reuse", file("b.h5")});
    EXPECT_EQ(SweepReader(file("c.h5")).sessions().size(), 4u);  // the three, and that of b.h5 again
    refuses(normal("0", "3", file("d.h5")) + Words{"--samples", "9", "--reuse", file("a.h5")}, 2,
            {"--reuse " + file("a.h5"), "samples is 100 in " + file("a.h5") + ", but 9 in this job"});
    refuses(normal("0", "3", file("d.h5")) + Words{"--reuse", file("none.h5")}, 2, {"none.h5: no such file"});
}

TEST_F(Grow, AdaptiveSweepsKeepWhatTheyHaveDecided) {
    const auto target = [&](const std::string& p, const std::string& error, const std::string& output) {
        return Words{TOY_SWEEP, "--experiment", "toy_normal", "--p", p, "--target_error", error, "-o", file(output)};
    };
    succeeds(target("0, 1", "x 0.05", "a.h5"));
    succeeds(target("0, 1, 2", "x 0.02", "a.h5") + Words{"--grow"});
    succeeds(target("0, 1, 2", "x 0.02", "once.h5"));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    // A new file makes room for as many replicas as are there.
    const auto reused = run(target("0, 1, 2", "x 0.02", "b.h5") + Words{"--reuse", file("once.h5")});
    EXPECT_NE(reused.output.find("complete already"), std::string::npos) << reused.output;

    const auto refined = [&](const std::string& replicas, const std::string& output) {
        return normal("linspace(0, 1, 5)", replicas, file(output)) + Words{"--refine", "p", "--refine_where", "x 0.6"};
    };
    succeeds(refined("4", "r.h5"));
    succeeds(refined("6", "r.h5") + Words{"--grow"});
    succeeds(refined("6", "whole.h5"));
    EXPECT_TRUE(sweep_bytes(file("r.h5")) == sweep_bytes(file("whole.h5")));
    const SweepReader grown(file("r.h5"));
    const auto sessions = grown.read_session_numbers(0, grown.header().rows());
    EXPECT_GT(grown.header().points, 5u);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), grown.header().points * 4);
}

TEST_F(Grow, CarriesFailuresAndLeavesDamagedRows) {
    const auto job = [&](const std::string& replicas, const Words& more) {
        return Words{TOY_SWEEP, "--experiment", "toy_throw", "--p", "0, 1",      "--bad_p", "1", "--bad_replica",
                     "2",       "--replicas",   replicas,    "-o",  file("a.h5")} +
               more;
    };
    ASSERT_EQ(run(job("4", {})).code, 3);
    {
        const hdf5::File opened(H5Fopen(file("a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        const auto dataset = hdf5::open_dataset(opened, "replicas/x");
        auto values = hdf5::read_doubles(dataset);
        values[1] += 1e-12;
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    const auto result = run(job("6", {"--grow"}));
    EXPECT_EQ(result.code, 3) << result.output;
    EXPECT_NE(result.output.find("took over 7 replicas"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("(1 of them failed; 1 damaged ones left out)"), std::string::npos) << result.output;
    const SweepReader reader(file("a.h5"));
    EXPECT_EQ(reader.read_session_numbers(0, 12), (std::vector<std::uint32_t>{0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1}));
    ASSERT_EQ(reader.failures().size(), 1u);
    EXPECT_EQ(reader.failures()[0].message, "the series did not converge");
    const auto states = reader.states(0, 12, true);
    EXPECT_EQ(states[8], RowState::failed);
    EXPECT_EQ(std::count(states.begin(), states.end(), RowState::done), 11);
}

TEST_F(Grow, NoticesADatasetThatHasChanged) {
    dataset("data.h5", 1);
    const auto job = [&](const std::string& data, const std::string& replicas, const Words& more) {
        return Words{TOY_SWEEP, "--experiment", "toy_dataset", "--data", file(data) + ":/x", "--replicas", replicas} + more;
    };
    const Words a{"-o", file("a.h5")};
    succeeds(job("data.h5", "2", a));
    std::filesystem::copy_file(file("data.h5"), file("moved.h5"));
    dataset("data.h5", 1.5);
    refuses(job("data.h5", "2", a), 2, {"the numbers of data = " + file("data.h5") + ":/x have changed"});
    refuses(job("data.h5", "3", a + Words{"--grow"}), 2, {"the numbers of data = ", "have changed"});
    refuses(job("data.h5", "3", {"-o", file("b.h5"), "--reuse", file("a.h5")}), 2, {"have changed"});
    succeeds(job("data.h5", "2", {"-o", file("other.h5")}));
    refuses({GDM_MERGE, file("m.h5"), file("a.h5"), file("other.h5")}, 2, {"of different jobs", "have changed"});
    // It is the content that counts, not the place.
    succeeds(job("moved.h5", "3", a + Words{"--grow"}));
    // A file that does not tell what its dataset held is accepted, as before.
    {
        const hdf5::File opened(H5Fopen(file("a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        H5Adelete(opened, "header_hash");  // older still
        H5Adelete(hdf5::open_dataset(opened, "settings/data"), "content_hash");
    }
    succeeds(job("moved.h5", "3", a));
}

TEST_F(Grow, AFullDiskKeepsTheOldFile) {
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=8m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    const auto job = [&](const std::string& replicas) {
        return Words{TOY_SWEEP,    "--experiment", "toy_eight", "--p",         "linspace(0, 1, 1001)",
                     "--replicas", replicas,       "-o",        disk / "a.h5", "--grow"};
    };
    EXPECT_EQ(run(job("20")).code, 0);
    // Too large from the start: both files are there for a while.
    refuses(job("40"), 74, {"beside the present file, which stays until the new one is whole", "free"});
    umount(disk.c_str());
}

TEST_F(Grow, ALimitOnTheSizeOfFilesIsToldBefore) {
    const Words job{TOY_SWEEP, "--experiment", "toy_eight", "--p", "linspace(0, 1, 1001)", "-o", file("a.h5")};
    succeeds(job + Words{"--replicas", "20"});
    const Words limited{"bash", "-c", "ulimit -f 4500; exec \"$@\"", "bash"};
    refuses(limited + job + Words{"--replicas", "40", "--grow"}, 74, {"(ulimit -f)"});
}

}  // namespace
}  // namespace gdm
