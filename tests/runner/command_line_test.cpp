/// Words that mislead, files that are none, names that must differ: one line and exit code 2 before anything is written.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/grow_fixture.hpp"

namespace gdm {
namespace {

using test::run;
using test::Words;
using test::operator+;

class CommandLine : public test::Grow {
  protected:
    void SetUp() override { std::filesystem::current_path(directory_.path()); }
    void TearDown() override { std::filesystem::current_path("/"); }
};

TEST_F(CommandLine, AnOptionIsNoValue) {
    refuses({TOY_SWEEP, "--p", "1", "-o", "--dry-run"}, 2, {"--output --dry-run: an option stands where"});
    refuses({TOY_SWEEP, "--p", "1", "--output", "-q"}, 2, {"--output"});
    refuses({TOY_SWEEP, "--p", "1", "--reuse", "--dry-run"}, 2, {"--reuse"});
    refuses({TOY_SWEEP, "--p", "1", "--trace", "--grow"}, 2, {"--trace --grow"});
    refuses({TOY_SWEEP, "--p", "1", "--output", ""}, 2, {"--output: the value is empty"});
    refuses({GDM_REDUCE, "a.h5", "-o", "--overwrite"}, 2, {"--output --overwrite"});
    succeeds({TOY_SWEEP, "--p", "-1", "--output=--dry-run"});  // meant so, and a number is no option
    EXPECT_TRUE(std::filesystem::exists("--dry-run"));
}

// What is built of the library has a name of its own, in folders of its own.
TEST_F(CommandLine, MessagesNameTheProgramThatRuns) {
    namespace fs = std::filesystem;
    fs::create_directory("bin");
    for (const char* name : {"bin/walk", "bin/walk-reduce", "bin/alone"}) {
        fs::create_symlink(std::string(name).ends_with("-reduce") ? GDM_REDUCE : TOY_SWEEP, name);
    }
    const auto says = [](const Words& command, const std::string& phrase) {
        const auto result = run(command);
        EXPECT_NE(result.output.find(phrase), std::string::npos) << result.output;
        return result;
    };
    const Words job{"--experiment", "toy_normal", "--p", "0"};
    says(Words{"bin/walk"} + job, "; next: bin/walk-reduce results/toy_normal.h5\n");
    says(Words{"bin/walk"} + job, "complete already: 1 replicas; next: bin/walk-reduce results/toy_normal.h5\n");
    says(Words{"bin/alone"} + job, "next: gdm-reduce results/toy_normal.h5\n");
    says(Words{TOY_SWEEP} + job, std::string("next: ") + fs::path(TOY_SWEEP).replace_filename("toy-reduce").string());
    says({"bin/walk-reduce", "results/toy_normal.h5"}, "walk-reduce: warning: this program has no experiment");
    EXPECT_EQ(says({"bin/walk-reduce", "results/toy_normal.h5"}, "walk-reduce: one replica").output.find("gdm-"),
              std::string::npos);
    std::ofstream("job.ini") << "p = 1\n";
    says({"bin/walk", "job.ini"},
         "walk: the job names no experiment; add a line 'experiment = NAME' (walk --list shows them)");
}

TEST_F(CommandLine, AFailureLeavesNoFolder) {
    refuses({TOY_SWEEP, "--p", "1", "--reuse", "none.h5"}, 2, {"none.h5: no such file"});
    refuses({TOY_SWEEP, "--p", "1", "-o", "x/y/a.h5", "--reuse", "none.h5"}, 2, {"none.h5: no such file"});
    succeeds(normal("0", "1", "a.h5"));
    refuses({GDM_MERGE, "x/y/new.h5", "a.h5", "none.h5"}, 2, {"none.h5: no such file"});
    const auto before = listing();
    succeeds(normal("0, 1", "1", "x/b.h5") + Words{"--reuse", "a.h5", "--dry-run"});
    EXPECT_EQ(listing(), before);
}

// None of these may wait for the other end of a pipe.
TEST_F(CommandLine, APipeIsNoFile) {
    ASSERT_EQ(mkfifo("pipe", 0600), 0);
    succeeds(normal("0", "1", "a.h5"));
    const auto data = Words{TOY_SWEEP, "--experiment", "toy_dataset", "-o", "n.h5", "--data"};
    for (const Words& command :
         {Words{GDM_STATUS, "pipe"}, Words{GDM_REDUCE, "pipe"}, Words{GDM_REDUCE, "a.h5", "-o", "pipe"},
          Words{GDM_MERGE, "n.h5", "a.h5", "pipe"}, Words{GDM_MERGE, "pipe", "a.h5", "a.h5"}, Words{TOY_SWEEP, "pipe"},
          normal("0", "1", "n.h5") + Words{"--reuse", "pipe"}, normal("0", "1", "n.h5") + Words{"--trace", "pipe"},
          data + Words{"pipe:/x"}}) {
        refuses(command, 2, {"pipe is no regular file"});
    }
    refuses({GDM_STATUS, "."}, 2, {". is a directory"});
    refuses(data + Words{"none.h5:/x"}, 2, {"none.h5: no such file"});
    std::filesystem::create_symlink("loop", "loop");
    refuses(data + Words{"loop/a.h5:/x"}, 74, {"loop/a.h5: Too many levels of symbolic links"});
    refuses(test::mpirun(2, data + Words{"loop/a.h5:/x"}), 74, {"Too many levels"});
}

TEST_F(CommandLine, NamesThatDifferGiveNamesThatDiffer) {
    for (const char* name : {"beta0.1", "beta0.2", "beta0.1.h5", "beta.hdf5"}) succeeds(normal("0", "2", name));
    const auto reduces = [&](const std::string& sweep, const std::string& reduced) {
        EXPECT_EQ(run({GDM_REDUCE, sweep}).code, 0);
        EXPECT_TRUE(std::filesystem::exists(reduced)) << reduced;
    };
    reduces("beta0.1", "beta0.1.reduced.h5");
    reduces("beta0.2", "beta0.2.reduced.h5");
    reduces("beta.hdf5", "beta.hdf5.reduced.h5");
    const auto twin = run({GDM_REDUCE, "beta0.1.h5"});
    EXPECT_EQ(twin.code, 2);
    EXPECT_NE(twin.output.find("beta0.1.reduced.h5 was made of beta0.1;"), std::string::npos) << twin.output;
    // Two jobs without an ending.
    std::ofstream("job0.1") << "experiment = toy_normal\np = 0\n";
    succeeds({TOY_SWEEP, "job0.1"});
    EXPECT_TRUE(std::filesystem::exists("results/job0.1.h5"));
}

TEST_F(CommandLine, AHugeGridIsRefusedBeforeItIsMade) {
    // 10^7 values, made and compared, take seconds and hundreds of MiB; neither is to be seen.
    refuses({"bash", "-c",
             "ulimit -v 700000; exec " GDM_SWEEP " --mu 'linspace(0, 1, 10000000)' --sigma2 "
             "'linspace(0.1, 1, 9000000)' --d 1,2 -o n.h5"},
            2, {"1.8e+14 points = 10000000 mu × 9000000 sigma2 × 2 d; the limit is 1e+09"});
    const auto large = run({TOY_SWEEP, "--p", "linspace(0, 1, 1000000)", "--replicas", "2", "--dry-run", "-o", "n.h5"});
    EXPECT_EQ(large.output.find("a grid of 1e+06 points = 1000000 p, 2 replicas each"), 0u) << large.output;
}

TEST_F(CommandLine, AnAdaptiveDryRunGivesARange) {
    const auto range =
        run({TOY_SWEEP, "--experiment",   "toy_normal", "--p",      "0, 1, 2", "--target_error", "x 0.01", "--replicas",
             "8",       "--max_replicas", "64",         "--refine", "p",       "--refine_where", "x 0.5",  "--refine_levels",
             "3",       "--dry-run",      "-o",         "n.h5"});
    EXPECT_EQ(range.code, 0) << range.output;
    for (const char* phrase :
         {"up to 17 after 3 refinements of p", "replicas       24 to 1088 (8 to 64, until target_error"}) {
        EXPECT_NE(range.output.find(phrase), std::string::npos) << phrase << "\n" << range.output;
    }
}

TEST_F(CommandLine, WhatHasNoErrorsIsTold) {
    const std::string phrase = "one replica of each point";
    EXPECT_NE(run(normal("0", "1", "one.h5")).output.find(phrase), std::string::npos);
    EXPECT_NE(run({GDM_REDUCE, "one.h5"}).output.find(phrase), std::string::npos);
    EXPECT_EQ(run(normal("0", "2", "two.h5")).output.find(phrase), std::string::npos);
    EXPECT_EQ(run({GDM_REDUCE, "two.h5"}).output.find(phrase), std::string::npos);
    const auto described = run({TOY_SWEEP, "--describe", "toy_normal"});
    for (const char* key : {"replicas ", "seed ", "target_error ", "max_replicas ", "refine ", "refine_where ",
                            "refine_levels ", "--output "}) {
        EXPECT_NE(described.output.find(std::string("\n  ") + key), std::string::npos) << key << described.output;
    }
    const auto ising = run({TOY_SWEEP, "--describe", "toy_ising"});
    EXPECT_NE(ising.output.find("neighbouring sizes; crossing of binder along T and L\n"), std::string::npos)
        << ising.output;
}

// Words that are nearly a command: the line says which.
TEST_F(CommandLine, AJobThatIsNotThereIsOffered) {
    std::filesystem::create_directory("jobs");
    std::ofstream("jobs/cold.ini") << "experiment = toy_normal\np = 0\n";
    std::ofstream("warm.ini") << "experiment = toy_normal\np = 1\n";
    refuses({TOY_SWEEP, "cold"}, 2, {"toy-sweep: cold: no such job file; did you mean 'toy-sweep jobs/cold.ini'?"});
    refuses({TOY_SWEEP, "colt.ini"}, 2, {"did you mean 'toy-sweep jobs/cold.ini'?"});
    refuses({TOY_SWEEP, "warm"}, 2, {"did you mean 'toy-sweep warm.ini'?"});
    refuses({TOY_SWEEP, "toy_normal"}, 2, {"did you mean 'toy-sweep --experiment toy_normal'?"});
    refuses({TOY_SWEEP, "quark_soup"}, 2, {"quark_soup: no such job file; toy-sweep --list shows the experiments"});
    succeeds({TOY_SWEEP, "jobs/cold.ini"});
}

TEST_F(CommandLine, AFileOfAnotherKindIsNamed) {
    succeeds(normal("0", "2", "a.h5"));
    succeeds({GDM_REDUCE, "a.h5"});
    const std::string reduced =
        "a.reduced.h5 is a reduced file, made of a.h5, and a sweep file is needed; "
        "analysis/plot.py a.reduced.h5 draws it";
    for (const Words& command : {Words{GDM_REDUCE, "a.reduced.h5"}, Words{GDM_STATUS, "a.reduced.h5"},
                                 Words{GDM_MERGE, "b.h5", "a.h5", "a.reduced.h5"}, normal("0", "2", "a.reduced.h5"),
                                 normal("0", "2", "b.h5") + Words{"--reuse", "a.reduced.h5"}}) {
        refuses(command, 2, {reduced});
    }
    refuses({TOY_SWEEP, "a.h5"}, 2, {"a.h5 is a sweep file, no job", "gdm-status a.h5", "JOB.ini --output a.h5 goes on"});
    refuses({TOY_SWEEP, "a.reduced.h5"}, 2, {"is a reduced file, no job: analysis/plot.py a.reduced.h5 draws it"});
    std::ofstream("points.csv") << "p\n1\n";
    refuses({TOY_SWEEP, "points.csv"}, 2, {"points.csv is a table of points, no job", "points = points.csv"});
    std::ofstream("x.npy") << "\x93NUMPY";
    refuses({TOY_SWEEP, "x.npy"}, 2, {"x.npy is an array, no job: analysis/make_dataset.py x.npy x.h5 makes x.h5:/x"});
    for (const std::string name : {"x.npy", "none/x.npz", "x.csv", "x.npy:/x"}) {
        const std::string path = name.substr(0, name.find(':')), made = path.substr(0, path.size() - 4) + ".h5";
        refuses({TOY_SWEEP, "--experiment", "toy_dataset", "--data", name}, 2,
                {"analysis/make_dataset.py " + path + " " + made + " makes " + made + ":/x of it"});
    }
}

TEST_F(CommandLine, AValueThatMayBeLeftOutIsNoFile) {
    succeeds(normal("0", "2", "a.h5"));
    succeeds({GDM_STATUS, "--ranks", "3", "a.h5"});
    succeeds({GDM_STATUS, "--ranks", "a.h5"});
    succeeds({GDM_STATUS, "--watch", "a.h5", "--points", "1"});
    succeeds({GDM_STATUS, "--watch", "--ranks", "--", "a.h5"});
    refuses({GDM_STATUS, "--ranks", "0", "a.h5"}, 2, {"--ranks 0: takes a number of 1 or more"});
    succeeds({GDM_REDUCE, "--help", "all"});
    refuses({GDM_REDUCE, "--help=a.h5"}, 2, {"gdm-reduce: --help=a.h5: takes all"});
}

}  // namespace
}  // namespace gdm
