/// Sweeps of external commands, as a user runs them.

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/process.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

namespace fs = std::filesystem;
using test::run;
using Lines = std::vector<std::string>;

class CommandSweep : public testing::Test {
  protected:
    void SetUp() override {
        fs::create_directory(folder_ / "tmp");
        fs::current_path(folder_.path());
    }
    void TearDown() override {
        fs::current_path("/");
        EXPECT_EQ(scratch_folders(), 0);
    }
    /// How many there are; MPI keeps files of its own beside them.
    [[nodiscard]] int scratch_folders() const {
        int count = 0;
        for (const auto& one : fs::directory_iterator(folder_ / "tmp")) {
            count += one.path().filename().string().starts_with("gdm-command-") ? 1 : 0;
        }
        return count;
    }
    /// An executable script of the shell.
    static void write_script(const std::string& name, const std::string& text, const std::string& first = "#!/bin/sh") {
        std::ofstream(name) << first << "\n" << text << "\n";
        fs::permissions(name, fs::perms::owner_all);
    }
    static void write_job(const std::string& name, const Lines& lines) {
        std::ofstream job(name);
        for (const auto& line : lines) job << line << "\n";
    }
    [[nodiscard]] Lines environment() const { return {"TMPDIR=" + (folder_ / "tmp").string(), "PATH=/usr/bin:/bin"}; }
    [[nodiscard]] test::ProcessResult sweep(Lines words, int ranks = 1) const {
        words.insert(words.begin(), GDM_SWEEP);
        return run(ranks == 1 ? words : test::mpirun(ranks, words), environment());
    }
    /// One replica of a shell script that is to fail; its message.
    [[nodiscard]] std::string failure(const std::string& script, const std::string& observables = "x, y(3)") const {
        write_script("fails.sh", script);
        const auto result = sweep({"--command", "./fails.sh {a} {out}", "--observables", observables, "--a", "1", "-o",
                                   "fails.h5", "--overwrite", "--command_time_limit", "20", "--command_file_limit", "1"});
        EXPECT_EQ(result.code, 3) << result.output;
        const auto failures = SweepReader("fails.h5").failures();
        return failures.size() == 1 ? failures.front().message : "no failure";
    }
    void refuses(const Lines& words, const std::string& phrase) const {
        const auto result = sweep(words);
        EXPECT_EQ(result.code, 2) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_NE(result.output.find(phrase), std::string::npos) << result.output;
        EXPECT_FALSE(fs::exists("results"));
    }
    static std::vector<double> values(const std::string& file, const std::string& name) {
        return hdf5::read_doubles(hdf5::open_dataset(hdf5::open_for_reading(file), name));
    }

    test::TemporaryDirectory folder_;
};

constexpr const char* echo_all = R"(echo "{\"x\": $1, \"large\": $2, \"small\": $3, \"r\": $4}" > "$5")";

TEST_F(CommandSweep, GivesEachReplicaItsPointAndSeed) {
    write_script("echo.sh", echo_all);
    write_job("echo.ini", {"command = ./echo.sh {x_in} {seed} {seed32} {replica} {out}",
                           "observables = x [m], large, small, r", "x_in = 0.1, 3, 1e-7", "replicas = 4"});
    for (const int ranks : {1, 2, 3}) {
        const auto result = sweep({"echo.ini", "-o", "echo" + std::to_string(ranks) + ".h5", "-q"}, ranks);
        ASSERT_EQ(result.code, 0) << result.output;
    }
    const auto bytes = test::sweep_bytes("echo1.h5");
    EXPECT_EQ(bytes, test::sweep_bytes("echo2.h5"));
    EXPECT_EQ(bytes, test::sweep_bytes("echo3.h5"));
    EXPECT_EQ(values("echo1.h5", "replicas/x"),
              (std::vector<double>{0.1, 0.1, 0.1, 0.1, 3, 3, 3, 3, 1e-7, 1e-7, 1e-7, 1e-7}));
    EXPECT_EQ(values("echo1.h5", "replicas/r"), (std::vector<double>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}));
    auto seeds = values("echo1.h5", "replicas/large"), small = values("echo1.h5", "replicas/small");
    for (const double seed : seeds) EXPECT_TRUE(seed >= 0 && seed < 9223372036854775808.0);
    for (const double seed : small) EXPECT_TRUE(seed >= 0 && seed < 2147483648.0);
    std::sort(seeds.begin(), seeds.end());
    EXPECT_EQ(std::unique(seeds.begin(), seeds.end()), seeds.end());
}

TEST_F(CommandSweep, WithoutAFileTheResultIsOnStdout) {
    ASSERT_EQ(
        sweep({"--command", "/bin/echo step 1\n'{{\"x\": {a}}}'", "--observables", "x", "--a", "2.5", "-o", "x.h5"}).code,
        2);
    ASSERT_EQ(sweep({"--command", "/bin/echo '{{\"x\": {a}}}'", "--observables", "x", "--a", "2.5", "-o", "x.h5"}).code, 0);
    EXPECT_EQ(values("x.h5", "replicas/x"), (std::vector<double>{2.5}));
}

TEST_F(CommandSweep, NothingOfMpiLeaksIntoIt) {
    write_script("env.sh", R"(env > env.$4; echo "{\"x\": $(env | grep -c -E '^(OMPI_|PMIX_|PMI_|ORTE_)' )}" > "$1")");
    const auto result =
        sweep({"--command", "./env.sh {out} {a} {seed} {replica}", "--observables", "x", "--a", "1", "-o", "x.h5"}, 2);
    ASSERT_EQ(result.code, 0) << result.output;
    std::ostringstream text;
    text << std::ifstream("env.0").rdbuf();
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "OMPI_MCA_"}) {
        EXPECT_EQ(text.str().find(name), std::string::npos) << name;
    }
    for (const char* name :
         {"GDM_SEED=", "GDM_SEED32=", "GDM_OUT=", "GDM_REPLICA=0\n", "GDM_SCRATCH=", "OMP_NUM_THREADS="}) {
        EXPECT_NE(text.str().find(name), std::string::npos) << name;
    }
}

TEST_F(CommandSweep, NumPyFilesAreRead) {
    if (std::string(GDM_PYTHON).empty()) GTEST_SKIP() << "no Python with NumPy";
    write_script("np.py",
                 "import sys, numpy as np\n"
                 "a = float(sys.argv[1])\n"
                 "m = np.asfortranarray(np.arange(6.).reshape(2, 3) * a)\n"
                 "out = sys.argv[2]\n"
                 "np.save(out, m) if out.endswith('npy') else np.savez_compressed(out, m=m, e=np.float32(a), n=3)\n",
                 "#!" GDM_PYTHON);
    auto result = sweep({"--command", "./np.py {a} {out}.npz", "--observables", "e, m(2, 3), n", "--a", "2", "-o", "z.h5"});
    ASSERT_EQ(result.code, 0) << result.output;
    result = sweep({"--command", "./np.py {a} {out}.npy", "--observables", "m(2, 3)", "--a", "2", "-o", "y.h5"});
    ASSERT_EQ(result.code, 0) << result.output;
    const std::vector<double> expected{0, 2, 4, 6, 8, 10};
    EXPECT_EQ(values("z.h5", "replicas/m"), expected);
    EXPECT_EQ(values("y.h5", "replicas/m"), expected);
    EXPECT_EQ(values("z.h5", "replicas/n"), (std::vector<double>{3}));
}

TEST_F(CommandSweep, MisbehaviourIsOneFailure) {
    EXPECT_EQ(failure("exit 1"), "exit code 1");
    EXPECT_EQ(failure("true"), "the command wrote no file out");
    EXPECT_EQ(failure("echo garbage > $2"), R"(the result is no JSON object {"name": …} alone: it begins 'garbage')");
    EXPECT_EQ(failure(R"(echo '{"x": 1}' > $2)"), "the result has no 'y'; did you mean 'x'?");
    EXPECT_EQ(failure(R"(echo '{"x": 1, "y": [1, 2]}' > $2)"), "y: a list of 2 where a list of 3 is expected");
    EXPECT_EQ(failure(R"(echo '{"x": NaN, "y": [1, 2, 3]}' > $2)"), "x is not finite (nan)");
    EXPECT_EQ(failure("exec cat /dev/zero > $2"), "wrote more than 1.0 MiB to a file");
    EXPECT_EQ(failure("mkdir $2; mkdir $2/a; chmod 000 $2/a $2"), "the command wrote no file out");
    EXPECT_EQ(failure("head -c 3000000 /dev/zero | tr '\\0' '\\n' >&2; echo the end >&2; exit 1"), "exit code 1: the end");
    EXPECT_EQ(failure("kill -9 $$"), "killed by signal 9 (Killed)");
}

TEST_F(CommandSweep, WhatCannotBeRunIsRefused) {
    write_job("text.sh", {"echo"});
    const auto with = [](const std::string& command) {
        return Lines{"--command", command, "--observables", "x", "--a", "1"};
    };
    refuses(with("nothing_like_that {a}"), "there is no program nothing_like_that along PATH");
    refuses(with("text.sh {a}"), "write ./text.sh for that of the folder");
    refuses(with("./text.sh {a}"), "./text.sh is not executable");
    refuses(with("./none {a}"), "there is no program ./none");
    refuses(with("{a}"), "its first word, the program, holds a placeholder");
    refuses(with("true {a} {command}"), "{command} cannot be a parameter");
    refuses(with("true {a} {replicas}"), "'replicas' is a key of every job");
    refuses(with("true {a} {x}"), "the name 'x' is declared twice");
    refuses(with("true {a} {out}.h5"), "of no kind that is known");
    refuses({"--command", "true {a} {out}.npy", "--observables", "x, y", "--a", "1"}, "holds one array, and 2 observables");
    refuses({"--command", "true {a}", "--a", "1"}, "needs a line that declares");
    refuses({"--command", "true {a}", "--observables", "x_stderr", "--a", "1"}, "ends in _stderr");
    refuses({"--command", "true {a}", "--observables", "x", "--a", "1", "--experiment", "ising"},
            "the program has an experiment 'ising' of its own");
    refuses({"--command", "true {a}", "--observables", "x", "--a", "1", "--command_time_limit", "0"}, "above 0");
    refuses({"--command", "true {a}", "--observables", "x", "--a", "1", "--command_folder", "there"}, "may be 'scratch'");
}

TEST_F(CommandSweep, ParametersHaveWordsUnitsAndDescriptions) {
    write_script("words.sh", R"([ "$2" = fast ] && x=$1 || x=$((10 * $1)); echo "{\"x\": $x}" > "$3")");
    const std::string command = "command = ./words.sh {k} {method} {out}";
    write_job("words.ini", {command, "observables = x", "k = 1, 2", "method = fast, slow"});
    ASSERT_EQ(sweep({"words.ini", "-o", "w.h5"}).code, 0);
    EXPECT_EQ(values("w.h5", "replicas/x"), (std::vector<double>{1, 10, 2, 20}));
    // What a parameter is called is no part of what was computed; a word more is a point more.
    write_job("more.ini", {command, "observables = x", "parameters = k [1/m] wave number, method (slow, fast, odd) of steps",
                           "k = 1, 2", "method = fast, slow"});
    auto result = sweep({"more.ini", "-o", "w.h5"});
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_NE(result.output.find("complete already"), std::string::npos) << result.output;
    result = sweep({"more.ini", "-o", "w.h5", "--method", "fast, slow, odd", "--grow"});
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(values("w.h5", "replicas/x"), (std::vector<double>{1, 10, 10, 2, 20, 20}));
    EXPECT_NE(sweep({"more.ini", "--describe", "command"}).output.find("wave number [1/m]"), std::string::npos);
    // The reduction knows its words, units and names, from the file alone.
    result = run({GDM_REDUCE, "w.h5"});
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(result.output.find("warning"), std::string::npos) << result.output;
    const hdf5::File reduced = hdf5::open_for_reading("w.reduced.h5");
    EXPECT_EQ(hdf5::read_text(hdf5::open_dataset(reduced, "k"), "units"), "1/m");
    EXPECT_EQ(hdf5::read_text(hdf5::open_dataset(reduced, "k"), "long_name"), "wave number");
}

TEST_F(CommandSweep, WhatTheCommandDoesNotTakeIsRefused) {
    const Lines job{"command = true {beta} {method}", "observables = x", "beta = 1", "method = fast"};
    const auto with = [&](const std::string& line) {
        Lines lines = job;
        lines.push_back(line);
        write_job("a.ini", lines);
        return Lines{"a.ini"};
    };
    write_job("a.ini", job);
    refuses({"a.ini", "--describe", "comand"}, "did you mean 'command'?");
    refuses(with("btea = 3"), "a.ini:5: parameter 'btea' does not appear in the command; did you mean 'beta'?");
    refuses(with("repilcas = 3"), "a.ini:5: parameter 'repilcas' does not appear in the command; did you mean 'replicas'?");
    refuses(with("parameters = btea [J]"), "parameters: 'btea' does not appear in the command; did you mean 'beta'?");
    refuses(with("parameters = beta (hot, cold)"), "a.ini:3: beta = 1");
    refuses(with("parameters = beta [J"), "parameters: 'J': expected a unit and ]");
    refuses(with("parameters = seed"), "parameters: 'seed' does not appear in the command");
}

TEST_F(CommandSweep, AChangedProgramIsNoticed) {
    write_script("a.sh", echo_all);
    write_job("a.ini", {"command = ./a.sh {a} {seed} {seed32} {replica} {out}", "observables = x", "a = 1, 2"});
    ASSERT_EQ(sweep({"a.ini", "-o", "a.h5"}).code, 0);
    EXPECT_EQ(sweep({"a.ini", "-o", "a.h5", "--command_time_limit", "7"}).code, 0);  // says nothing of the numbers
    EXPECT_EQ(sweep({"a.ini", "-o", "a.h5", "--a", "1, 2, 3", "--grow"}).code, 0);
    EXPECT_EQ(values("a.h5", "replicas/x"), (std::vector<double>{1, 2, 3}));
    write_script("a.sh", std::string(echo_all) + " # changed");
    for (const char* option : {"-q", "--grow"}) {
        const auto result = sweep({"a.ini", "-o", "a.h5", "--replicas", "2", option});
        EXPECT_EQ(result.code, 2) << result.output;
        EXPECT_NE(result.output.find("a.sh has changed"), std::string::npos) << result.output;
    }
}

TEST_F(CommandSweep, FilesAreSoughtBesideTheJobToo) {
    fs::create_directory("there");
    write_script("there/a.sh", R"(echo "{\"x\": $(cat $1)}" > "$2"; ls > seen)");
    write_job("there/data.txt", {"5"});
    write_job("there/a.ini", {"command = ./a.sh data.txt {out} {a}", "observables = x", "a = 1"});
    ASSERT_EQ(sweep({"there/a.ini", "-o", "a.h5"}).code, 0);
    EXPECT_TRUE(fs::exists("seen"));
    fs::remove("seen");
    const auto result = sweep({"there/a.ini", "-o", "b.h5", "--command_folder", "scratch"});
    ASSERT_EQ(result.code, 0) << result.output;
    EXPECT_FALSE(fs::exists("seen"));
    EXPECT_EQ(values("b.h5", "replicas/x"), (std::vector<double>{5}));
    write_job("there/data.txt", {"6"});
    EXPECT_EQ(sweep({"there/a.ini", "-o", "a.h5"}).code, 2);
}

TEST_F(CommandSweep, AStopEndsItAndTheReplicaIsNotDone) {
    write_script("slow.sh", "trap '' TERM; echo > started; while ! [ -e go ]; do sleep 0.01; done; echo '{\"x\": 1}' > $1");
    const Lines words{GDM_SWEEP, "--command", "./slow.sh {out} {a}", "--observables", "x", "--a", "1", "-o", "s.h5"};
    test::Process process(words, environment());
    ASSERT_TRUE(test::wait_for(process, [] { return fs::exists("started"); }));
    process.kill_leader(SIGTERM);
    const auto result = process.wait();
    EXPECT_EQ(result.code, 75) << result.output;
    std::ofstream("go") << "now";
    EXPECT_EQ(run(words, environment()).code, 0);
    EXPECT_EQ(values("s.h5", "replicas/x"), (std::vector<double>{1}));
}

TEST_F(CommandSweep, WhatAKilledRunLeftIsRemoved) {
    write_script("slow.sh", "echo $$ > started; while ! [ -e go ]; do sleep 0.01; done; echo '{\"x\": 1}' > $1");
    const Lines words{GDM_SWEEP, "--command", "./slow.sh {out} {a}", "--observables", "x", "--a", "1", "-o", "s.h5"};
    {
        test::Process process(words, environment());
        ASSERT_TRUE(test::wait_for(process, [] { return fs::exists("started") && fs::file_size("started") > 1; }));
        process.kill_leader(SIGKILL);
        EXPECT_EQ(process.wait().code, 128 + SIGKILL);
    }
    EXPECT_EQ(scratch_folders(), 1);
    std::ofstream("go") << "now";
    EXPECT_EQ(run(words, environment()).code, 0);
}

}  // namespace
}  // namespace gdm
