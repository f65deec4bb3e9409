#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gdm/reduction/reduce.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

/// gdm-reduce as a user runs it, and its file as other programs read it.
namespace gdm::test {
namespace {

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

std::string contents(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

Outcome run(const std::string& command, const TemporaryFolder& folder) {
    const std::string whole = command + " > " + (folder / "out").string() + " 2> " + (folder / "err").string();
    const int status = std::system(whole.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(folder / "out"), contents(folder / "err")};
}

Outcome gdm_reduce(const std::string& arguments, const TemporaryFolder& folder) {
    return run(std::string(GDM_REDUCE) + " " + arguments, folder);
}

/// Runs open_reduced.py with the first Python that has the readers; false if none has.
bool opens_everywhere(const std::filesystem::path& path, const TemporaryFolder& folder) {
    for (const std::string python : {"/usr/bin/python3", "python3"}) {
        const Outcome outcome =
            run(python + " " + GDM_SOURCE_DIR + "/tests/reduction/open_reduced.py " + path.string(), folder);
        if (outcome.code == 77 || outcome.code == 127) continue;
        EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
        return true;
    }
    return false;
}

TEST(GdmReduce, WritesBesideTheSweepAndAgain) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), "p = 0, 1, 2\nreplicas = 3\n", folder / "normal.h5");
    sweep.compute([](std::size_t point, std::size_t) { return point < 2; });
    for (int time = 0; time < 2; ++time) {
        const Outcome outcome = gdm_reduce(sweep.path().string(), folder);
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_NE(outcome.out.find("normal.reduced.h5: 2 of 3 points complete, 0 partial; 6 of 9 replicas"),
                  std::string::npos)
            << outcome.out;
        EXPECT_NE(outcome.err.find("no experiment 'toy_normal'"), std::string::npos) << outcome.err;
    }
    EXPECT_TRUE(is_reduced_file(folder / "normal.reduced.h5"));
}

TEST(GdmReduce, SaysWhatHasNoErrorAndWhy) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_eight(), "p = 0, 1\nreplicas = 1\n", folder / "one.h5");
    sweep.compute();
    const Outcome outcome = gdm_reduce(sweep.path().string(), folder);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("gdm-reduce: no error is known of all 8 quantities: fewer than 2 replicas\n"),
              std::string::npos)
        << outcome.err;
}

TEST(GdmReduce, RefusesClearly) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_eight(), "p = 0, 1\n", folder / "eight.h5");
    HandmadeSweep other(toy_eight(), "p = 0, 1\n", folder / "other.h5");
    std::ofstream(folder / "notes.txt") << "precious\n";
    const std::string file = sweep.path().string();

    EXPECT_EQ(gdm_reduce("", folder).code, 2);
    EXPECT_EQ(gdm_reduce("--outpt x " + file, folder).code, 2);
    EXPECT_EQ(gdm_reduce("--over " + file, folder).code, 2);
    EXPECT_EQ(gdm_reduce((folder / "missing.h5").string(), folder).code, 2);
    EXPECT_EQ(gdm_reduce((folder / "notes.txt").string(), folder).code, 74);
    EXPECT_EQ(gdm_reduce(file + " --output " + (folder / "no/such/folder.h5").string(), folder).code, 74);

    const Outcome text = gdm_reduce(file + " --output " + (folder / "notes.txt").string(), folder);
    EXPECT_EQ(text.code, 2);
    EXPECT_NE(text.err.find("is not a reduced file"), std::string::npos) << text.err;
    EXPECT_EQ(contents(folder / "notes.txt"), "precious\n");
    for (const char* victim : {"eight.h5", "other.h5"}) {
        EXPECT_EQ(gdm_reduce(file + " --overwrite --output " + (folder / victim).string(), folder).code, 2);
        EXPECT_NO_THROW(SweepReader(folder / victim));
    }
    EXPECT_EQ(gdm_reduce(file + " --overwrite --output " + (folder / "notes.txt").string(), folder).code, 0);
    EXPECT_TRUE(is_reduced_file(folder / "notes.txt"));

    ASSERT_EQ(gdm_reduce(file, folder).code, 0);
    EXPECT_EQ(gdm_reduce((folder / "eight.reduced.h5").string(), folder).code, 2);
}

TEST(GdmReduce, FailsCleanlyWhenTheFileCannotGrow) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), "p = linspace(0, 1, 100)\n", folder / "normal.h5");
    const std::string limited = "trap '' XFSZ; ulimit -f 20; " + std::string(GDM_REDUCE) + " " + sweep.path().string();
    const Outcome outcome = run("bash -c \"" + limited + "\"", folder);
    EXPECT_EQ(outcome.code, 74) << outcome.err;
    EXPECT_NE(outcome.err.find("normal.reduced.h5"), std::string::npos) << outcome.err;
    for (const auto& entry : std::filesystem::directory_iterator(sweep.path().parent_path())) {
        EXPECT_EQ(entry.path().string().find("reduced"), std::string::npos) << entry.path();
    }
}

TEST(WriteReducedFile, LeavesNothingBehindWhenItFails) {
    const TemporaryFolder folder;
    ReducedFile broken;
    broken.variables.push_back({.name = "x", .dimensions = {"nowhere"}, .values = {1}});
    EXPECT_THROW(write_reduced_file(folder / "broken.h5", broken), std::logic_error);
    const auto files = std::filesystem::directory_iterator((folder / "broken.h5").parent_path());
    EXPECT_EQ(begin(files), end(files));
}

TEST(ReducedFile, OpensInEveryReader) {
    const TemporaryFolder folder;
    // Words, an alternative axis with its parameter beside it, inner axes plain and scaled, NaN padding, an empty point.
    std::ofstream(folder / "points.csv") << "update,T,L\nmetropolis,2,2\nheat_bath,3,4\n";
    const std::vector<std::pair<Experiment, std::string>> cases = {
        {toy_ising(), "points = " + (folder / "points.csv").string() + "\nreplicas = 2\nsweeps = 40\n"},
        {toy_ising(), "beta = 0.3, 0.5\nL = 2\nreplicas = 2\nsweeps = 40\n"},
        {toy_normal(), "p = 1, 2\nreplicas = 3\n"},
        {toy_eight(), "p = 0.5\n"}};
    for (const auto& [experiment, job] : cases) {
        HandmadeSweep sweep(experiment, job, folder / (experiment.name + ".h5"));
        sweep.compute([](std::size_t point, std::size_t) { return point != 1; });
        auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, experiment.name);
        file.variables.push_back(
            {.name = "duration", .unit = "seconds", .description = "a unit xarray would decode", .values = {1}});
        const auto path = folder / (experiment.name + ".reduced.h5");
        write_reduced_file(path, file);
        if (!opens_everywhere(path, folder)) GTEST_SKIP() << "no Python with xarray, netCDF4 and h5py";
    }
}

}  // namespace
}  // namespace gdm::test
